import { join } from 'node:path';
import type { AddressPolicy } from '../base/address.ts';
import type { Clock } from '../base/clock.ts';
import type { Startable } from '../base/lifecycle.ts';
import type { Logger } from '../base/log.ts';
import { CameraAdmission } from '../cameras/admission.ts';
import type { DeviceCodes } from '../cameras/device-codes.ts';
import type { AdmissionHandlers } from '../cameras/device-desk.ts';
import { type PersonsLogin, personsLogin } from '../cameras/device-login.ts';
import type { DeviceRecord } from '../cameras/device-record.ts';
import type { SourceGuard } from '../cameras/guarded-source.ts';
import { Roster, type RosterHooks } from '../cameras/roster.ts';
import { RosterScan } from '../cameras/roster-scan.ts';
import { RosterStore } from '../cameras/roster-store.ts';
import { KeyFile } from '../cameras/vault/key-file.ts';
import { LoginBudget } from '../cameras/vault/login-budget.ts';
import { Vault } from '../cameras/vault/vault.ts';
import type { GatewayConfig } from '../config/schema.ts';
import type {
  Camera,
  DeviceClocks,
  DeviceProbe,
  DeviceScanner,
  DiscoveredDevice,
  Login,
} from '../pipeline.ts';
import type { CameraDeviceEvents } from './camera-device-events.ts';
import type { KnownOfCamera } from './camera-fleet.ts';
import type { CameraDescription } from './camera-loop.ts';

export type RosterSystemOptions = {
  config: GatewayConfig;
  codes: DeviceCodes;
  probe: DeviceProbe & DeviceClocks;
  scanner: DeviceScanner | null;
  policy: AddressPolicy;
  /** Logins of the configuration file. */
  logins: readonly Login[];
  /** Cameras of the configuration file; complete once the system runs. */
  configured: readonly Camera[];
  /** Asks by multicast at once. */
  probeNow(): void;
  streams: RosterHooks & { put(camera: Camera, description: CameraDescription): void };
  /** What admitted cameras report by themselves; undefined where nobody asks. */
  deviceEvents?: CameraDeviceEvents;
  onIdentity: AdmissionHandlers['onIdentity'];
  onChange(): void;
  clock: Clock;
  log: Logger;
};

/** The files of the roster in a gateway's data folder. */
export function rosterFiles(dataDir: string, clock: Clock, log: Logger) {
  const store = new RosterStore(join(dataDir, 'cameras.db'));
  const key = new KeyFile(join(dataDir, 'vault.key'));
  const vault = new Vault({ key, sets: store, clock, log });
  const budget = new LoginBudget(store, () => clock.now());
  return { store, vault, budget };
}

/** What a health report and a screen say of an admitted camera beside its stream. */
export function descriptionOf({ manufacturer, model }: DeviceRecord): CameraDescription {
  return { ...(manufacturer === null ? {} : { manufacturer }), ...(model === null ? {} : { model }) };
}

/** Roster, vault and admission as one: built from the configuration, started and stopped together. */
export class RosterSystem implements Startable, SourceGuard {
  readonly roster: Roster;
  readonly #options: RosterSystemOptions;
  readonly #files: ReturnType<typeof rosterFiles>;
  readonly #admission: CameraAdmission;
  readonly #scan: RosterScan;

  constructor(options: RosterSystemOptions) {
    this.#options = options;
    const { config, codes, probe, scanner, policy, logins, configured, streams, clock, log } = options;
    this.#files = rosterFiles(config.gateway.dataDir, clock, log);
    const { limit = 64, followMoved = 'digest' } = config.cameras;
    this.#admission = new CameraAdmission({
      ...this.#files,
      probe,
      policy,
      codes,
      configured: logins,
      limit,
      followMoved,
      clock,
      log,
      handlers: this.#handlers(),
    });
    const onDevice = (device: DiscoveredDevice) => this.consider(device);
    const onChange = () => this.#changed();
    this.#scan = new RosterScan({ scanner, probeNow: options.probeNow, onDevice, onChange, clock, log });
    this.roster = new Roster({
      ...this.#files,
      admission: this.#admission,
      scan: this.#scan,
      manual: { scanner, policy, clock },
      policy,
      configured,
      clocks: probe,
      hooks: streams,
      clock,
      log,
    });
  }

  /** Opens the files, so that the roster can be read and changed; no device is asked before `start`. */
  open(): void {
    this.#files.store.start();
    this.#files.vault.start();
    this.#admission.open();
  }

  start(): void {
    this.open();
    this.#admission.start();
    this.roster.start();
  }

  async stop(): Promise<void> {
    await this.roster.stop();
    await this.#admission.stop();
    await this.#files.store.stop();
  }

  consider(device: DiscoveredDevice): void {
    this.#admission.consider(device);
  }

  prove(cameraId: string) {
    return this.#admission.prove(cameraId);
  }

  /** For what talks to a device beside its streams. Rejects when another device answers at its address, or nobody does. */
  proveDevice(deviceId: string): Promise<void> {
    return this.#admission.proveDevice(deviceId);
  }

  /** A camera's device (by the camera's id, or the device's host or host:port) with the login for an order of a person; prove it first. */
  orderOf(word: string): (PersonsLogin & { record: DeviceRecord; isInside: boolean }) | undefined {
    const byAddress = ({ url }: DeviceRecord) => [new URL(url).host, new URL(url).hostname].includes(word);
    const record =
      this.#admission.deviceOf(word) ??
      this.#admission.find(word) ??
      this.#admission.records().find(byAddress);
    if (!record) return undefined;
    const { probe, policy, logins } = this.#options;
    const isInside = policy.allows(new URL(record.url).hostname);
    return {
      record,
      isInside,
      ...personsLogin(record, { ...this.#files, probe, policy, configured: logins }),
    };
  }

  /** The device refused the login of an order. */
  refusedOrder(deviceId: string, setId: string | null): void {
    if (setId !== null) this.#files.budget.refused(deviceId, 'onvif', setId);
  }

  mayLogIn(cameraId: string) {
    const { deviceId, setId } = this.#door(cameraId);
    return this.#files.budget.allows(deviceId, setId, !this.#files.budget.wasRefused(deviceId, setId));
  }

  refused(cameraId: string): void {
    const { deviceId, setId } = this.#door(cameraId);
    this.#files.budget.refused(deviceId, 'rtsp', setId);
  }

  granted(cameraId: string): void {
    this.#files.budget.granted(this.#door(cameraId).deviceId, 'rtsp');
  }

  /** The device whose account a stream's login counts for, and the login's name in the budget. */
  #door(cameraId: string): { deviceId: string; setId: string } {
    const record = this.#admission.deviceOf(cameraId);
    const camera = this.#options.configured.find(({ id }) => id === cameraId);
    if (camera?.source.kind === 'rtsp') {
      const { username = '', password = '' } = camera.source;
      return {
        deviceId: cameraId,
        setId: `configured:${this.#files.vault.fingerprint({ username, password })}`,
      };
    }
    if (!record) return { deviceId: cameraId, setId: 'unknown' };
    const stored = this.#files.vault.loginsFor(record.id, [])[0]?.setId;
    return { deviceId: record.id, setId: `rtsp:${record.login?.setId ?? stored ?? 'none'}` };
  }

  #handlers(): AdmissionHandlers {
    const { streams, onIdentity } = this.#options;
    return {
      onAdmitted: (camera, record) => {
        const name = this.#files.store.notes().get(camera.id)?.name ?? camera.name;
        streams.put({ ...camera, name }, descriptionOf(record));
        this.#options.deviceEvents?.admitted({ ...camera, name }, record);
      },
      onWithdrawn: (cameraId) => {
        streams.dropStream(cameraId);
        this.#options.deviceEvents?.withdrawn(cameraId);
      },
      onIdentity,
      onMissing: ({ id }) => this.#search(id),
      onChange: () => this.#changed(),
      isStreaming: (cameraId) => streams.streamState(cameraId)?.kind === 'streaming',
    };
  }

  #search(deviceId: string): void {
    const isMissing = () => {
      const record = this.#admission.find(deviceId);
      return record !== undefined && (record.strange !== null || record.standing.state === 'not-reachable');
    };
    this.#scan.search(this.#options.config.cameras.networks, isMissing);
  }

  #changed(): void {
    this.#options.onChange();
    this.roster.changed();
  }

  /** For health reports: the rung, the device's clock, and what people wrote down of each camera. */
  known(): ReadonlyMap<string, KnownOfCamera> {
    const entries = this.roster.devices().map((device): [string, KnownOfCamera] => {
      const { id, origin, standing, clockOffsetMs, place, direction } = device;
      const { state, cause } = standing;
      return [
        id,
        {
          ...(origin === 'configured' ? {} : { ladder: { state, cause } }),
          ...(clockOffsetMs === null ? {} : { deviceClockOffsetMs: clockOffsetMs }),
          ...(place === '' ? {} : { place }),
          ...(direction === null ? {} : { direction }),
        },
      ];
    });
    return new Map(entries);
  }

  /** Devices that have answered at least once. */
  records(): readonly DeviceRecord[] {
    return this.#admission.records().filter(({ id }) => this.#admission.isProven(id));
  }
}
