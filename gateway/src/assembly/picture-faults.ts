import {
  EVENT_KINDS,
  type EventDetail,
  type EventType,
  type PictureFindingDetail,
  type PictureHealth,
} from '@pingan/models/contract';
import { messageOf } from '../base/errors.ts';
import type { Logger } from '../base/log.ts';
import { PictureHealthMeter } from '../health/picture-health.ts';
import type { Camera, GopSnapshot, Picture } from '../pipeline.ts';
import type { EventDraft } from './alarm-book.ts';

/** Keeps what was learnt of a camera's picture across restarts. */
export type BaselineStore = { get(name: string): string | undefined; set(name: string, value: string): void };

export type PictureFaultsOptions = {
  camera: Camera;
  /** Without it every start learns anew. */
  baselines?: BaselineStore;
  /** Whether the stream plays: a picture of a stream that is down says nothing. */
  isStreaming(): boolean;
  /** The group of pictures that ends with the one of this moment. */
  recent: { until(monotonicMs: number): GopSnapshot | null };
  takeSnapshot(gop: GopSnapshot, detail: EventDetail): Promise<EventDraft['snapshot']>;
  /** Runs the camera's event work one after the other. */
  enqueue(work: () => Promise<void>): void;
  emit(draft: EventDraft): Promise<void>;
  log: Logger;
};

type FaultType = Extract<EventType, 'picture-fault' | 'picture-occluded'>;

const SAVE_MS = 600_000;
/** Something before the lens is an event of its own (GB/T 28181: method 5, type 13), everything else is one alarm a camera. */
const TYPES: readonly { type: FaultType; takes(detail: PictureFindingDetail): boolean }[] = [
  { type: 'picture-fault', takes: ({ finding }) => finding !== 'occluded' },
  { type: 'picture-occluded', takes: ({ finding }) => finding === 'occluded' },
];

const namesOf = (details: readonly PictureFindingDetail[]): string =>
  details.map(({ finding }) => finding).join(' ');

/**
 * One camera's picture health and its alarms: raised with a snapshot when findings are confirmed, updated when others join or leave,
 * cleared when all are gone.
 */
export class PictureFaults {
  readonly #options: PictureFaultsOptions;
  readonly #key: string;
  readonly #meter: PictureHealthMeter;
  readonly #raised = new Map<FaultType, readonly PictureFindingDetail[]>();
  #savedMs: number | null = null;

  constructor(options: PictureFaultsOptions) {
    this.#options = options;
    this.#key = `picture-baseline:${options.camera.id}`;
    this.#meter = new PictureHealthMeter({ baseline: options.baselines?.get(this.#key) });
  }

  /** Takes every picture. @returns the health as confirmed so far, null before there were enough looks */
  observe(picture: Picture): PictureHealth | null {
    const health = this.#meter.observe(picture);
    if (health && this.#options.isStreaming()) this.#follow(health, picture);
    this.#savedMs ??= picture.monotonicMs;
    if (picture.monotonicMs - this.#savedMs >= SAVE_MS) {
      this.#savedMs = picture.monotonicMs;
      this.save();
    }
    return health;
  }

  /** Puts what was learnt on disk. */
  save(): void {
    if (this.#savedMs === null) return;
    try {
      this.#options.baselines?.set(this.#key, this.#meter.baseline);
    } catch (error) {
      this.#options.log.warn({ error: messageOf(error) }, 'the picture baseline could not be kept');
    }
  }

  #follow({ details = [] }: PictureHealth, picture: Picture): void {
    for (const { type, takes } of TYPES) {
      const now = details.filter(takes);
      const before = this.#raised.get(type) ?? [];
      if (namesOf(now) === namesOf(before)) continue;
      this.#raised.set(type, now);
      if (now.length === 0) this.#say(type, 'cleared', before, picture);
      else this.#say(type, before.length === 0 ? 'raised' : 'updated', now, picture);
    }
  }

  #say(
    type: FaultType,
    phase: EventDraft['phase'],
    findings: readonly PictureFindingDetail[],
    picture: Picture,
  ): void {
    const { camera, recent, takeSnapshot, emit, enqueue, log } = this.#options;
    const detail: EventDetail = { picture: [...findings] };
    const draft: EventDraft = {
      phase,
      type,
      severity: EVENT_KINDS[type].severity,
      origin: { kind: 'camera', id: camera.id, code: camera.code, name: camera.name },
      discriminator: 'picture',
      occurredAtMs: picture.capturedAtMs,
      monotonicMs: picture.monotonicMs,
      detail,
    };
    log.info({ phase, findings: namesOf(findings) }, 'picture alarm');
    const gop = phase === 'raised' ? recent.until(picture.monotonicMs) : null;
    enqueue(async () => {
      const snapshot = gop ? await takeSnapshot(gop, detail) : undefined;
      await emit(snapshot ? { ...draft, snapshot } : draft);
    });
  }
}
