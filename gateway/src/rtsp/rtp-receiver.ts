import type { Clock } from '../base/clock.ts';
import type { AccessUnit, FrameSessionEvents, PacketFacts } from '../pipeline.ts';
import { AccessUnitAssembler, type Arrival } from './access-unit-assembler.ts';
import { depacketiseH264 } from './depacketise-h264.ts';
import { depacketiseH265 } from './depacketise-h265.ts';
import type { Depacketiser } from './depacketiser.ts';
import { KeyWatch } from './key-watch.ts';
import { ParameterSetTracker } from './parameter-sets.ts';
import { type ReorderOptions, ReorderWindow } from './reorder-window.ts';
import { parseSenderReport, type ReceptionReport, type SenderReport } from './rtcp.ts';
import { parseRtp, type RtpPacket } from './rtp-packet.ts';
import type { VideoTrack } from './sdp.ts';
import { SequenceUnwrapper } from './sequence.ts';
import { JitterMeter, RtpTimeline } from './timeline.ts';

export type RtpReceiverOptions = {
  track: VideoTrack;
  events: FrameSessionEvents;
  clock: Clock;
  reorder: ReorderOptions;
};

type Arrived = { packet: RtpPacket; arrival: Arrival };

const DEPACKETISERS = { h264: depacketiseH264, h265: depacketiseH265 };

/** From RTP packets of one track to access units and packet facts. Pure but for the clock: sockets and timers live in the session. */
export class RtpReceiver {
  readonly #payloadType: number;
  readonly #events: FrameSessionEvents;
  readonly #clock: Clock;
  readonly #sets: ParameterSetTracker;
  readonly #assembler: AccessUnitAssembler;
  readonly #depacketiser: Depacketiser;
  readonly #window: ReorderWindow<Arrived>;
  readonly #keys = new KeyWatch();
  readonly #announced: { announcedFps?: number };
  readonly #timeline = new RtpTimeline();
  readonly #jitter = new JitterMeter();
  #sequence = new SequenceUnwrapper();
  #ssrc: number | null = null;
  #report: (SenderReport & { monotonicMs: number }) | null = null;
  #reported = { expected: 0, lost: 0 };
  #lastPacketMs: number | null = null;
  #sinceKey = 0;
  readonly #counts: Omit<PacketFacts, 'jitterMs' | 'timestampJumps'> = {
    packets: 0,
    bytes: 0,
    lost: 0,
    reordered: 0,
    accessUnits: 0,
    keyUnits: 0,
    corruptUnits: 0,
    gopLength: 0,
    clockOffsetMs: null,
  };

  constructor({ track, events, clock, reorder }: RtpReceiverOptions) {
    this.#payloadType = track.payloadType;
    this.#announced = track.framerate === null ? {} : { announcedFps: track.framerate };
    this.#events = events;
    this.#clock = clock;
    this.#sets = new ParameterSetTracker(track.codec, track.sets);
    this.#assembler = new AccessUnitAssembler(track.codec, (unit) => this.#onUnit(unit));
    this.#depacketiser = DEPACKETISERS[track.codec]({
      onNal: (nal) => this.#assembler.add(nal),
      onDamage: () => this.#assembler.damage(),
    });
    this.#window = new ReorderWindow(reorder, (arrived, gap) => this.#deliver(arrived, gap));
  }

  get facts(): PacketFacts {
    const { gopMs } = this.#keys;
    return {
      ...this.#counts,
      ...this.#announced,
      ...(gopMs === null ? {} : { gopMs }),
      jitterMs: this.#jitter.ms,
      timestampJumps: this.#timeline.jumps,
    };
  }

  /** When the last packet of the track came (monotonic), or null. */
  get lastPacketMs(): number | null {
    return this.#lastPacketMs;
  }

  /** A keyframe came and its parameter sets are known: the stream can be decoded. */
  get isDecodable(): boolean {
    return this.#counts.keyUnits > 0 && this.#sets.sets !== null;
  }

  /** Whether keyframes stay out for too long; see `KeyWatch`. */
  isKeyOverdue(sinceMs: number, limitMs: number): boolean {
    return this.#keys.isOverdue(this.#clock.monotonic(), sinceMs, limitMs);
  }

  /** One RTP packet as it came; the bytes are only kept where the transport needs reordering. */
  onRtp(bytes: Uint8Array): void {
    const packet = parseRtp(bytes);
    if (packet === null || packet.payloadType !== this.#payloadType) return;
    const arrival = { wallMs: this.#clock.now(), monotonicMs: this.#clock.monotonic() };
    this.#lastPacketMs = arrival.monotonicMs;
    this.#counts.packets++;
    this.#counts.bytes += bytes.length;
    if (packet.ssrc !== this.#ssrc) this.#followSource(packet.ssrc);
    const highest = this.#sequence.highest;
    const extended = this.#sequence.unwrap(packet.sequence);
    if (extended === null) return;
    if (extended <= highest) this.#counts.reordered++;
    this.#window.push(extended, { packet, arrival }, arrival.monotonicMs);
  }

  onRtcp(bytes: Uint8Array): void {
    const report = parseSenderReport(bytes);
    if (report === null) return;
    this.#report = { ...report, monotonicMs: this.#clock.monotonic() };
    if (report.wallMs !== null) this.#counts.clockOffsetMs = report.wallMs - this.#clock.now();
  }

  /** What a receiver report says now; null before the first packet. The loss share is since the last call. */
  takeReport(ssrc: number): ReceptionReport | null {
    if (this.#ssrc === null) return null;
    const { packets, lost } = this.#counts;
    const before = this.#reported;
    this.#reported = { expected: packets + lost, lost };
    const expected = packets + lost - before.expected;
    return {
      ssrc,
      mediaSsrc: this.#ssrc,
      fractionLost: expected > 0 ? (lost - before.lost) / expected : 0,
      lost,
      highestSequence: Math.max(0, this.#sequence.highest),
      jitterTicks: this.#jitter.ticks,
      compactNtp: this.#report?.compactNtp ?? 0,
      sinceReportMs: this.#report === null ? 0 : this.#clock.monotonic() - this.#report.monotonicMs,
    };
  }

  /** A camera may restart its encoder, and with it the synchronisation source, within a session. */
  #followSource(ssrc: number): void {
    const isFirst = this.#ssrc === null;
    this.#ssrc = ssrc;
    if (isFirst) return;
    this.#sequence = new SequenceUnwrapper();
    this.#window.reset();
    this.#depacketiser.cut();
    this.#assembler.damage();
  }

  #deliver({ packet, arrival }: Arrived, gap: number): void {
    const rtpTime = this.#timeline.unwrap(packet.timestamp, arrival.monotonicMs);
    this.#jitter.add(rtpTime, arrival.monotonicMs);
    if (gap > 0) {
      this.#counts.lost += gap;
      this.#assembler.damage();
    }
    if (gap > 0 || this.#assembler.endsBefore(rtpTime)) this.#depacketiser.cut();
    this.#assembler.begin(rtpTime, arrival);
    if (gap > 0) this.#assembler.damage();
    this.#depacketiser.push(packet.payload);
    if (!packet.marker) return;
    this.#depacketiser.cut();
    this.#assembler.endByMarker();
  }

  #onUnit(unit: AccessUnit): void {
    const counts = this.#counts;
    counts.accessUnits++;
    if (unit.corrupt) {
      counts.corruptUnits++;
      this.#keys.onDamage(unit.monotonicMs);
    }
    if (unit.key) {
      if (counts.keyUnits > 0) counts.gopLength = this.#sinceKey;
      counts.keyUnits++;
      this.#keys.onKey(unit.rtpTime, unit.monotonicMs);
      this.#sinceKey = 0;
    }
    this.#sinceKey++;
    if (unit.nals.length === 0) return;
    const sets = this.#sets.observe(unit.nals);
    if (sets !== null) this.#events.onParameterSets(sets);
    this.#events.onAccessUnit(unit);
  }
}
