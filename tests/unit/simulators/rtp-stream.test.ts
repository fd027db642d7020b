import { describe, expect, test } from 'vitest';
import { FaultSwitchboard } from '../../simulators/camera/faults.ts';
import type { Clip } from '../../simulators/camera/media/clip.ts';
import { RtpStream } from '../../simulators/camera/media/rtp-stream.ts';
import { buildTemplate, StampBuffer } from '../../simulators/camera/media/rtp-template.ts';

const TICKS = 9000;
const pictures = Array.from({ length: 20 }, (_, index) => ({
  isKey: index % 10 === 0,
  sendTicks: index * TICKS,
  showTicks: index * TICKS,
  packets: buildTemplate([Buffer.alloc(index % 10 === 0 ? 2000 : 40, index + 1)], 'h264'),
}));
const clip: Clip = {
  path: 'made-up',
  codec: 'h264',
  width: 640,
  height: 480,
  fps: 10,
  bitrateKbps: 100,
  durationTicks: 20 * TICKS,
  pictures,
  parameterSets: [],
};

interface Packet {
  readonly sequence: number;
  readonly timestamp: number;
  /** Number of the picture in the clip, from its filling. */
  readonly picture: number;
}

function play(positionTicks = 0) {
  const packets: Packet[] = [];
  const reports: Buffer[] = [];
  const faults = new FaultSwitchboard(() => 0.5);
  const sink = {
    mediaChannel: 0,
    media: (block: Buffer, offsets: readonly number[]) => {
      for (const at of offsets.slice(0, -1)) {
        const filling = block.readUInt8(at + 19);
        packets.push({
          sequence: block.readUInt16BE(at + 6),
          timestamp: block.readUInt32BE(at + 8),
          picture: filling - 1,
        });
      }
      return true;
    },
    control: (packet: Buffer) => reports.push(packet),
  };
  const wall = { ms: 1_800_000_000_500 };
  const chance = { random: () => 0.99999, stampBuffer: new StampBuffer() };
  const stream = new RtpStream({ clip, positionTicks, faults, wallMs: () => wall.ms, ...chance, sink });
  return { packets, reports, faults, stream, wall };
}

/** Ticks every 10 ms from `fromMs` to `untilMs`. */
function run(stream: RtpStream, fromMs: number, untilMs: number): void {
  for (let nowMs = fromMs; nowMs <= untilMs; nowMs += 10) stream.tick(nowMs);
}

describe('a stream', () => {
  test('keeps sequence numbers and timestamps going over the loop and over their own wrap', () => {
    const { packets, stream } = play();
    run(stream, 0, 5950);
    const steps = packets
      .slice(1)
      .map((packet, index) => (packet.sequence - (packets[index]?.sequence ?? 0)) & 0xffff);
    expect(new Set(steps)).toEqual(new Set([1]));
    const times = [...new Set(packets.map((packet) => packet.timestamp))];
    expect(times).toHaveLength(60);
    const advances = times.slice(1).map((time, index) => (time - (times[index] ?? 0) + 2 ** 32) % 2 ** 32);
    expect(new Set(advances)).toEqual(new Set([TICKS]));
  });

  test('begins at the keyframe before the position of the camera, as PLAY announced', () => {
    const { packets, stream } = play(14 * TICKS);
    const announced = { sequence: stream.nextSequence, timestamp: stream.nextTimestamp };
    run(stream, 100, 100);
    expect(packets[0]).toEqual({ ...announced, picture: 10 });
  });

  test('moves its schedule instead of flooding after the process was held up', () => {
    const { packets, stream } = play();
    run(stream, 0, 500);
    const before = packets.length;
    stream.tick(60_000);
    expect(packets.length - before).toBeLessThan(5);
    run(stream, 60_010, 61_000);
    expect(new Set(packets.map((packet) => packet.timestamp)).size).toBeGreaterThan(14);
  });

  test('reports its clock at once and every five seconds', () => {
    const { reports, stream, wall } = play();
    run(stream, 0, 5000);
    expect(reports).toHaveLength(2);
    const [first, second] = reports;
    expect(first?.readUInt32BE(8)).toBe((Math.floor(wall.ms / 1000) + 2_208_988_800) % 2 ** 32);
    expect(first?.readUInt32BE(12)).toBe(2 ** 31);
    const advance = ((second?.readUInt32BE(16) ?? 0) - (first?.readUInt32BE(16) ?? 0) + 2 ** 32) % 2 ** 32;
    expect(advance).toBe(5 * 90_000);
  });

  test('sends nothing while stalled and goes on in time afterwards', () => {
    const { packets, stream, faults } = play();
    run(stream, 0, 290);
    faults.set({ kind: 'stall' });
    const before = packets.length;
    run(stream, 300, 890);
    expect(packets.length).toBe(before);
    faults.clear('stall');
    run(stream, 900, 900);
    expect(packets.at(-1)?.picture).toBe(9);
    expect(packets.at(-1)?.sequence).toBe(((packets[before - 1]?.sequence ?? 0) + 1) & 0xffff);
  });

  test('repeats one keyframe with running timestamps while frozen', () => {
    const { packets, stream, faults } = play();
    run(stream, 0, 490);
    faults.set({ kind: 'freeze' });
    const before = packets.length;
    run(stream, 500, 1490);
    const frozen = packets.slice(before);
    expect(new Set(frozen.map((packet) => packet.picture))).toEqual(new Set([0]));
    expect(new Set(frozen.map((packet) => packet.timestamp)).size).toBe(10);
  });

  test('loses packets but counts them in the sequence', () => {
    const { packets, stream, faults } = play();
    const announced = stream.nextSequence;
    faults.set({ kind: 'drop', probability: 1 });
    run(stream, 0, 400);
    expect(packets).toEqual([]);
    faults.clear();
    run(stream, 410, 500);
    const lost = 2 + 4;
    expect(packets[0]?.sequence).toBe((announced + lost) & 0xffff);
  });
});
