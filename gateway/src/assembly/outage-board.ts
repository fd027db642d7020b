import { isIPv4 } from 'node:net';
import { EVENT_KINDS, type StreamState } from '@pingan/models/contract';
import { type Clock, timestamp } from '../base/clock.ts';
import type { Logger } from '../base/log.ts';
import {
  type CameraGroup,
  createNetworkOutage,
  type NetworkOutage,
  type NetworkOutageOptions,
  type OutageOutcome,
} from '../health/network-outage.ts';
import type { Camera } from '../pipeline.ts';
import type { EventDraft } from './alarm-book.ts';

export type OutageBoardOptions = {
  gatewayId: string;
  /** Resolves when the event is on disk. */
  emit(draft: EventDraft): Promise<void>;
  /** A camera that fell with others may be back: one of them is. */
  hurry(cameraId: string): void;
  timing?: Partial<NetworkOutageOptions>;
  clock: Clock;
  log: Logger;
};

const MAX_LISTED = 256;
/** Between two hints that the cameras of an outage may be back. */
const HURRY_MS = 10_000;

/** What a camera's connection depends on, the smallest first; nothing for a file. An IPv4 network is taken as 24 bits, as a switch serves. */
export function groupsOf({ source }: Camera): readonly CameraGroup[] {
  if (source.kind === 'file' || !URL.canParse(source.url)) return [];
  const host = new URL(source.url).hostname;
  const network = isIPv4(host) ? `${host.split('.').slice(0, 3).join('.')}.0/24` : host;
  return [
    { scope: 'host', name: host },
    { scope: 'network', name: network },
    { scope: 'gateway', name: 'all networks' },
  ];
}

/** The camera-offline alarms of all cameras, and the one alarm that takes their place when a network falls. */
export class OutageBoard {
  readonly #options: OutageBoardOptions;
  readonly #watch: NetworkOutage;
  readonly #cameras = new Map<string, Camera>();
  readonly #down = new Set<string>();
  readonly #hurriedAtMs = new Map<string, number>();
  #emitting: Promise<void> = Promise.resolve();

  constructor(options: OutageBoardOptions) {
    this.#options = options;
    this.#watch = createNetworkOutage(options.timing);
  }

  /** Takes the state of a camera's stream: at every change, and about once a second besides. */
  observe(camera: Camera, state: StreamState): void {
    this.#cameras.set(camera.id, camera);
    const nowMs = this.#options.clock.monotonic();
    const groups = groupsOf(camera);
    this.#hint(camera, state, nowMs);
    for (const outcome of this.#watch.observe({ id: camera.id, groups }, state, nowMs)) {
      const draft = this.#draftOf(outcome, nowMs);
      if (draft === null) continue;
      const { phase, type, origin } = draft;
      this.#options.log.info({ phase, type, origin: origin.name }, 'camera alarm');
      this.#emitting = this.#emitting.then(() => this.#options.emit(draft));
    }
  }

  /** The camera is no longer watched: what it raised is cleared, and no outage waits for it. */
  forget(camera: Camera): void {
    this.observe(camera, { kind: 'stopped', since: timestamp(this.#options.clock.now()) });
    this.#watch.forget(camera.id);
    this.#cameras.delete(camera.id);
  }

  /** Resolves when every event is on disk. */
  async drain(): Promise<void> {
    await this.#emitting;
  }

  /** The first camera of a network that is back makes the others try at once instead of at the end of their waits. */
  #hint(camera: Camera, state: StreamState, nowMs: number): void {
    if (state.kind === 'failed') this.#down.add(camera.id);
    else if (state.kind !== 'connecting' && this.#down.delete(camera.id) && state.kind === 'streaming') {
      const network = networkOf(camera);
      const lastMs = this.#hurriedAtMs.get(network) ?? Number.NEGATIVE_INFINITY;
      if (network === '' || nowMs - lastMs < HURRY_MS) return;
      this.#hurriedAtMs.set(network, nowMs);
      for (const id of this.#down) {
        const other = this.#cameras.get(id);
        if (other !== undefined && networkOf(other) === network) this.#options.hurry(id);
      }
    }
  }

  #draftOf(outcome: OutageOutcome, nowMs: number): EventDraft | null {
    const moment = { occurredAtMs: this.#options.clock.now(), monotonicMs: nowMs };
    if (outcome.kind === 'outage') return { ...this.#outageDraft(outcome), ...moment };
    const camera = this.#cameras.get(outcome.cameraId);
    if (camera === undefined) return null;
    const { kind, type, fault, message } = outcome.alarm;
    return {
      phase: kind,
      type,
      severity: EVENT_KINDS[type].severity,
      origin: { kind: 'camera', id: camera.id, code: camera.code, name: camera.name },
      discriminator: 'stream',
      detail: { fault: { fault, message: message.slice(0, 256) } },
      ...moment,
    };
  }

  #outageDraft({ phase, group, fallen, total }: Extract<OutageOutcome, { kind: 'outage' }>) {
    const cameras = fallen.slice(0, MAX_LISTED).flatMap((id) => {
      const camera = this.#cameras.get(id);
      return camera === undefined ? [] : [{ id, code: camera.code, name: camera.name }];
    });
    return {
      phase,
      type: 'network-outage' as const,
      severity: EVENT_KINDS['network-outage'].severity,
      origin: { kind: 'gateway' as const, id: this.#options.gatewayId, name: group.name.slice(0, 256) },
      discriminator: `${group.scope} ${group.name}`,
      detail: {
        outage: {
          scope: group.scope,
          network: group.name.slice(0, 256),
          fallen: fallen.length,
          total,
          cameras,
        },
      },
    };
  }
}

const networkOf = (camera: Camera): string =>
  groupsOf(camera).find(({ scope }) => scope === 'network')?.name ?? '';
