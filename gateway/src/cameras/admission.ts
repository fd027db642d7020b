import { createHash } from 'node:crypto';
import type { CameraFault } from '@pingan/models/contract';
import type { AddressPolicy } from '../base/address.ts';
import { backoffMs } from '../base/backoff.ts';
import type { Clock } from '../base/clock.ts';
import { messageOf } from '../base/errors.ts';
import type { Logger } from '../base/log.ts';
import {
  type Camera,
  type DeviceFacts,
  type DeviceProbe,
  type DiscoveredDevice,
  type Login,
  type MediaProfile,
  StreamFaultError,
} from '../pipeline.ts';
import type { DeviceCodes } from './device-codes.ts';

/** Where a discovered device stands. */
export type AdmissionState =
  | { kind: 'asking' }
  | { kind: 'admitted'; camera: Camera; profile: MediaProfile }
  | { kind: 'refused'; fault: CameraFault; message: string; sinceMs: number; retryAtMs: number };

export type Candidate = {
  readonly id: string;
  readonly code: string;
  readonly endpoint: string;
  name: string;
  deviceUrl: string;
  facts: DeviceFacts | null;
  state: AdmissionState;
};

export type AdmissionOptions = {
  probe: DeviceProbe;
  policy: AddressPolicy;
  codes: DeviceCodes;
  /** Tried in order; empty = only cameras without a password. */
  logins: readonly Login[];
  /** Most cameras this gateway takes. */
  limit: number;
  clock: Clock;
  log: Logger;
  /** A camera is ready, or ready again at a new address. */
  onAdmitted(candidate: Candidate, camera: Camera): void;
};

/** A wrong password is not tried again for an hour: some makers lock the account for 30 minutes after five tries. */
const PASSWORD_RETRY_MS = 3_600_000;
const CONCURRENT_PROBES = 4;
const TICK_MS = 1000;
/** 1080p: a bigger main stream costs more to decode than detection gains from it. */
const PREFERRED_PIXELS = 1920 * 1088;

/** The profile to watch: the largest H.264 one up to 1080p, else the smallest H.264, else H.265 by the same order. */
export function chooseProfile(profiles: readonly MediaProfile[]): MediaProfile | null {
  const area = (profile: MediaProfile) => profile.width * profile.height;
  for (const codec of ['h264', 'h265'] as const) {
    const usable = profiles.filter((profile) => profile.codec === codec).sort((a, b) => area(b) - area(a));
    const chosen = usable.find((profile) => area(profile) <= PREFERRED_PIXELS) ?? usable.at(-1);
    if (chosen) return chosen;
  }
  return null;
}

/** Stable id of a camera from its endpoint reference or configured key. */
export function cameraIdOf(key: string): string {
  return `cam-${createHash('sha256').update(key).digest('hex').slice(0, 12)}`;
}

/** Takes discovered devices, asks them who they are, and admits those that let us in and have a usable stream. */
export class CameraAdmission {
  readonly #options: AdmissionOptions;
  readonly #candidates = new Map<string, Candidate>();
  readonly #failures = new Map<string, number>();
  readonly #running = new Set<Promise<void>>();
  #timer: NodeJS.Timeout | undefined;
  #stopped = false;

  constructor(options: AdmissionOptions) {
    this.#options = options;
  }

  start(): void {
    this.#stopped = false;
    this.#timer ??= setInterval(() => this.#retryDue(), TICK_MS);
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearInterval(this.#timer);
    this.#timer = undefined;
    await Promise.all(this.#running);
  }

  /** Resolves when no question to a camera is under way. */
  async processAll(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running);
  }

  candidates(): readonly Candidate[] {
    return [...this.#candidates.values()];
  }

  /** A device answered a probe. Known and unchanged ones cost nothing. */
  consider(device: DiscoveredDevice): void {
    const { policy, log, limit } = this.#options;
    const deviceUrl = device.addresses.find((address) => policy.allows(new URL(address).hostname));
    if (deviceUrl === undefined) {
      log.debug({ endpoint: device.endpoint }, 'camera outside the configured networks: ignored');
      return;
    }
    const known = this.#candidates.get(device.endpoint);
    if (known) {
      if (known.deviceUrl === deviceUrl) return;
      log.info({ camera: known.id, host: new URL(deviceUrl).host }, 'camera has a new address');
      known.deviceUrl = deviceUrl;
      this.#ask(known);
      return;
    }
    if (this.#candidates.size >= limit) {
      log.warn({ limit }, 'more cameras than cameras.limit allows: the rest is ignored');
      return;
    }
    const candidate: Candidate = {
      id: cameraIdOf(device.endpoint),
      code: this.#options.codes.assign('networkCamera', device.endpoint),
      endpoint: device.endpoint,
      name: device.name ?? device.hardware ?? new URL(deviceUrl).hostname,
      deviceUrl,
      facts: null,
      state: { kind: 'asking' },
    };
    this.#candidates.set(device.endpoint, candidate);
    this.#ask(candidate);
  }

  #retryDue(): void {
    const now = this.#options.clock.now();
    for (const candidate of this.#candidates.values()) {
      if (candidate.state.kind === 'refused' && candidate.state.retryAtMs <= now) this.#ask(candidate);
    }
  }

  #ask(candidate: Candidate): void {
    if (this.#stopped) return;
    if (this.#running.size >= CONCURRENT_PROBES) {
      const now = this.#options.clock.now();
      candidate.state = {
        kind: 'refused',
        fault: 'no-response',
        message: 'waiting for its turn',
        sinceMs: now,
        retryAtMs: now,
      };
      return;
    }
    candidate.state = { kind: 'asking' };
    const work = this.#admit(candidate).catch((error: unknown) => this.#refuse(candidate, error));
    this.#running.add(work);
    void work.finally(() => this.#running.delete(work));
  }

  async #admit(candidate: Candidate): Promise<void> {
    const { probe, log } = this.#options;
    const deviceUrl = candidate.deviceUrl;
    const { facts, login } = await this.#logIn(deviceUrl);
    candidate.facts = facts;
    const profile = chooseProfile(facts.profiles);
    if (!profile)
      throw new StreamFaultError(
        'no-profile',
        'no H.264 or H.265 profile: set the camera’s encoder to H.264',
      );
    const url = await probe.streamUrl(deviceUrl, login, profile.token);
    if (this.#stopped || candidate.deviceUrl !== deviceUrl) return;
    const camera: Camera = {
      id: candidate.id,
      code: candidate.code,
      name: candidate.name,
      source: { kind: 'rtsp', url, transport: 'tcp', ...(login ?? {}) },
    };
    candidate.state = { kind: 'admitted', camera, profile };
    this.#failures.delete(candidate.endpoint);
    log.info({ camera: candidate.id, code: candidate.code, profile: profile.name }, 'camera admitted');
    this.#options.onAdmitted(candidate, camera);
  }

  /** Every login once, in order; only a refused password leads to the next one. */
  async #logIn(deviceUrl: string): Promise<{ facts: DeviceFacts; login: Login | null }> {
    const logins = this.#options.logins.length > 0 ? this.#options.logins : [null];
    let refused: unknown;
    for (const login of logins) {
      try {
        return { facts: await this.#options.probe.facts(deviceUrl, login), login };
      } catch (error) {
        if (!(error instanceof StreamFaultError) || error.fault !== 'unauthorized') throw error;
        refused = login
          ? error
          : new StreamFaultError(
              'needs-password',
              'the camera wants a password: add one under cameras.credentials',
            );
      }
    }
    throw refused;
  }

  #refuse(candidate: Candidate, error: unknown): void {
    const now = this.#options.clock.now();
    const fault: CameraFault = error instanceof StreamFaultError ? error.fault : 'protocol';
    const failures = this.#failures.get(candidate.endpoint) ?? 0;
    this.#failures.set(candidate.endpoint, failures + 1);
    const password = fault === 'unauthorized' || fault === 'needs-password';
    const waitMs = password ? PASSWORD_RETRY_MS : backoffMs(failures, { baseMs: 5000, capMs: 60_000 });
    const message = messageOf(error).slice(0, 256);
    const sinceMs =
      candidate.state.kind === 'refused' && candidate.state.fault === fault ? candidate.state.sinceMs : now;
    candidate.state = { kind: 'refused', fault, message, sinceMs, retryAtMs: now + waitMs };
    this.#options.log.warn({ camera: candidate.id, fault, message }, 'camera not admitted');
  }
}
