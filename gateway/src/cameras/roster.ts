import type { StreamState } from '@pingan/models/contract';
import type { AddressPolicy } from '../base/address.ts';
import type { Clock } from '../base/clock.ts';
import { messageOf } from '../base/errors.ts';
import type { Logger } from '../base/log.ts';
import {
  type Camera,
  type CameraNotes,
  type CameraPicture,
  type CameraRoster,
  type CredentialGroup,
  type CredentialSetSummary,
  type DeviceClocks,
  type Login,
  type ManualCamera,
  type RosterDevice,
  RosterError,
  type RosterScanRequest,
  type RosterScanState,
  type TestAlarm,
} from '../pipeline.ts';
import type { CameraAdmission } from './admission.ts';
import { isReplaced } from './device-desk.ts';
import type { DeviceRecord } from './device-record.ts';
import { plainEndpoint } from './identity.ts';
import { type ManualTools, recordOfManual } from './manual-camera.ts';
import { checkLogin, notFound } from './roster-checks.ts';
import type { RosterScan } from './roster-scan.ts';
import type { RosterStore } from './roster-store.ts';
import { RosterUpkeep } from './roster-upkeep.ts';
import { configuredView, viewsOf } from './roster-view.ts';
import { groupsOf, plainMaker, type Vault } from './vault/vault.ts';

export type RosterHooks = {
  streamState(cameraId: string): StreamState | undefined;
  /** Starts, or ends, the stream of a camera without ONVIF. */
  putStream(camera: Camera): void;
  dropStream(cameraId: string): void;
  rename(cameraId: string, name: string): void;
  picture(cameraId: string, signal?: AbortSignal): Promise<CameraPicture>;
  testAlarm(camera: RosterDevice, signal?: AbortSignal): Promise<TestAlarm>;
};

export type RosterOptions = {
  admission: CameraAdmission;
  store: RosterStore;
  vault: Vault;
  scan: RosterScan;
  manual: ManualTools;
  policy: AddressPolicy;
  /** Cameras of the configuration file. */
  configured: readonly Camera[];
  clocks: DeviceClocks | null;
  hooks: RosterHooks;
  clock: Clock;
  log: Logger;
};

/** Every camera this gateway knows and all that people do with them. */
export class Roster implements CameraRoster {
  readonly #options: RosterOptions;
  readonly #listeners = new Set<() => void>();
  readonly #upkeep: RosterUpkeep;

  constructor(options: RosterOptions) {
    this.#options = options;
    const { hooks, ...parts } = options;
    this.#upkeep = new RosterUpkeep({
      ...parts,
      ...hooks,
      accept: (record, setId) => this.#acceptFor(record, setId),
      acceptStranger: ({ id }) => this.acceptIdentity(id),
      changed: () => this.changed(),
    });
  }

  start(): void {
    this.#upkeep.start();
  }

  async stop(): Promise<void> {
    this.#upkeep.stop();
    await this.#options.scan.stop();
  }

  /** For those who make the changes: tells everybody who listens. */
  changed(): void {
    for (const listener of this.#listeners) listener();
  }

  devices(): readonly RosterDevice[] {
    const { admission, configured } = this.#options;
    const view = this.#view();
    return [
      ...configured.map((camera) => configuredView(camera, view)),
      ...admission.records().flatMap((record) => viewsOf(record, view)),
    ];
  }

  find(id: string): RosterDevice | undefined {
    return this.devices().find((device) => device.id === id);
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  get scanState(): RosterScanState {
    return this.#options.scan.state;
  }

  scan({ networks = [] }: RosterScanRequest): void {
    this.#options.scan.begin(networks);
  }

  cancelScan(): Promise<void> {
    return this.#options.scan.cancel();
  }

  credentialSets(): readonly CredentialSetSummary[] {
    return this.#options.vault.summaries();
  }

  setCredentials(group: CredentialGroup, login: Login): void {
    checkLogin(login);
    const { vault } = this.#options;
    if (group.kind === 'maker' && plainMaker(group.maker) === '')
      throw new RosterError('invalid', 'maker is empty: name the maker');
    const members = this.#membersOf(group);
    for (const one of groupsOf(group)) {
      const target = one.kind === 'device' ? { ...one, id: this.#record(one.id).id } : one;
      const setId = vault.put(target, login);
      const waiting = target.kind === 'device' ? members.filter(({ id }) => id === target.id) : members;
      for (const record of waiting) this.#acceptFor(record, setId);
    }
    this.changed();
  }

  removeCredentials(setId: string): void {
    const { vault } = this.#options;
    if (!vault.summaries().some(({ id }) => id === setId))
      throw new RosterError('not-found', 'no such login: it was removed before');
    vault.drop(setId);
    this.changed();
  }

  async addManual(camera: ManualCamera, signal?: AbortSignal): Promise<RosterDevice> {
    const { admission, store, vault, manual } = this.#options;
    if (camera.login) checkLogin(camera.login);
    const draft = await recordOfManual(camera, manual);
    signal?.throwIfAborted();
    const known = admission.records().find(({ id, url }) => id === draft.id || url === draft.url);
    const record = known ?? draft;
    store.welcomeBack(plainEndpoint(record.endpoint ?? record.url));
    const setId = camera.login ? vault.put({ kind: 'device', id: record.id }, camera.login) : '';
    if (camera.name !== undefined && camera.name !== '')
      this.#setNotes(record.channels[0]?.cameraId ?? '', { name: camera.name });
    if (known) this.#acceptFor(known, setId);
    else {
      admission.adopt({ ...draft, personWaits: setId });
      this.#upkeep.putStream(this.#record(draft.id));
    }
    return this.#afterAsking(record.id);
  }

  async remove(id: string): Promise<void> {
    const record = this.#record(id);
    const { admission, store, hooks, clock } = this.#options;
    store.remove(record, [plainEndpoint(record.endpoint ?? record.url)], clock.now());
    for (const { cameraId } of record.channels) hooks.dropStream(cameraId);
    admission.drop(record.id);
    this.changed();
  }

  describe(id: string, notes: CameraNotes): void {
    const device = this.find(id);
    if (!device) throw notFound(id);
    const { name } = notes;
    if (name !== undefined && device.origin === 'configured' && name !== device.name)
      throw new RosterError('refused', 'its name is in the configuration file: change it there');
    if (name !== undefined && name.trim() === '')
      throw new RosterError('invalid', 'name is empty: give it one');
    this.#setNotes(id, notes);
    if (name !== undefined && device.origin !== 'configured') this.#options.hooks.rename(id, name.trim());
    this.changed();
  }

  acceptIdentity(id: string): void {
    const record = this.#record(id);
    const { strange } = record;
    if (strange === null) {
      this.#acceptFor(record, '');
      return;
    }
    const { admission, vault } = this.#options;
    // Another device does not inherit the password that was meant for the one before.
    if (isReplaced(record)) vault.dropDevice(record.id);
    admission.acceptStranger(record.id);
    this.#acceptFor(this.#record(record.id), '');
  }

  async tryAgain(id: string, signal?: AbortSignal): Promise<RosterDevice> {
    const record = this.#record(id);
    signal?.throwIfAborted();
    this.#options.admission.change(record.id, { personWaits: record.personWaits ?? '' });
    this.#options.admission.ask(record.id);
    return this.#afterAsking(record.id);
  }

  async setClock(id: string, signal?: AbortSignal): Promise<RosterDevice> {
    const record = this.#record(id);
    const { clocks, admission } = this.#options;
    if (!clocks || record.protocol !== 'onvif')
      throw new RosterError('refused', 'this camera has no ONVIF: set its time in its own pages');
    signal?.throwIfAborted();
    const login = admission.loginOf(record.id);
    if (login === undefined)
      throw new RosterError('refused', 'log in first: enter the password of this camera');
    // Another device may have taken its place since: it would be sent the login.
    await admission.proveDevice(record.id).catch((cause: unknown) => {
      throw new RosterError('failed', messageOf(cause), { cause });
    });
    try {
      await clocks.setClock(record.url, login);
    } catch (cause) {
      throw new RosterError('failed', 'the camera refused the new time: set it in its own pages', { cause });
    }
    admission.change(record.id, { standing: { ...record.standing, retryAtMs: 0 } });
    admission.ask(record.id);
    return this.#afterAsking(record.id);
  }

  picture(id: string, signal?: AbortSignal): Promise<CameraPicture> {
    if (!this.find(id)) return Promise.reject(notFound(id));
    return this.#options.hooks.picture(id, signal);
  }

  testAlarm(id: string, signal?: AbortSignal): Promise<TestAlarm> {
    const device = this.find(id);
    return device ? this.#options.hooks.testAlarm(device, signal) : Promise.reject(notFound(id));
  }

  #view() {
    const { store, admission, hooks } = this.#options;
    return {
      notes: store.notes(),
      isAtWork: (deviceId: string) => admission.isAtWork(deviceId),
      streamState: (cameraId: string) => hooks.streamState(cameraId),
    };
  }

  #record(id: string): DeviceRecord {
    const { admission, configured } = this.#options;
    const record = admission.find(id) ?? admission.deviceOf(id);
    if (record) return record;
    if (configured.some((camera) => camera.id === id))
      throw new RosterError('refused', 'this camera is in the configuration file: change cameras.entries');
    throw notFound(id);
  }

  #membersOf(group: CredentialGroup): DeviceRecord[] {
    const all = this.#options.admission.records();
    if (group.kind === 'devices') return group.ids.map((id) => this.#record(id));
    if (group.kind === 'site') return [...all];
    const maker = plainMaker(group.maker);
    return all.filter(({ manufacturer, advertisedName, hardware }) =>
      [manufacturer ?? '', advertisedName, hardware ?? ''].some((name) => plainMaker(name).includes(maker)),
    );
  }

  /** A person's word for a device as it is now; one whose identity is in doubt needs its own. */
  #acceptFor(record: DeviceRecord, setId: string): void {
    const { admission, clock } = this.#options;
    if (record.strange && setId !== '') return;
    const needs =
      record.standing.state === 'needs-password' || setId === '' || !admission.isAtWork(record.id);
    admission.change(record.id, {
      accepted: { url: record.url, atMs: clock.now() },
      personWaits: needs ? setId : record.personWaits,
    });
    if (record.protocol === 'rtsp') this.#upkeep.putStream(this.#record(record.id));
    else if (needs) admission.ask(record.id);
  }

  #setNotes(cameraId: string, notes: CameraNotes): void {
    const { store } = this.#options;
    store.setNotes(cameraId, { ...store.notes().get(cameraId), ...notes });
  }

  async #afterAsking(deviceId: string): Promise<RosterDevice> {
    const { admission } = this.#options;
    await admission.asked(deviceId);
    const cameraId = this.#record(deviceId).channels[0]?.cameraId ?? deviceId;
    const device = this.find(cameraId);
    if (!device) throw notFound(deviceId);
    this.changed();
    return device;
  }
}
