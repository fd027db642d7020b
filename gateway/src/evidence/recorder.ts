import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import {
  type Codec,
  EVIDENCE_ALARM_LIMIT,
  type PrivacyMask,
  type SafetyEvent,
  type StreamProfile,
  uuidV7,
} from '@pingan/models/contract';
import { type Clock, timestamp } from '../base/clock.ts';
import { messageOf } from '../base/errors.ts';
import type { Logger } from '../base/log.ts';
import { sameParameterSets, videoFormat } from '../base/mp4/index.ts';
import type { AccessUnit, Camera, GopSnapshot, ParameterSets } from '../pipeline.ts';
import { ClipWriter } from './clip-writer.ts';
import { type Draft, RECORDING, writeDraft } from './draft.ts';
import { writeDurably } from './files.ts';
import type { EvidenceStore } from './store.ts';

export type ClipTimes = {
  beforeMs: number;
  afterMs: number;
  /** Overlapping alarms prolong a clip up to this. */
  longestMs: number;
};
export const CLIP_TIMES: ClipTimes = { beforeMs: 10_000, afterMs: 20_000, longestMs: 60_000 };

export type RecorderOptions = {
  gatewayId: string;
  camera: Pick<Camera, 'id' | 'code' | 'name'>;
  masks: readonly PrivacyMask[];
  /** What is kept from a moment (monotonic) on, of the best stream that has it; null when nothing is. */
  lookBack(fromMs: number): { profile: StreamProfile; gop: GopSnapshot } | null;
  store: Pick<EvidenceStore, 'begin' | 'finish'>;
  times: ClipTimes;
  clock: Clock;
  log: Logger;
};

/** Being recorded. `writer` is null when the camera gave nothing: then only the snapshots are kept. */
type Recording = {
  draft: Draft;
  folder: string;
  writer: ClipWriter | null;
  profile: StreamProfile | null;
  beganMs: number;
  endsMs: number;
  timer: NodeJS.Timeout | undefined;
};

/** A silent stream does not hold a clip open for longer than this past its end. */
const SILENCE_MS = 2000;

/**
 * Records the evidence of one camera's alarms: each alarm from `beforeMs` before it to `afterMs` after; alarms that overlap share one
 * clip. Work happens in order; what the stream brings meanwhile is in the ring and is written when its turn comes.
 */
export class Recorder {
  readonly #options: RecorderOptions;
  #current: Recording | null = null;
  #working: Promise<void> = Promise.resolve();

  constructor(options: RecorderOptions) {
    this.#options = options;
  }

  /** Whether evidence of this alarm is being recorded. */
  isRecording(alarmId: string): boolean {
    return this.#current?.draft.alarms.some(({ id }) => id === alarmId) ?? false;
  }

  /** Takes a raised alarm of this camera. Never rejects; resolves when its recording has begun. */
  onRaised(event: SafetyEvent): Promise<void> {
    return this.#queue(async () => {
      const current = this.#current;
      if (current !== null && this.#takesMore(current, event)) await this.#join(current, event);
      else {
        await this.#end(false);
        await this.#begin(event);
      }
    });
  }

  onParameterSets(profile: StreamProfile, sets: ParameterSets): void {
    const current = this.#current;
    if (current?.writer == null || current.profile !== profile) return;
    if (!sameParameterSets(current.writer.sets, sets)) void this.#queue(() => this.#end(false));
  }

  onAccessUnit(profile: StreamProfile, unit: AccessUnit): void {
    const current = this.#current;
    if (current?.writer == null || current.profile !== profile) return;
    current.writer.push(unit);
    if (current.writer.failure !== null) void this.#queue(() => this.#end(false));
    else if (unit.monotonicMs >= current.endsMs) void this.#queue(() => this.#end(true));
  }

  /** Ends what is being recorded, as it is; resolves when it is handed to the store. */
  async stop(): Promise<void> {
    await this.#queue(() => this.#end(false));
  }

  #takesMore({ draft, beganMs }: Recording, { monotonicMs }: SafetyEvent): boolean {
    const { afterMs, longestMs } = this.#options.times;
    return draft.alarms.length < EVIDENCE_ALARM_LIMIT && monotonicMs + afterMs - beganMs <= longestMs;
  }

  async #begin(event: SafetyEvent): Promise<void> {
    const { gatewayId, camera, masks, store, times, clock, lookBack } = this.#options;
    const found = lookBack(event.monotonicMs - times.beforeMs);
    const draft: Draft = {
      id: uuidV7(Math.max(0, Math.round(clock.now())), randomBytes(10)),
      gatewayId,
      camera: { id: camera.id, code: camera.code, name: camera.name },
      createdAt: timestamp(clock.now()),
      clock: event.clock,
      alarms: [alarmOf(event)],
      stream: found && streamOf(found),
      masks: [...masks],
    };
    const folder = await store.begin(draft);
    if (folder === null) return;
    const recording: Recording = {
      draft,
      folder,
      writer: null,
      profile: found?.profile ?? null,
      beganMs: event.monotonicMs - times.beforeMs,
      endsMs: event.monotonicMs + times.afterMs,
      timer: undefined,
    };
    await this.#keepSnapshot(recording, event);
    // What came while the disk was at work is in the ring by now; from here on nothing is awaited, so no unit is left out.
    const start = found && (lookBack(event.monotonicMs - times.beforeMs) ?? found);
    if (start !== null && start.profile === found?.profile) {
      recording.writer = new ClipWriter({ path: join(folder, RECORDING), start: start.gop });
    }
    this.#current = recording;
    this.#watch(recording);
  }

  async #join(current: Recording, event: SafetyEvent): Promise<void> {
    current.draft.alarms.push(alarmOf(event));
    current.endsMs = Math.max(current.endsMs, event.monotonicMs + this.#options.times.afterMs);
    this.#watch(current);
    await this.#keepSnapshot(current, event);
    await writeDraft(current.folder, current.draft).catch((error: unknown) => {
      this.#options.log.warn({ error: messageOf(error) }, 'evidence: a joined alarm is not on disk yet');
    });
  }

  /** Ends a recording whose stream has fallen silent. */
  #watch(recording: Recording): void {
    clearTimeout(recording.timer);
    const waitMs = Math.max(0, recording.endsMs - this.#options.clock.monotonic());
    recording.timer = setTimeout(
      () => void this.#queue(() => (this.#current === recording ? this.#end(false) : Promise.resolve())),
      waitMs + SILENCE_MS,
    );
  }

  async #keepSnapshot({ folder }: Recording, { id, snapshot }: SafetyEvent): Promise<void> {
    if (snapshot === undefined) return;
    await writeDurably(join(folder, `${id}.jpg`), Buffer.from(snapshot.jpegBase64, 'base64')).catch(
      (error: unknown) => {
        this.#options.log.warn({ error: messageOf(error) }, 'evidence: a snapshot could not be kept');
      },
    );
  }

  async #end(complete: boolean): Promise<void> {
    const recording = this.#current;
    if (recording === null) return;
    this.#current = null;
    clearTimeout(recording.timer);
    const { folder, draft, writer } = recording;
    const span = (await writer?.end()) ?? null;
    if (writer?.failure)
      this.#options.log.error({ error: messageOf(writer.failure) }, 'evidence: a clip was cut short');
    if (span === null) draft.stream = null;
    else if (draft.stream !== null) draft.stream.fromMs = span.fromMs;
    const isWhole = complete && writer?.failure === null;
    void this.#options.store.finish({
      folder,
      draft,
      end: { toMs: span?.toMs ?? null, complete: isWhole },
    });
  }

  #queue(work: () => Promise<void>): Promise<void> {
    this.#working = this.#working.then(work).catch((error: unknown) => {
      this.#options.log.error({ error: messageOf(error) }, 'evidence could not be recorded');
    });
    return this.#working;
  }
}

const alarmOf = ({ id, type, severity, occurredAt }: SafetyEvent): Draft['alarms'][number] => ({
  id,
  type,
  severity,
  occurredAt,
});

function streamOf({ profile, gop }: { profile: StreamProfile; gop: GopSnapshot }): Draft['stream'] {
  const codec: Codec = gop.sets.codec;
  const { mimeCodec, width, height } = videoFormat(gop.sets);
  return { profile, codec, mimeCodec, width, height, fromMs: gop.units[0]?.capturedAtMs ?? 0 };
}
