import type { ChildProcess } from 'node:child_process';
import type { Clock } from '../base/clock.ts';
import { decodableNals, fragment, initSegment, MediaTimeline } from '../base/mp4/index.ts';
import type { AccessUnit, ParameterSets, Picture } from '../pipeline.ts';
import { CaptureIndex } from './capture-index.ts';
import { DecoderProcess } from './decoder-process.ts';
import type { Size } from './detector-size.ts';
import { samplingArguments } from './ffmpeg-arguments.ts';
import { PictureAssembler } from './picture-assembler.ts';

export type DecodingRunOptions = {
  cameraId: string;
  sets: ParameterSets;
  size: Size;
  picturesPerSecond: number;
  spawn(parameters: readonly string[]): ChildProcess;
  clock: Clock;
  onPicture(picture: Picture): void;
  onExit(reason: string): void;
};

/** Above this much unread input, units are dropped up to the next keyframe. */
const WAITING_LIMIT_BYTES = 4 * 1024 * 1024;
/** Presentation runs ahead of decoding, so that no composition offset is negative: ffmpeg would shift every later time by it. */
const LEAD_SECONDS = 1.5;

/**
 * One life of one ffmpeg with one set of parameters: from a keyframe until it ends. Parameter sets in the stream are all handed on, so
 * that good ones repair what a damaged one did to the decoder.
 */
export class DecodingRun {
  readonly sets: ParameterSets;
  readonly begunMs: number;
  readonly #options: DecodingRunOptions;
  readonly #process: DecoderProcess;
  readonly #timeline = new MediaTimeline({ originSeconds: 2 * LEAD_SECONDS, leadSeconds: LEAD_SECONDS });
  readonly #captures = new CaptureIndex();
  #sequence = 0;
  #needsKey = true;
  #damagedTaken = 0;
  #hasDelivered = false;
  /** When the first unit after the last picture was fed. */
  #fedSinceMs: number | null = null;

  /**
   * @throws MalformedParameterSetError
   * @throws DecoderMissingError
   */
  constructor(options: DecodingRunOptions) {
    this.#options = options;
    this.sets = options.sets;
    this.begunMs = options.clock.monotonic();
    const { width, height } = options.size;
    const init = initSegment(options.sets);
    const assembler = new PictureAssembler((width * height * 3) / 2, (data, ticks) =>
      this.#deliver(data, ticks),
    );
    this.#process = new DecoderProcess(
      options.spawn(samplingArguments({ ...options.size, picturesPerSecond: options.picturesPerSecond })),
      {
        onBytes: (chunk) => assembler.addBytes(chunk),
        onTimes: (text) => assembler.addTimes(text),
        onExit: (reason) => options.onExit(reason),
      },
    );
    this.#process.write(init.bytes);
  }

  /** The last complaint of ffmpeg. */
  get lastWords(): string {
    return this.#process.lastWords;
  }

  /** Milliseconds for which it was fed and gave nothing. */
  silentMs(): number {
    return this.#fedSinceMs === null ? 0 : this.#options.clock.monotonic() - this.#fedSinceMs;
  }

  /** Whether a picture came out. */
  get hasDelivered(): boolean {
    return this.#hasDelivered;
  }

  /** Whether ffmpeg reported no damaged picture yet. */
  get isWhole(): boolean {
    return this.#process.damaged === 0;
  }

  /** Damaged pictures since the last call. */
  takeDamaged(): number {
    const damaged = this.#process.damaged - this.#damagedTaken;
    this.#damagedTaken = this.#process.damaged;
    return damaged;
  }

  /** Hands one unit on; false when it was dropped because ffmpeg does not keep up or a keyframe must come first. */
  feed(unit: AccessUnit): boolean {
    if (this.#process.waitingBytes > WAITING_LIMIT_BYTES) this.#needsKey = true;
    const timing = this.#timeline.next(unit);
    this.#fedSinceMs ??= this.#options.clock.monotonic();
    if (this.#needsKey && !(unit.key && this.#process.waitingBytes <= WAITING_LIMIT_BYTES)) return false;
    const nals = decodableNals(unit, this.sets.codec);
    if (nals.length === 0) return false;
    this.#needsKey = false;
    this.#sequence += 1;
    this.#captures.add(timing.decodeTime + timing.compositionOffset, unit);
    this.#process.write(fragment({ sequence: this.#sequence, timing, key: unit.key, nals }));
    return true;
  }

  async kill(): Promise<void> {
    await this.#process.kill();
  }

  #deliver(data: Uint8Array, ticks: number): void {
    this.#fedSinceMs = null;
    this.#hasDelivered = true;
    const capture = this.#captures.find(ticks);
    if (capture === null) return;
    const { cameraId, size, onPicture } = this.#options;
    onPicture({ cameraId, ...size, data, ...capture });
  }
}
