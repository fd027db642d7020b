import type { LadderCause } from '@pingan/models/contract';
import type { AddressPolicy } from '../base/address.ts';
import { backoffMs } from '../base/backoff.ts';
import type { Clock } from '../base/clock.ts';
import { messageOf } from '../base/errors.ts';
import type { Logger } from '../base/log.ts';
import {
  type Camera,
  type DeviceProbe,
  type DiscoveredDevice,
  type Login,
  StreamFaultError,
} from '../pipeline.ts';
import { camerasOf, withClimb } from './admitted-cameras.ts';
import { DeviceBook, hostOf } from './device-book.ts';
import type { DeviceCodes } from './device-codes.ts';
import type { DeviceRecord } from './device-record.ts';
import { newRecord, standingOf } from './device-record-changes.ts';
import {
  type Stranger,
  type TrialLogin,
  type TrialOutcome,
  type TrialTools,
  tryDevice,
} from './device-trial.ts';
import { plainEndpoint } from './identity.ts';
import { CLOCK_TOLERANCE_MS, firstContact } from './ladder.ts';
import { proveMove } from './moved-device.ts';
import type { RosterStore } from './roster-store.ts';
import type { LoginBudget } from './vault/login-budget.ts';
import type { Vault } from './vault/vault.ts';

export type AdmissionOptions = {
  probe: DeviceProbe;
  policy: AddressPolicy;
  codes: DeviceCodes;
  store: RosterStore;
  vault: Vault;
  budget: LoginBudget;
  /** Logins of the configuration file; writing them there allows them for every device in `cameras.networks`. */
  configured: readonly Login[];
  /** Most cameras this gateway takes. */
  limit: number;
  /** A known camera at a new address: use its login as a digest once its identity is proven, or wait for a person. */
  followMoved: 'digest' | 'ask';
  clock: Clock;
  log: Logger;
  handlers: AdmissionHandlers;
};

export type AdmissionHandlers = {
  /** A camera is ready, or has another address, stream or login than before. */
  onAdmitted(camera: Camera, record: DeviceRecord): void;
  /** Its identity is in doubt, or it was removed: its stream must end. */
  onWithdrawn(cameraId: string): void;
  /** Another device answers where the known one was (`raised`), or that is settled (`cleared`). */
  onIdentity(phase: 'raised' | 'cleared', record: DeviceRecord, why: string): void;
  /** A known device does not answer where it was. */
  onMissing(record: DeviceRecord): void;
  onChange(): void;
  isStreaming(cameraId: string): boolean;
};

const CONCURRENT_TRIALS = 8;
const TICK_MS = 1000;
/** A camera at work is asked for its clock and its identity again, without a password. */
const RECHECK_MS = 300_000;
/** A device that never answered is forgotten when discovery has not heard of it for so long. */
const UNPROVEN_FORGET_MS = 600_000;
const SEEN_AGAIN_MS = 300_000;
const STRANGER_AGAIN_MS = 60_000;

/** Takes discovered devices, asks them who they are, and admits those that let us in and have a usable stream. */
export class CameraAdmission {
  readonly #options: AdmissionOptions;
  readonly #tools: TrialTools;
  readonly #book: DeviceBook;
  /** Cameras handed on, by device, as they were. */
  readonly #admitted = new Map<string, { url: string; cameras: Camera[] }>();
  readonly #failures = new Map<string, number>();
  readonly #queue = new Set<string>();
  readonly #running = new Map<string, Promise<void>>();
  readonly #moving = new Set<string>();
  /** Endpoints that discovery heard from the address of another known device. */
  readonly #heard = new Map<string, string>();
  #timer: NodeJS.Timeout | undefined;
  #stopped = true;

  constructor(options: AdmissionOptions) {
    this.#options = options;
    const { probe, policy, vault, budget, configured } = options;
    this.#tools = { probe, policy, vault, budget, configured };
    this.#book = new DeviceBook(options);
  }

  /** Loads what is remembered; nobody is asked before `start`. */
  open(): void {
    for (const record of this.#options.store.devices()) this.#book.load(record);
  }

  /** Asks every device that is remembered, again and again. */
  start(): void {
    this.#stopped = false;
    for (const record of this.#book.all()) this.load(record);
    this.#timer ??= setInterval(() => this.#tick(), TICK_MS);
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearInterval(this.#timer);
    this.#timer = undefined;
    await this.processAll();
  }

  /** Resolves when no question to a camera is under way. */
  async processAll(): Promise<void> {
    while (this.#running.size > 0 || this.#moving.size > 0) {
      await Promise.all(this.#running.values());
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  records(): readonly DeviceRecord[] {
    return this.#book.all();
  }

  find(deviceId: string): DeviceRecord | undefined {
    return this.#book.get(deviceId);
  }

  /** Whether it answered once: those that never did are not told to the centre. */
  isProven(deviceId: string): boolean {
    return this.#book.isKept(deviceId);
  }

  /** The device a camera belongs to. */
  deviceOf(cameraId: string): DeviceRecord | undefined {
    return this.records().find(({ channels }) => channels.some((channel) => channel.cameraId === cameraId));
  }

  isAtWork(deviceId: string): boolean {
    return this.#admitted.has(deviceId);
  }

  /** A device answered a probe. Known and unchanged ones cost nothing. */
  consider(device: DiscoveredDevice): DeviceRecord | null {
    const { policy, log, store, clock } = this.#options;
    const url = device.addresses.find((address) => policy.allows(new URL(address).hostname));
    if (url === undefined) {
      log.debug({ endpoint: device.endpoint }, 'camera outside the configured networks: ignored');
      return null;
    }
    const known = this.#book.known(device.endpoint, url);
    if (known) {
      if (device.addresses.some((address) => hostOf(address) === hostOf(known.url))) this.#seen(known);
      else void this.#follow(known, device, url);
      return known;
    }
    if (store.isRemoved(plainEndpoint(device.endpoint))) return null;
    const tenant = this.#book.tenant(url);
    if (tenant) {
      // Anybody can answer a multicast: it is believed when the device says the same, or when the known one is not to be seen.
      if (device.sender === new URL(url).hostname) this.#heard.set(tenant.id, device.endpoint);
      this.ask(tenant.id);
      return null;
    }
    if (!this.#book.hasRoom()) return null;
    const record = newRecord({ device, url, nowMs: clock.now() });
    this.#book.note(record);
    this.ask(record.id);
    return record;
  }

  /** Takes in a device that a person named. */
  adopt(record: DeviceRecord): void {
    this.#take(this.#book.keep(record));
  }

  /** Takes in a device that is on disk. */
  load(record: DeviceRecord): void {
    this.#take(this.#book.keep(record));
  }

  /** Changes what is remembered of a device; it is not asked again by that. */
  change(deviceId: string, change: Partial<DeviceRecord>): void {
    const record = this.#book.get(deviceId);
    if (record) this.#put({ ...record, ...change });
  }

  /** Forgets a device without a trace on disk: the roster does that. */
  drop(deviceId: string): void {
    const record = this.#book.get(deviceId);
    if (!record) return;
    this.#withdraw(record);
    if (record.strange) this.#options.handlers.onIdentity('cleared', record, 'the camera was removed');
    this.#book.forget(deviceId);
    this.#heard.delete(deviceId);
    this.#failures.delete(deviceId);
    this.#queue.delete(deviceId);
    this.#options.handlers.onChange();
  }

  /** Asks a device as soon as one of the questioners is free. */
  ask(deviceId: string): void {
    const record = this.#book.get(deviceId);
    if (this.#stopped || !record || record.protocol !== 'onvif') return;
    this.#queue.add(deviceId);
    this.#pump();
  }

  /** Resolves when the device has been asked; at once when nothing is under way. */
  async asked(deviceId: string): Promise<void> {
    while (this.#queue.has(deviceId) || this.#running.has(deviceId)) {
      await this.#running.get(deviceId);
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  /** The login of a camera at work; null = it needs none, undefined = it is not at work. */
  loginOf(deviceId: string): Login | null | undefined {
    const source = this.#admitted.get(deviceId)?.cameras[0]?.source;
    if (source?.kind !== 'rtsp') return undefined;
    const { username, password } = source;
    return username === undefined || password === undefined ? null : { username, password };
  }

  /**
   * Before a password goes to a camera's stream: the device at its address tells who it is, without a login.
   * @returns whether Basic may be used there. @throws StreamFaultError `identity-changed`
   */
  async prove(cameraId: string): Promise<{ allowBasic: boolean }> {
    const record = this.deviceOf(cameraId);
    if (record?.protocol !== 'onvif') return { allowBasic: true };
    const { contact } = await firstContact(this.#options.probe, record.url);
    // A device service that is down says nothing of the stream; but then nobody has proven who is there.
    if (contact === null) {
      this.ask(record.id);
      return { allowBasic: false };
    }
    const told = contact.endpoint;
    if (told !== null && record.endpoint !== null && plainEndpoint(told) !== plainEndpoint(record.endpoint)) {
      this.ask(record.id);
      throw new StreamFaultError(
        'identity-changed',
        'another device answers at this address: look at the place, then accept it',
      );
    }
    return { allowBasic: record.accepted?.url === record.url };
  }

  /** A person accepts what was strange: the device has this identity and address from now on. */
  settleStrange(deviceId: string, strange: NonNullable<DeviceRecord['strange']>): void {
    const record = this.#book.get(deviceId);
    if (!record) return;
    this.#put({
      ...record,
      url: strange.deviceUrl,
      endpoint: strange.endpoint ?? record.endpoint,
      serial: strange.serial,
      mac: strange.mac,
      strange: null,
      login: null,
    });
    this.#options.handlers.onIdentity('cleared', record, 'a person accepted the new identity');
  }

  /** The device at this address is another one than we know: its stream ends, nobody sends it a password, people are told. */
  meetStranger(record: DeviceRecord, { why, endpoint, serial, mac }: Stranger): void {
    const { handlers, clock, log } = this.#options;
    const known = this.#book.byEndpoint(endpoint);
    if (known && known.id !== record.id) {
      // Two of our own cameras have changed addresses: discovery sorts that out.
      this.#stand(
        record,
        'unreachable',
        'another of our cameras has its address now',
        clock.now() + STRANGER_AGAIN_MS,
      );
      this.#withdraw(record);
      const device = { endpoint: known.endpoint ?? '', addresses: [record.url], name: null, hardware: null };
      if (hostOf(known.url) !== hostOf(record.url)) void this.#follow(known, device, record.url);
      handlers.onMissing(record);
      return;
    }
    const nowMs = clock.now();
    const strange = { why, endpoint, serial, mac, deviceUrl: record.url, seenAtMs: nowMs };
    const isNew = record.strange === null;
    const standing = standingOf(record, {
      cause: 'identity-changed',
      detail: why,
      nowMs,
      retryAtMs: nowMs + STRANGER_AGAIN_MS,
    });
    const changed = { ...record, strange, standing };
    this.#put(changed);
    this.#withdraw(changed);
    if (!isNew) return;
    log.warn({ camera: record.id, why }, 'another device answers at the address of a camera');
    handlers.onIdentity('raised', changed, why);
    handlers.onMissing(changed);
  }

  #take(record: DeviceRecord): void {
    this.#book.load(record);
    if (record.strange) this.#options.handlers.onIdentity('raised', record, record.strange.why);
    this.ask(record.id);
    this.#options.handlers.onChange();
  }

  #seen(record: DeviceRecord): void {
    const nowMs = this.#options.clock.now();
    const { state } = record.standing;
    if (nowMs - record.lastSeenAtMs >= SEEN_AGAIN_MS) this.#put({ ...record, lastSeenAtMs: nowMs });
    if (state === 'not-reachable') this.ask(record.id);
  }

  /** A known identity was heard of at another address. */
  async #follow(record: DeviceRecord, device: DiscoveredDevice, url: string): Promise<void> {
    if (this.#moving.has(record.id)) return;
    this.#moving.add(record.id);
    try {
      const { probe, followMoved, clock } = this.#options;
      const verdict = await proveMove({ probe, record, device, url });
      const current = this.#book.get(record.id);
      if (!current || verdict !== 'moved' || current.url !== record.url || this.#stopped) return;
      const isAllowed = followMoved === 'digest' || (current.login === null && current.accepted === null);
      if (isAllowed) {
        this.#moveTo(current, url);
        return;
      }
      const nowMs = clock.now();
      const { endpoint, serial, mac } = current;
      const strange = { why: 'new address', endpoint, serial, mac, deviceUrl: url, seenAtMs: nowMs };
      const standing = standingOf(current, {
        cause: 'address-changed',
        detail: `now at ${hostOf(url)}`,
        nowMs,
        retryAtMs: null,
      });
      this.#put({ ...current, strange, standing });
    } finally {
      this.#moving.delete(record.id);
    }
  }

  #moveTo(record: DeviceRecord, url: string): void {
    const { log, handlers } = this.#options;
    log.info({ camera: record.id, host: hostOf(url) }, 'camera has a new address');
    if (record.strange) handlers.onIdentity('cleared', record, 'the camera was found at another address');
    this.#put({ ...record, url, strange: null });
    this.#failures.delete(record.id);
    this.ask(record.id);
  }

  #tick(): void {
    const nowMs = this.#options.clock.now();
    for (const { id, standing, lastSeenAtMs } of this.records()) {
      if (!this.#book.isKept(id) && nowMs - lastSeenAtMs > UNPROVEN_FORGET_MS) this.drop(id);
      else if (standing.retryAtMs !== null && standing.retryAtMs <= nowMs) this.ask(id);
    }
  }

  #pump(): void {
    for (const id of this.#queue) {
      if (this.#running.size >= CONCURRENT_TRIALS || this.#stopped) return;
      const record = this.#book.get(id);
      if (this.#running.has(id)) continue;
      this.#queue.delete(id);
      if (!record) continue;
      const work = this.#question(record).catch((error: unknown) => {
        this.#options.log.error({ camera: id, error: messageOf(error) }, 'a camera could not be asked');
        this.#stand(record, 'answer-refused', messageOf(error), this.#backoff(id));
      });
      this.#running.set(id, work);
      void work.finally(() => {
        this.#running.delete(id);
        this.#pump();
      });
    }
  }

  async #question(record: DeviceRecord): Promise<void> {
    if (
      this.#admitted.get(record.id)?.url === record.url &&
      record.personWaits === null &&
      (await this.#recheck(record))
    )
      return;
    const isSteady = record.channels.some(({ cameraId }) => this.#options.handlers.isStreaming(cameraId));
    const heard = isSteady ? null : (this.#heard.get(record.id) ?? null);
    this.#heard.delete(record.id);
    const outcome = await tryDevice(record, this.#tools, heard);
    const current = this.#book.get(record.id);
    if (!current || this.#stopped) return;
    if (current.url !== record.url || current.accepted !== record.accepted) this.ask(record.id);
    else this.#settle(current, outcome);
  }

  /** A camera at work: its clock and identity, without a password. True when that is all there is to do. */
  async #recheck(record: DeviceRecord): Promise<boolean> {
    const { probe, clock, handlers } = this.#options;
    const isSteady = record.standing.state === 'ready' || record.standing.state === 'clock-wrong';
    const first = await firstContact(probe, record.url);
    const isStreaming = record.channels.some(({ cameraId }) => handlers.isStreaming(cameraId));
    const nowMs = clock.now();
    const again = { ...record.standing, checkedAtMs: nowMs, retryAtMs: nowMs + RECHECK_MS };
    if (first.contact === null) {
      if (!isStreaming) return false;
      this.change(record.id, { standing: again });
      return true;
    }
    const { endpoint, clockOffsetMs } = first.contact;
    const wasOff = record.standing.state === 'clock-wrong';
    const isOff = Math.abs(clockOffsetMs ?? 0) > CLOCK_TOLERANCE_MS;
    const isSame =
      endpoint === null ||
      record.endpoint === null ||
      plainEndpoint(endpoint) === plainEndpoint(record.endpoint);
    if (!isSteady || wasOff !== isOff || !isSame) return false;
    this.change(record.id, { standing: again, clockOffsetMs, lastSeenAtMs: nowMs });
    return true;
  }

  #settle(record: DeviceRecord, outcome: TrialOutcome): void {
    if (outcome.kind === 'stranger') this.meetStranger(record, outcome.stranger);
    else if (outcome.kind === 'admitted') this.#admit(record, outcome.climb, outcome.login);
    else this.#stop(record, outcome);
  }

  #admit(
    record: DeviceRecord,
    climb: Extract<TrialOutcome, { kind: 'admitted' }>['climb'],
    login: TrialLogin | null,
  ): void {
    const { clock, codes, handlers, log } = this.#options;
    const nowMs = clock.now();
    this.#failures.delete(record.id);
    const known = withClimb(this.#book.keep(record), climb, codes);
    const standing = standingOf(record, { ...climb, nowMs, retryAtMs: nowMs + RECHECK_MS });
    const used = login && { from: login.from, setId: login.setId, username: login.login.username };
    const admitted = {
      ...known,
      standing,
      login: used,
      strange: null,
      personWaits: null,
      lastSeenAtMs: nowMs,
    };
    this.#put(admitted);
    if (record.strange) handlers.onIdentity('cleared', admitted, 'the known device answers again');
    const cameras = camerasOf(admitted, climb, login?.login ?? null);
    const before = new Map(
      (this.#admitted.get(record.id)?.cameras ?? []).map((camera) => [camera.id, camera]),
    );
    this.#admitted.set(record.id, { url: record.url, cameras });
    for (const camera of cameras) {
      if (JSON.stringify(before.get(camera.id)) !== JSON.stringify(camera))
        handlers.onAdmitted(camera, admitted);
      before.delete(camera.id);
    }
    for (const gone of before.keys()) handlers.onWithdrawn(gone);
    log.info(
      { camera: record.id, code: record.code, cause: climb.cause, cameras: cameras.length },
      'camera admitted',
    );
  }

  #stop(record: DeviceRecord, outcome: Extract<TrialOutcome, { kind: 'stands' }>): void {
    const { cause, detail, contact, climb, passwordAtMs } = outcome;
    const isNews = record.standing.cause !== cause;
    let known = contact ? this.#book.keep(record) : record;
    if (contact) {
      const offset = contact.clockOffsetMs ?? record.clockOffsetMs;
      known = { ...known, clockOffsetMs: offset, endpoint: record.endpoint ?? contact.endpoint };
      if (passwordAtMs === undefined || cause !== 'password-held-back')
        known = { ...known, personWaits: null };
    }
    if (climb?.facts) known = withClimb(known, climb, this.#options.codes);
    if (contact === null && this.isAtWork(record.id)) this.#options.handlers.onMissing(record);
    const retryAtMs = passwordAtMs === undefined ? this.#backoff(record.id) : passwordAtMs;
    this.#stand(known, cause, detail, retryAtMs);
    if (isNews) this.#options.log.warn({ camera: record.id, cause, detail }, 'camera not admitted');
  }

  #backoff(id: string): number {
    const failures = this.#failures.get(id) ?? 0;
    this.#failures.set(id, failures + 1);
    return this.#options.clock.now() + backoffMs(failures, { baseMs: 5000, capMs: 60_000 });
  }

  #stand(record: DeviceRecord, cause: LadderCause, detail: string, retryAtMs: number | null): void {
    const nowMs = this.#options.clock.now();
    this.#put({ ...record, standing: standingOf(record, { cause, detail, nowMs, retryAtMs }) });
  }

  #withdraw(record: DeviceRecord): void {
    for (const camera of this.#admitted.get(record.id)?.cameras ?? [])
      this.#options.handlers.onWithdrawn(camera.id);
    this.#admitted.delete(record.id);
  }

  /** In memory always, on disk once it is kept; one that another process removed is dropped. */
  #put(record: DeviceRecord): void {
    if (this.#book.put(record)) this.#options.handlers.onChange();
    else this.drop(record.id);
  }
}
