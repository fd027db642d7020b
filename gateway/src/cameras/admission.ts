import type { AddressPolicy } from '../base/address.ts';
import type { Clock } from '../base/clock.ts';
import { messageOf } from '../base/errors.ts';
import type { Logger } from '../base/log.ts';
import { type DeviceProbe, type DiscoveredDevice, type Login, StreamFaultError } from '../pipeline.ts';
import { DeviceBook, hostOf } from './device-book.ts';
import type { DeviceCodes } from './device-codes.ts';
import { type AdmissionHandlers, DeviceDesk, isReplaced, STRANGER_AGAIN_MS } from './device-desk.ts';
import { recheck } from './device-recheck.ts';
import type { DeviceRecord } from './device-record.ts';
import { newRecord, standingOf } from './device-record-changes.ts';
import { type Stranger, type TrialTools, tryDevice } from './device-trial.ts';
import { plainEndpoint } from './identity.ts';
import { IdentityProofs } from './identity-proof.ts';
import { proveMove } from './moved-device.ts';
import { QuestionQueue } from './question-queue.ts';
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

const CONCURRENT_TRIALS = 8;
const TICK_MS = 1000;
/** A device that never answered is forgotten when discovery has not heard of it for so long. */
const UNPROVEN_FORGET_MS = 600_000;
const SEEN_AGAIN_MS = 300_000;

/** Takes discovered devices, asks them who they are, and admits those that let us in and have a usable stream. */
export class CameraAdmission {
  readonly #options: AdmissionOptions;
  readonly #tools: TrialTools;
  readonly #book: DeviceBook;
  readonly #desk: DeviceDesk;
  readonly #proofs: IdentityProofs;
  readonly #questions = new QuestionQueue({ limit: CONCURRENT_TRIALS, ask: (id) => this.#askNow(id) });
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
    this.#proofs = new IdentityProofs(probe);
    this.#desk = new DeviceDesk({ ...options, book: this.#book });
  }

  /** Loads what is remembered; nobody is asked before `start`. */
  open(): void {
    for (const record of this.#options.store.devices()) this.#book.load(record);
  }

  /** Asks every device that is remembered, again and again. */
  start(): void {
    this.#stopped = false;
    this.#questions.open();
    for (const record of this.#book.all()) this.load(record);
    this.#timer ??= setInterval(() => this.#tick(), TICK_MS);
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#questions.close();
    clearInterval(this.#timer);
    this.#timer = undefined;
    await this.processAll();
  }

  /** Resolves when no question to a camera is under way. */
  async processAll(): Promise<void> {
    while (this.#questions.isBusy || this.#moving.size > 0) {
      await this.#questions.settled();
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
    return this.#desk.isAtWork(deviceId);
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
    this.#desk.change(deviceId, change);
  }

  /** Forgets a device without a trace on disk: the roster does that. */
  drop(deviceId: string): void {
    this.#desk.drop(deviceId);
    this.#heard.delete(deviceId);
    this.#questions.forget(deviceId);
  }

  /** The login of a camera at work; null = it needs none, undefined = it is not at work. */
  loginOf(deviceId: string): Login | null | undefined {
    return this.#desk.loginOf(deviceId);
  }

  /** A person accepts what was strange: the device has this identity and address from now on. */
  acceptStranger(deviceId: string): void {
    const record = this.#book.get(deviceId);
    if (record) this.#desk.acceptStranger(record);
  }

  /** Asks a device as soon as one of the questioners is free. */
  ask(deviceId: string): void {
    const record = this.#book.get(deviceId);
    if (record?.protocol === 'onvif') this.#questions.add(deviceId);
  }

  /** Resolves when the device has been asked; at once when nothing is under way. */
  asked(deviceId: string): Promise<void> {
    return this.#questions.asked(deviceId);
  }

  /**
   * Before a password goes to a camera's stream: the device at its address tells who it is, without a login.
   * @returns whether Basic may be used there. @throws StreamFaultError `identity-changed`
   */
  async prove(cameraId: string): Promise<{ allowBasic: boolean }> {
    const record = this.deviceOf(cameraId);
    if (record?.protocol !== 'onvif') return { allowBasic: true };
    const { allowBasic } = await this.#prove(record);
    return { allowBasic };
  }

  /** The same for what else is asked of a device with a login. @throws StreamFaultError also when nobody answers */
  async proveDevice(deviceId: string): Promise<void> {
    const record = this.#book.get(deviceId);
    const { answered } = record ? await this.#prove(record) : { answered: false };
    if (!answered)
      throw new StreamFaultError('no-response', 'the device does not say who it is: it is asked again');
  }

  async #prove(record: DeviceRecord): Promise<{ allowBasic: boolean; answered: boolean }> {
    try {
      const proof = await this.#proofs.prove(record);
      // A device service that is down says nothing of the stream; but then nobody has proven who is there.
      if (!proof.answered) this.ask(record.id);
      return proof;
    } catch (error) {
      this.ask(record.id);
      throw error;
    }
  }

  /** Another device answers there: a stranger, or another of our own cameras, which has moved in. */
  #meet(record: DeviceRecord, stranger: Stranger): void {
    const known = this.#book.byEndpoint(stranger.endpoint);
    if (!known || known.id === record.id) {
      this.#desk.meetStranger(record, stranger);
      return;
    }
    const { clock, handlers } = this.#options;
    const againMs = clock.now() + STRANGER_AGAIN_MS;
    this.#desk.stand(record, 'unreachable', 'another of our cameras has its address now', againMs);
    this.#desk.withdraw(record);
    const device = { endpoint: known.endpoint ?? '', addresses: [record.url], name: null, hardware: null };
    if (hostOf(known.url) !== hostOf(record.url)) void this.#follow(known, device, record.url);
    handlers.onMissing(record);
  }

  #take(record: DeviceRecord): void {
    this.#book.load(record);
    if (record.strange && isReplaced(record))
      this.#options.handlers.onIdentity('raised', record, record.strange.why);
    this.ask(record.id);
    this.#options.handlers.onChange();
  }

  #seen(record: DeviceRecord): void {
    const nowMs = this.#options.clock.now();
    const { state } = record.standing;
    if (nowMs - record.lastSeenAtMs >= SEEN_AGAIN_MS) this.#desk.put({ ...record, lastSeenAtMs: nowMs });
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
        this.#desk.moveTo(current, url);
        this.ask(current.id);
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
      this.#desk.put({ ...current, strange, standing });
    } finally {
      this.#moving.delete(record.id);
    }
  }

  #tick(): void {
    const nowMs = this.#options.clock.now();
    for (const { id, standing, lastSeenAtMs } of this.records()) {
      if (!this.#book.isKept(id) && nowMs - lastSeenAtMs > UNPROVEN_FORGET_MS) this.drop(id);
      else if (standing.retryAtMs !== null && standing.retryAtMs <= nowMs) this.ask(id);
    }
  }

  async #askNow(deviceId: string): Promise<void> {
    const record = this.#book.get(deviceId);
    if (!record) return;
    try {
      await this.#question(record);
    } catch (error) {
      this.#options.log.error({ camera: deviceId, error: messageOf(error) }, 'a camera could not be asked');
      this.#desk.stand(record, 'answer-refused', messageOf(error), this.#desk.backoff(deviceId));
    }
  }

  async #question(record: DeviceRecord): Promise<void> {
    const { probe, clock, handlers } = this.#options;
    if (this.#desk.admittedAt(record.id) === record.url && record.personWaits === null) {
      const change = await recheck(record, { probe, clock, isStreaming: handlers.isStreaming });
      if (change) {
        this.change(record.id, change);
        return;
      }
    }
    const isSteady = record.channels.some(({ cameraId }) => handlers.isStreaming(cameraId));
    const heard = isSteady ? null : (this.#heard.get(record.id) ?? null);
    this.#heard.delete(record.id);
    const outcome = await tryDevice(record, this.#tools, heard);
    const current = this.#book.get(record.id);
    if (!current || this.#stopped) return;
    if (current.url !== record.url || current.accepted !== record.accepted) this.ask(record.id);
    else if (outcome.kind === 'stranger') this.#meet(current, outcome.stranger);
    else this.#desk.settle(current, outcome);
  }
}
