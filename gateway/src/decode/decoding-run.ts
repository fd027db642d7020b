import type { ChildProcess } from 'node:child_process';
import type { Clock } from '../base/clock.ts';
import { decodableNals, MediaTimeline, TIMESCALE } from '../base/mp4/index.ts';
import type { AccessUnit, DecodePace, ParameterSets, Picture } from '../pipeline.ts';
import { Awaited } from './awaited.ts';
import { CaptureIndex } from './capture-index.ts';
import { DecoderProcess } from './decoder-process.ts';
import type { Size } from './detector-size.ts';
import { isDisposable } from './disposable.ts';
import { markedArguments } from './ffmpeg-arguments.ts';
import { cluster, MATROSKA_TIMESCALE, matroskaHead } from './matroska.ts';
import { PictureAssembler } from './picture-assembler.ts';
import { Sampler } from './sampler.ts';
import { UnitBatch } from './unit-batch.ts';

export type DecodingRunOptions = {
  cameraId: string;
  sets: ParameterSets;
  size: Size;
  pace: DecodePace;
  spawn(parameters: readonly string[]): ChildProcess;
  clock: Clock;
  onPicture(picture: Picture): void;
  onExit(reason: string): void;
};

/** Above this much unread input, units are dropped up to the next keyframe. */
const WAITING_LIMIT_BYTES = 4 * 1024 * 1024;
/** Before the first picture, so that pictures shown earlier than it have times of their own too. */
const ORIGIN_SECONDS = 3;
/** Fewer pictures missing may wait for others to be reordered with. */
const SILENT_PICTURES = 4;
/** What became of a unit. `skipped`: not needed at this pace. `dropped`: ffmpeg does not keep up, or a keyframe must come first. */
type Fate = 'fed' | 'skipped' | 'dropped';

/**
 * One life of one ffmpeg with one set of parameters: from a keyframe until it ends. Parameter sets in the stream are all handed on, so
 * that good ones repair what a damaged one did to the decoder.
 */
export class DecodingRun {
  readonly sets: ParameterSets;
  readonly begunMs: number;
  readonly #options: DecodingRunOptions;
  readonly #process: DecoderProcess;
  readonly #timeline = new MediaTimeline({ originSeconds: ORIGIN_SECONDS });
  readonly #captures = new CaptureIndex(MATROSKA_TIMESCALE);
  readonly #awaited = new Awaited();
  readonly #batch = new UnitBatch();
  readonly #sampler: Sampler;
  #needsKey = true;
  #newestTicks = 0;
  /** Pictures are shown in another order than they are sent: ffmpeg then needs the following ones to give one out. */
  #isReordered = false;
  #damagedTaken = 0;
  #hasDelivered = false;

  /**
   * @throws MalformedParameterSetError
   * @throws DecoderMissingError
   */
  constructor(options: DecodingRunOptions) {
    this.#options = options;
    this.sets = options.sets;
    this.begunMs = options.clock.monotonic();
    const { width, height } = options.size;
    this.#sampler = new Sampler(options.pace, MATROSKA_TIMESCALE);
    const head = matroskaHead(options.sets);
    const assembler = new PictureAssembler((width * height * 3) / 2, (data, ticks) =>
      this.#deliver(data, ticks),
    );
    this.#process = new DecoderProcess(options.spawn(markedArguments(options.size)), {
      onBytes: (chunk) => assembler.addBytes(chunk),
      onTimes: (text) => assembler.addTimes(text),
      onExit: (reason) => options.onExit(reason),
    });
    this.#process.write(head);
  }

  /** The last complaint of ffmpeg. */
  get lastWords(): string {
    return this.#process.lastWords;
  }

  /** For how long the oldest picture that was asked for has not come out, ms. */
  get lagMs(): number {
    return this.#awaited.lagMs(this.#options.clock.monotonic());
  }

  /** The same, but 0 while so few are missing that they may wait to be put in order. */
  silentMs(): number {
    return this.#awaited.count < SILENT_PICTURES ? 0 : this.lagMs;
  }

  setPace(pace: DecodePace): void {
    if (this.#sampler.pace.keyframesOnly && !pace.keyframesOnly) this.#needsKey = true;
    this.#sampler.change(pace);
  }

  /** Whether a picture came out. */
  get hasDelivered(): boolean {
    return this.#hasDelivered;
  }

  /** Whether ffmpeg reported no damaged picture yet. */
  get isWhole(): boolean {
    return this.#process.damaged === 0;
  }

  /** Damaged pictures since the last call; to be called once a second. */
  takeDamaged(): number {
    this.#process.rest();
    const damaged = this.#process.damaged - this.#damagedTaken;
    this.#damagedTaken = this.#process.damaged;
    return damaged;
  }

  feed(unit: AccessUnit): Fate {
    const { compositionOffset, decodeTime } = this.#timeline.next(unit);
    if (this.#waitingBytes > WAITING_LIMIT_BYTES) this.#needsKey = true;
    if (this.#needsKey && !(unit.key && this.#waitingBytes <= WAITING_LIMIT_BYTES)) return 'dropped';
    if (this.#sampler.pace.keyframesOnly && !unit.key) return 'skipped';
    const nals = decodableNals(unit, this.sets.codec);
    if (nals.length === 0) return 'dropped';
    this.#needsKey = false;
    const ticks = Math.round(((decodeTime + compositionOffset) * MATROSKA_TIMESCALE) / TIMESCALE / 2) * 2;
    if (ticks < this.#newestTicks) this.#isReordered = true;
    this.#newestTicks = Math.max(ticks, this.#newestTicks);
    const isTaken = this.#sampler.takes(ticks, unit.key);
    if (!isTaken && isDisposable(nals, this.sets.codec)) return 'skipped';
    this.#hold({ ticks: isTaken ? ticks + 1 : ticks, key: unit.key, nals }, isTaken ? unit : null);
    return 'fed';
  }

  async kill(): Promise<void> {
    await this.#process.kill();
  }

  get #waitingBytes(): number {
    return this.#process.waitingBytes + this.#batch.bytes;
  }

  /** @param taken the unit of a picture that shall come out */
  #hold(block: Parameters<UnitBatch['add']>[0], taken: AccessUnit | null): void {
    if (this.#batch.isFull(block.ticks)) this.#flush();
    this.#batch.add(block);
    if (taken !== null) {
      this.#captures.add(block.ticks, taken);
      this.#awaited.add(block.ticks, this.#options.clock.monotonic());
    }
    if (taken !== null || this.#isReordered) this.#flush();
  }

  #flush(): void {
    const blocks = this.#batch.take();
    if (blocks.length > 0) this.#process.write(cluster(blocks));
  }

  #deliver(data: Uint8Array, ticks: number): void {
    this.#awaited.came(ticks);
    this.#hasDelivered = true;
    const capture = this.#captures.find(ticks);
    if (capture === null) return;
    const { cameraId, size, onPicture } = this.#options;
    onPicture({ cameraId, ...size, data, ...capture });
  }
}
