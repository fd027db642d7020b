import type { Codec } from '@pingan/models/contract';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { AccessUnit, ParameterSets } from '../../../gateway/src/pipeline.ts';
import { RtpReceiver } from '../../../gateway/src/rtsp/rtp-receiver.ts';
import { packetise } from '../../simulators/camera/media/rtp-template.ts';

type PacketSpec = {
  sequence: number;
  timestamp: number;
  marker?: boolean;
  payload: Uint8Array;
  ssrc?: number;
};

function rtp({ sequence, timestamp, marker = false, payload, ssrc = 1 }: PacketSpec): Buffer {
  const bytes = Buffer.alloc(12 + payload.length);
  bytes[0] = 0x80;
  bytes[1] = 96 | (marker ? 0x80 : 0);
  bytes.writeUInt16BE(sequence & 0xffff, 2);
  bytes.writeUInt32BE(timestamp % 2 ** 32, 4);
  bytes.writeUInt32BE(ssrc, 8);
  bytes.set(payload, 12);
  return bytes;
}

function receive(codec: Codec = 'h264', maxPackets = 0) {
  const units: AccessUnit[] = [];
  const sets: ParameterSets[] = [];
  let nowMs = 0;
  const receiver = new RtpReceiver({
    track: { codec, payloadType: 96, control: null, sessionControl: null, sets: null, framerate: null },
    events: { onAccessUnit: (unit) => units.push(unit), onParameterSets: (next) => sets.push(next) },
    clock: { now: () => 1_000_000 + nowMs, monotonic: () => nowMs },
    reorder: { maxPackets, maxWaitMs: 1_000 },
  });
  const at = (ms: number) => {
    nowMs = ms;
  };
  return { receiver, units, sets, at };
}

/** NAL units of one picture; the first slice begins it. */
const pictureOf = (codec: Codec) =>
  fc
    .tuple(
      fc.boolean(),
      fc.array(fc.uint8Array({ minLength: 2, maxLength: 3_000 }), { minLength: 1, maxLength: 4 }),
    )
    .map(([key, bodies]) => ({
      key,
      nals: bodies.map((body, index) => {
        const first = index === 0 ? 0x80 : 0x00;
        const header = codec === 'h264' ? [key ? 0x65 : 0x41] : [key ? 0x26 : 0x02, 0x01];
        return Buffer.from([...header, first | ((body[0] ?? 0) & 0x7f), ...body.subarray(1)]);
      }),
    }));

type Picture = { key: boolean; nals: Buffer[] };

function packetsOf(pictures: readonly Picture[], codec: Codec, maxBytes: number): Buffer[] {
  let sequence = 65_530;
  return pictures.flatMap(({ nals }, index) => {
    const payloads = packetise(nals, codec, maxBytes);
    return payloads.map((payload, part) =>
      rtp({
        sequence: sequence++,
        timestamp: 4_294_960_000 + index * 3_600,
        marker: part === payloads.length - 1,
        payload,
      }),
    );
  });
}

const shape = (unit: { key: boolean; nals: readonly Uint8Array[] }) => ({
  key: unit.key,
  nals: unit.nals.map((nal) => Buffer.from(nal).toString('hex')),
});

describe.each(['h264', 'h265'] as const)('%s', (codec) => {
  test('rejoins what a camera split, whatever the packet size', () => {
    const pictures = fc.array(pictureOf(codec), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(pictures, fc.integer({ min: 60, max: 1_400 }), (sent, maxBytes) => {
        const { receiver, units } = receive(codec);
        for (const packet of packetsOf(sent, codec, maxBytes)) receiver.onRtp(packet);
        expect(units.map(shape)).toEqual(sent.map(shape));
        expect(units.some((unit) => unit.corrupt)).toBe(false);
        expect(receiver.facts).toMatchObject({
          lost: 0,
          reordered: 0,
          accessUnits: sent.length,
          timestampJumps: 0,
        });
        for (const [index, unit] of units.entries()) expect(unit.rtpTime).toBe(4_294_960_000 + index * 3_600);
      }),
      { numRuns: 300 },
    );
  });

  test('never hands on a damaged picture as whole', () => {
    const pictures = fc.array(pictureOf(codec), { minLength: 3, maxLength: 6 });
    const lost = fc.array(fc.nat(200), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(pictures, lost, (sent, drops) => {
        const { receiver, units } = receive(codec);
        const packets = packetsOf(sent, codec, 200);
        const dropped = new Set(drops.map((drop) => drop % packets.length));
        for (const [index, packet] of packets.entries()) if (!dropped.has(index)) receiver.onRtp(packet);
        const whole = new Set(sent.map((picture) => JSON.stringify(shape(picture))));
        for (const unit of units) if (!unit.corrupt) expect(whole).toContain(JSON.stringify(shape(unit)));
      }),
      { numRuns: 300 },
    );
  });

  test('takes 10,000 spoiled packets without throwing', () => {
    const sample = packetsOf(
      [{ key: true, nals: [Buffer.alloc(900, 0x65), Buffer.alloc(30, 0x67), Buffer.alloc(30, 0x41)] }],
      codec,
      200,
    );
    const change = fc.tuple(fc.nat(220), fc.integer({ min: 0, max: 255 }));
    const spoiled = fc.tuple(fc.nat(100), fc.array(change, { maxLength: 6 }), fc.nat(260));
    const { receiver } = receive(codec, 8);
    fc.assert(
      fc.property(spoiled, ([which, changes, length]) => {
        const packet = Buffer.from(sample[which % sample.length] ?? []).subarray(0, length);
        for (const [at, value] of changes) if (at < packet.length) packet[at] = value;
        receiver.onRtp(packet);
        receiver.onRtcp(packet);
      }),
      { numRuns: 10_000 },
    );
    expect(receiver.facts.packets).toBeGreaterThan(0);
  });
});

describe('access units', () => {
  const key = Buffer.from([0x65, 0x80, 1, 2]);
  const slice = Buffer.from([0x41, 0x80, 3, 4]);
  const laterSlice = Buffer.from([0x41, 0x10, 5, 6]);
  const sps = Buffer.from([0x67, 0x42, 0, 1]);
  const pps = Buffer.from([0x68, 0xce, 1]);

  test('end where the timestamp changes when the marker is lost', () => {
    const { receiver, units } = receive();
    receiver.onRtp(rtp({ sequence: 1, timestamp: 0, payload: key }));
    receiver.onRtp(rtp({ sequence: 2, timestamp: 3_600, payload: slice, marker: true }));
    expect(units.map((unit) => unit.key)).toEqual([true, false]);
  });

  test('join parameter sets that come with a marker or a timestamp of their own', () => {
    const { receiver, units, sets } = receive();
    receiver.onRtp(rtp({ sequence: 1, timestamp: 0, payload: sps, marker: true }));
    receiver.onRtp(rtp({ sequence: 2, timestamp: 10, payload: pps, marker: true }));
    receiver.onRtp(rtp({ sequence: 3, timestamp: 20, payload: key, marker: true }));
    expect(units).toHaveLength(1);
    expect(units[0]?.nals).toHaveLength(3);
    expect(sets).toHaveLength(1);
    expect(receiver.isDecodable).toBe(true);
  });

  test('stop believing markers that come on every slice', () => {
    const { receiver, units } = receive();
    const send = (sequence: number, timestamp: number, payload: Buffer) =>
      receiver.onRtp(rtp({ sequence, timestamp, payload, marker: true }));
    send(1, 0, key);
    send(2, 0, laterSlice);
    send(3, 3_600, slice);
    send(4, 3_600, laterSlice);
    send(5, 7_200, slice);
    expect(units.slice(0, 2).map((unit) => unit.corrupt)).toEqual([false, true]);
    expect(units[2]).toMatchObject({ corrupt: false, rtpTime: 3_600 });
    expect(units[2]?.nals).toHaveLength(2);
  });

  test('are cut when a clock stands still, as long as markers come', () => {
    const { receiver, units } = receive();
    for (const sequence of [1, 2, 3]) {
      receiver.onRtp(rtp({ sequence, timestamp: 0, payload: slice, marker: true }));
    }
    expect(units).toHaveLength(3);
  });

  test('report parameter sets that change in mid-stream, once', () => {
    const { receiver, sets } = receive();
    const other = Buffer.from([0x67, 0x64, 0, 9]);
    let sequence = 0;
    for (const [index, current] of [sps, sps, other, other].entries()) {
      for (const [part, payload] of [current, pps, key].entries()) {
        receiver.onRtp(rtp({ sequence: sequence++, timestamp: index * 3_600, payload, marker: part === 2 }));
      }
    }
    expect(sets.map((set) => set.sps[1])).toEqual([0x42, 0x64]);
  });

  test('beyond 8 MB are given up, and the stream goes on', () => {
    const { receiver, units } = receive();
    const part = Buffer.alloc(60_000, 1);
    for (let sequence = 0; sequence < 150; sequence++) {
      const head = sequence === 0 ? 0x80 : 0;
      const payload = Buffer.concat([Buffer.from([0x7c, head | 5]), part]);
      receiver.onRtp(rtp({ sequence, timestamp: 0, payload, marker: sequence === 149 }));
    }
    receiver.onRtp(rtp({ sequence: 150, timestamp: 3_600, payload: slice, marker: true }));
    expect(receiver.facts).toMatchObject({ accessUnits: 2, corruptUnits: 1 });
    expect(units.map(shape)).toEqual([shape({ key: false, nals: [slice] })]);
  });
});

describe('facts', () => {
  const slice = Buffer.from([0x41, 0x80, 3, 4]);
  const key = Buffer.from([0x65, 0x80, 3, 4]);
  const send = (receiver: RtpReceiver, sequence: number, options: Partial<PacketSpec> = {}) =>
    receiver.onRtp(rtp({ sequence, timestamp: sequence * 3_600, payload: slice, marker: true, ...options }));

  test('count loss, and say which picture suffered', () => {
    const { receiver, units } = receive();
    for (const sequence of [10, 11, 14, 15]) send(receiver, sequence);
    expect(receiver.facts).toMatchObject({ packets: 4, lost: 2, corruptUnits: 1 });
    expect(units.map((unit) => unit.corrupt)).toEqual([false, false, true, false]);
  });

  test('count disorder, which a window mends', () => {
    const { receiver, units } = receive('h264', 8);
    for (const sequence of [10, 12, 11, 13]) send(receiver, sequence);
    expect(receiver.facts).toMatchObject({ lost: 0, reordered: 1, corruptUnits: 0 });
    expect(units.map((unit) => unit.rtpTime / 3_600)).toEqual([10, 11, 12, 13]);
  });

  test('measure the group of pictures', () => {
    const { receiver } = receive();
    for (let sequence = 1; sequence < 60; sequence++) {
      send(receiver, sequence, sequence % 25 === 1 ? { payload: key } : {});
    }
    expect(receiver.facts).toMatchObject({ gopLength: 25, keyUnits: 3, accessUnits: 59 });
  });

  test('follow a camera that restarts its encoder, without a false loss', () => {
    const { receiver, units, at } = receive();
    for (const sequence of [10, 11]) send(receiver, sequence);
    at(40);
    for (const sequence of [50_000, 50_001])
      send(receiver, sequence, { ssrc: 2, timestamp: 3_000_000_000 + sequence });
    expect(receiver.facts).toMatchObject({ lost: 0, timestampJumps: 1, accessUnits: 4 });
    expect(units.map((unit) => unit.rtpTime)).toEqual([36_000, 39_600, 43_200, 43_201]);
  });

  test('take the clock offset from a sender report, and answer it', () => {
    const { receiver, at } = receive();
    at(5_000);
    send(receiver, 10);
    send(receiver, 13);
    const report = Buffer.alloc(28);
    report.writeUInt32BE(0x80c80006, 0);
    report.writeUInt32BE(2_208_988_800 + 1_000 + 3_605, 8);
    receiver.onRtcp(report);
    expect(receiver.facts.clockOffsetMs).toBe(3_600_000);
    at(6_000);
    expect(receiver.takeReport(9)).toMatchObject({
      mediaSsrc: 1,
      lost: 2,
      fractionLost: 0.5,
      sinceReportMs: 1_000,
    });
    expect(receiver.takeReport(9)).toMatchObject({ fractionLost: 0 });
  });

  test('leave other payload types alone', () => {
    const { receiver } = receive();
    const audio = rtp({ sequence: 1, timestamp: 0, payload: slice });
    audio[1] = 0;
    receiver.onRtp(audio);
    expect(receiver.facts.packets).toBe(0);
    expect(receiver.lastPacketMs).toBeNull();
  });
});
