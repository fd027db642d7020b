import {
  decodableNals,
  fragment,
  initSegment,
  MediaTimeline,
  TIMESCALE,
  type VideoFormat,
} from '../base/mp4/index.ts';
import type { GopSnapshot, StillDecoder, StillPicture } from '../pipeline.ts';
import { CaptureIndex } from './capture-index.ts';
import { DecoderProcess } from './decoder-process.ts';
import { stillArguments } from './ffmpeg-arguments.ts';
import type { FfmpegLauncher } from './ffmpeg-launcher.ts';
import { pictureTicks } from './picture-assembler.ts';
import { parsePixmap } from './pixmap.ts';
import { TurnGate } from './turn-gate.ts';

class StillDecodeError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'StillDecodeError';
  }
}

type GopStillDecoderOptions = {
  launcher: Pick<FfmpegLauncher, 'prepare' | 'spawn'>;
  /** For one picture, waiting for its turn included. */
  limitMs?: number;
};

const AT_ONCE = 2;
const WAITING_AT_MOST = 16;
/** The last pictures that are asked for: when the very last is damaged, one before it will do. */
const LAST_PICTURES = 3;
const LEAD_SECONDS = 1.5;

/** Decodes a group of pictures in an ffmpeg of its own and keeps the last one. Two at once, others wait their turn. */
export class GopStillDecoder implements StillDecoder {
  readonly #launcher: GopStillDecoderOptions['launcher'];
  readonly #limitMs: number;
  readonly #gate = new TurnGate({ atOnce: AT_ONCE, waiting: WAITING_AT_MOST });

  constructor({ launcher, limitMs = 5000 }: GopStillDecoderOptions) {
    this.#launcher = launcher;
    this.#limitMs = limitMs;
  }

  /**
   * @throws StillDecodeError when too many wait, or nothing decodes in time
   * @throws DecoderMissingError
   * @throws MalformedParameterSetError
   */
  async decode(gop: GopSnapshot, signal?: AbortSignal): Promise<StillPicture> {
    const limit = AbortSignal.timeout(this.#limitMs);
    const end = signal === undefined ? limit : AbortSignal.any([signal, limit]);
    await this.#launcher.prepare();
    const leave = await this.#gate.enter(end);
    if (leave === null) {
      throw new StillDecodeError('too many pictures are being decoded: try again in a few seconds');
    }
    try {
      return await this.#run(gop, end);
    } finally {
      leave();
    }
  }

  async #run(gop: GopSnapshot, end: AbortSignal): Promise<StillPicture> {
    const init = initSegment(gop.sets);
    const { fragments, captures, fromTicks } = asFragments(gop);
    const output = new StillOutput(init.format);
    const reason = await new Promise<string>((resolve) => {
      const process = new DecoderProcess(this.#launcher.spawn(stillArguments(fromTicks)), {
        onBytes: (chunk) => output.addBytes(chunk),
        onTimes: (text) => output.addTimes(text),
        onExit: resolve,
      });
      const kill = () => void process.kill();
      if (end.aborted) kill();
      end.addEventListener('abort', kill, { once: true });
      process.write(init.bytes);
      for (const part of fragments) process.write(part);
      process.finish();
    });
    const last = output.last();
    const capture = last === null ? null : captures.find(last.ticks);
    if (last === null || capture === null) {
      throw new StillDecodeError(
        `no picture of this group can be decoded: ${end.aborted ? 'time is up' : reason}`,
      );
    }
    return { ...last.picture, capturedAtMs: capture.capturedAtMs };
  }
}

function asFragments({ units, sets }: GopSnapshot) {
  const timeline = new MediaTimeline({ originSeconds: 2 * LEAD_SECONDS, leadSeconds: LEAD_SECONDS });
  const captures = new CaptureIndex(TIMESCALE);
  const times: number[] = [];
  const fragments = units.map((unit, index) => {
    const timing = timeline.next(unit);
    const ticks = timing.decodeTime + timing.compositionOffset;
    times.push(ticks);
    captures.add(ticks, unit);
    return fragment({ sequence: index + 1, timing, key: unit.key, nals: decodableNals(unit, sets.codec) });
  });
  const fromTicks = times.toSorted((a, b) => a - b).at(-LAST_PICTURES) ?? times[0] ?? 0;
  return { fragments, captures, fromTicks };
}

/** Pixmaps of up to three pictures and their times; refuses more than that many bytes. */
class StillOutput {
  readonly #limitBytes: number;
  readonly #chunks: Uint8Array[] = [];
  #bytes = 0;
  #text = '';

  constructor({ width, height }: VideoFormat) {
    this.#limitBytes = (LAST_PICTURES + 1) * (width * height * 3 + 64);
  }

  addBytes(chunk: Uint8Array): void {
    this.#bytes += chunk.length;
    if (this.#bytes > this.#limitBytes)
      throw new StillDecodeError('the decoder gives more than was asked for');
    this.#chunks.push(chunk);
  }

  addTimes(text: string): void {
    this.#text = (this.#text + text).slice(-65_536);
  }

  /** The last whole picture and its time, null when there is none. */
  last(): { picture: { width: number; height: number; rgb: Uint8Array }; ticks: number } | null {
    const times = this.#text.split('\n').flatMap((line) => pictureTicks(line) ?? []);
    let rest: Uint8Array = Buffer.concat(this.#chunks);
    let last: ReturnType<StillOutput['last']> = null;
    for (const ticks of times) {
      const picture = parsePixmap(rest);
      if (picture === null) break;
      rest = rest.subarray(picture.bytes);
      last = { picture: { width: picture.width, height: picture.height, rgb: picture.rgb }, ticks };
    }
    return last;
  }
}
