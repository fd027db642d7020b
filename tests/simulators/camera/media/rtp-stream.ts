import type { FaultSwitchboard } from '../faults.ts';
import { CLOCK_RATE, type Clip, type ClipPicture } from './clip.ts';
import type { Paced } from './pacer.ts';
import { senderReport } from './rtcp.ts';
import { INTERLEAVED_BYTES, RTP_HEADER_BYTES, type StampBuffer } from './rtp-template.ts';

/** Where packets go: a TCP connection or a pair of UDP sockets. Blocks are framed as in RtpTemplate. */
export interface RtpSink {
  readonly mediaChannel: number;
  /** Sends a picture; false when it is still reading the block afterwards. */
  media(block: Buffer, offsets: readonly number[]): boolean;
  control(packet: Buffer): void;
}

export interface RtpStreamOptions {
  readonly clip: Clip;
  /** Where in the clip the camera is now, in ticks; the stream begins at the keyframe before. */
  readonly positionTicks: number;
  readonly faults: FaultSwitchboard;
  /** The camera's wall clock, Unix milliseconds. */
  readonly wallMs: () => number;
  readonly random: () => number;
  readonly sink: RtpSink;
  readonly stampBuffer: StampBuffer;
}

const TICKS_PER_MS = CLOCK_RATE / 1000;
const REPORT_EVERY_MS = 5000;
/** After a longer pause of the process the schedule moves on instead of sending everything at once. */
const MAX_LATE_MS = 2000;

/** One session's RTP: sequence and timestamps run on over the clip's loop (RFC 3550 §5.1). */
export class RtpStream implements Paced {
  readonly ssrc: number;
  readonly #options: RtpStreamOptions;
  readonly #timestampBase: number;
  readonly #first: number;
  #sequence: number;
  #index: number;
  #loops = 0;
  #originMs: number | undefined;
  #nextReportMs = 0;
  #packets = 0;
  #octets = 0;
  #frozen: ClipPicture | undefined;

  constructor(options: RtpStreamOptions) {
    this.#options = options;
    this.ssrc = randomBelow(options.random, 2 ** 32);
    this.#timestampBase = randomBelow(options.random, 2 ** 32);
    this.#sequence = randomBelow(options.random, 2 ** 16);
    this.#first = keyframeBefore(options.clip, options.positionTicks);
    this.#index = this.#first;
  }

  /** For the RTP-Info header of PLAY: what the next packet will carry. */
  get nextSequence(): number {
    return this.#sequence;
  }

  get nextTimestamp(): number {
    return wrap(this.#timestampBase + this.#ticksSinceFirst('showTicks'));
  }

  /** When the first picture was due (monotonic ms), which one it was, and how long the clip lasts; null before it plays. */
  get schedule(): { originMs: number; first: number; clip: Clip } | null {
    const originMs = this.#originMs;
    return originMs === undefined ? null : { originMs, first: this.#first, clip: this.#options.clip };
  }

  tick(nowMs: number): void {
    this.#originMs ??= nowMs;
    const lateMs = nowMs - this.#dueMs(this.#originMs);
    if (lateMs > MAX_LATE_MS) this.#originMs += lateMs;
    while (this.#dueMs(this.#originMs) <= nowMs) this.#sendPicture();
    if (nowMs >= this.#nextReportMs) this.#sendReport(nowMs, this.#originMs);
  }

  #dueMs(originMs: number): number {
    return originMs + this.#ticksSinceFirst('sendTicks') / TICKS_PER_MS;
  }

  #ticksSinceFirst(axis: 'sendTicks' | 'showTicks'): number {
    const { clip } = this.#options;
    const picture = clip.pictures[this.#index];
    const first = clip.pictures[this.#first];
    return this.#loops * clip.durationTicks + (picture?.[axis] ?? 0) - (first?.[axis] ?? 0);
  }

  #sendPicture(): void {
    const { clip, faults, sink, stampBuffer } = this.#options;
    const { mutesMedia, repeatsPicture } = faults.effects;
    const timestamp = this.nextTimestamp;
    this.#frozen = repeatsPicture ? (this.#frozen ?? clip.pictures[this.#keyBefore()]) : undefined;
    const picture = this.#frozen ?? clip.pictures[this.#index];
    this.#index = (this.#index + 1) % clip.pictures.length;
    if (this.#index === 0) this.#loops++;
    if (mutesMedia || picture === undefined) return;
    const { packets } = picture;
    const stamp = { channel: sink.mediaChannel, sequence: this.#sequence, timestamp, ssrc: this.ssrc };
    const block = stampBuffer.stamp(packets, stamp);
    const count = packets.offsets.length - 1;
    this.#sequence = (this.#sequence + count) & 0xffff;
    this.#packets += count;
    this.#octets += block.length - count * (INTERLEAVED_BYTES + RTP_HEADER_BYTES);
    this.#deliver(block, packets.offsets);
  }

  #deliver(block: Buffer, offsets: readonly number[]): void {
    const { faults, sink, stampBuffer } = this.#options;
    const { keepsPacket, corruptsPayload } = faults.effects;
    if (corruptsPayload !== undefined) {
      for (const [start, end] of spans(offsets)) {
        corruptsPayload(block.subarray(start + INTERLEAVED_BYTES + RTP_HEADER_BYTES, end));
      }
    }
    if (keepsPacket === undefined) {
      if (!sink.media(block, offsets)) stampBuffer.leave();
      return;
    }
    const kept = [...spans(offsets)].filter(keepsPacket).map(([start, end]) => block.subarray(start, end));
    const keptOffsets = [0];
    for (const packet of kept) keptOffsets.push((keptOffsets.at(-1) ?? 0) + packet.length);
    if (kept.length > 0) sink.media(Buffer.concat(kept), keptOffsets);
  }

  #keyBefore(): number {
    return keyframeBefore(this.#options.clip, this.#options.clip.pictures[this.#index]?.sendTicks ?? 0);
  }

  #sendReport(nowMs: number, originMs: number): void {
    this.#nextReportMs = nowMs + REPORT_EVERY_MS;
    if (this.#options.faults.effects.mutesMedia) return;
    this.#options.sink.control(
      senderReport({
        ssrc: this.ssrc,
        wallMs: this.#options.wallMs(),
        timestamp: wrap(this.#timestampBase + Math.round((nowMs - originMs) * TICKS_PER_MS)),
        packets: this.#packets,
        octets: this.#octets,
      }),
    );
  }
}

function* spans(offsets: readonly number[]): Generator<[number, number]> {
  for (let index = 0; index + 1 < offsets.length; index++)
    yield [offsets[index] ?? 0, offsets[index + 1] ?? 0];
}

function keyframeBefore(clip: Clip, positionTicks: number): number {
  return Math.max(
    0,
    clip.pictures.findLastIndex((picture) => picture.isKey && picture.sendTicks <= positionTicks),
  );
}

function randomBelow(random: () => number, limit: number): number {
  return Math.floor(random() * limit);
}

function wrap(timestamp: number): number {
  return timestamp % 2 ** 32;
}
