import type { LadderCause } from '@pingan/models/contract';
import { backoffMs } from '../base/backoff.ts';
import type { Clock } from '../base/clock.ts';
import type { Logger } from '../base/log.ts';
import type { Camera, Login } from '../pipeline.ts';
import { camerasOf, withClimb } from './admitted-cameras.ts';
import type { DeviceBook } from './device-book.ts';
import type { DeviceCodes } from './device-codes.ts';
import { RECHECK_MS } from './device-recheck.ts';
import type { DeviceRecord } from './device-record.ts';
import { standingOf } from './device-record-changes.ts';
import type { Stranger, TrialLogin, TrialOutcome } from './device-trial.ts';
import type { Climb } from './ladder.ts';

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

export type DeviceDeskOptions = {
  book: DeviceBook;
  codes: DeviceCodes;
  handlers: AdmissionHandlers;
  clock: Clock;
  log: Logger;
};

/** A stranger is asked again who it is, without a password. */
export const STRANGER_AGAIN_MS = 60_000;

/** Whether another device answers at the address of this one; a new address that waits for a person is no such thing. */
export function isReplaced({ strange, url }: DeviceRecord): boolean {
  return strange !== null && strange.deviceUrl === url;
}

/** What is said of a refusal: a login that was refused stays the news when a look that nobody asked for is held back after it. */
function tellingOf(
  record: DeviceRecord,
  { cause, detail }: { cause: DeviceRecord['standing']['cause']; detail: string },
) {
  const known = record.standing;
  const isEcho = cause === 'password-held-back' && record.personWaits === null;
  return isEcho && (known.cause === 'password-wrong' || known.cause === 'account-locked')
    ? { cause: known.cause, detail: known.detail }
    : { cause, detail };
}

/** What becomes of a device after it was asked: records, cameras handed on or taken back, alarms. */
export class DeviceDesk {
  readonly #options: DeviceDeskOptions;
  readonly #book: DeviceBook;
  /** Cameras handed on, by device, as they were. */
  readonly #admitted = new Map<string, { url: string; cameras: Camera[] }>();
  readonly #failures = new Map<string, number>();

  constructor(options: DeviceDeskOptions) {
    this.#options = options;
    this.#book = options.book;
  }

  isAtWork(deviceId: string): boolean {
    return this.#admitted.has(deviceId);
  }

  /** Where a device was let in; undefined when it was not. */
  admittedAt(deviceId: string): string | undefined {
    return this.#admitted.get(deviceId)?.url;
  }

  /** The login of a camera at work; null = it needs none, undefined = it is not at work. */
  loginOf(deviceId: string): Login | null | undefined {
    const source = this.#admitted.get(deviceId)?.cameras[0]?.source;
    if (source?.kind !== 'rtsp') return undefined;
    const { username, password } = source;
    return username === undefined || password === undefined ? null : { username, password };
  }

  /** Changes what is remembered of a device; it is not asked again by that. */
  change(deviceId: string, change: Partial<DeviceRecord>): void {
    const record = this.#book.get(deviceId);
    if (record) this.put({ ...record, ...change });
  }

  /** Forgets a device without a trace on disk: the roster does that. */
  drop(deviceId: string): void {
    const record = this.#book.get(deviceId);
    if (!record) return;
    this.withdraw(record);
    if (isReplaced(record)) this.#options.handlers.onIdentity('cleared', record, 'the camera was removed');
    this.#book.forget(deviceId);
    this.#failures.delete(deviceId);
    this.#options.handlers.onChange();
  }

  settle(record: DeviceRecord, outcome: Exclude<TrialOutcome, { kind: 'stranger' }>): void {
    if (outcome.kind === 'admitted') this.#admit(record, outcome.climb, outcome.login);
    else this.#refuse(record, outcome);
  }

  /** The device at this address is another one than we know: its stream ends, nobody sends it a password, people are told. */
  meetStranger(record: DeviceRecord, { why, endpoint, serial, mac }: Stranger): void {
    const { handlers, clock, log } = this.#options;
    const nowMs = clock.now();
    const strange = { why, endpoint, serial, mac, deviceUrl: record.url, seenAtMs: nowMs };
    const isKnown = isReplaced(record);
    const retryAtMs = nowMs + STRANGER_AGAIN_MS;
    const standing = standingOf(record, { cause: 'identity-changed', detail: why, nowMs, retryAtMs });
    const changed = { ...record, strange, standing };
    this.put(changed);
    this.withdraw(changed);
    if (isKnown) return;
    log.warn({ camera: record.id, why }, 'another device answers at the address of a camera');
    handlers.onIdentity('raised', changed, why);
    handlers.onMissing(changed);
  }

  /** It is at another address from now on. */
  moveTo(record: DeviceRecord, url: string): void {
    const { log, handlers } = this.#options;
    log.info({ camera: record.id, host: new URL(url).host }, 'camera has a new address');
    if (isReplaced(record)) handlers.onIdentity('cleared', record, 'the camera was found at another address');
    this.put({ ...record, url, strange: null });
    this.#failures.delete(record.id);
  }

  /** A person accepts what was strange: the device has this identity and address from now on. */
  acceptStranger(record: DeviceRecord): void {
    const { strange } = record;
    if (strange === null) return;
    const { deviceUrl: url, serial, mac } = strange;
    const endpoint = strange.endpoint ?? record.endpoint;
    this.put({ ...record, url, endpoint, serial, mac, strange: null, login: null });
    if (isReplaced(record))
      this.#options.handlers.onIdentity('cleared', record, 'a person accepted the new identity');
  }

  /** Notes where a device stands. */
  stand(record: DeviceRecord, cause: LadderCause, detail: string, retryAtMs: number | null): void {
    const nowMs = this.#options.clock.now();
    this.put({ ...record, standing: standingOf(record, { cause, detail, nowMs, retryAtMs }) });
  }

  /** Takes its cameras back. */
  withdraw(record: DeviceRecord): void {
    for (const camera of this.#admitted.get(record.id)?.cameras ?? [])
      this.#options.handlers.onWithdrawn(camera.id);
    this.#admitted.delete(record.id);
  }

  /** In memory always, on disk once it is kept; one that another process removed is dropped. */
  put(record: DeviceRecord): void {
    if (this.#book.put(record)) this.#options.handlers.onChange();
    else this.drop(record.id);
  }

  /** When a device that failed is asked again: 5 s, later up to a minute. */
  backoff(id: string): number {
    const failures = this.#failures.get(id) ?? 0;
    this.#failures.set(id, failures + 1);
    return this.#options.clock.now() + backoffMs(failures, { baseMs: 5000, capMs: 60_000 });
  }

  #admit(record: DeviceRecord, climb: Climb, login: TrialLogin | null): void {
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
    this.put(admitted);
    if (isReplaced(record)) handlers.onIdentity('cleared', admitted, 'the known device answers again');
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

  #refuse(record: DeviceRecord, outcome: Extract<TrialOutcome, { kind: 'stands' }>): void {
    const { contact, climb, passwordAtMs } = outcome;
    const { cause, detail } = tellingOf(record, outcome);
    const isNews = record.standing.cause !== cause;
    let known = contact ? this.#book.keep(record) : record;
    if (contact) {
      const offset = contact.clockOffsetMs ?? record.clockOffsetMs;
      known = { ...known, clockOffsetMs: offset, endpoint: record.endpoint ?? contact.endpoint };
      if (passwordAtMs === undefined || outcome.cause !== 'password-held-back')
        known = { ...known, personWaits: null };
    }
    if (climb?.facts) known = withClimb(known, climb, this.#options.codes);
    if (contact === null && this.isAtWork(record.id)) this.#options.handlers.onMissing(record);
    const retryAtMs = passwordAtMs === undefined ? this.backoff(record.id) : passwordAtMs;
    this.stand(known, cause, detail, retryAtMs);
    if (isNews) this.#options.log.warn({ camera: record.id, cause, detail }, 'camera not admitted');
  }
}
