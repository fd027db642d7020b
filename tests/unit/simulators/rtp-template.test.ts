import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { codecRules, type VideoCodec } from '../../simulators/camera/media/annex-b.ts';
import { buildTemplate, packetise, StampBuffer } from '../../simulators/camera/media/rtp-template.ts';

/** Takes payloads apart again, straight from RFC 6184 §5.7.1 and §5.8 and RFC 7798 §4.4.2 and §4.4.3. */
function depacketise(payloads: readonly Buffer[], codec: VideoCodec): Buffer[] {
  const { headerBytes, typeOf } = codecRules[codec];
  const [aggregation, fragmentation] = codec === 'h264' ? [24, 28] : [48, 49];
  const nals: Buffer[] = [];
  for (const payload of payloads) {
    if (typeOf(payload) === aggregation) {
      for (let at = headerBytes; at < payload.length; ) {
        const size = payload.readUInt16BE(at);
        nals.push(payload.subarray(at + 2, at + 2 + size));
        at += 2 + size;
      }
    } else if (typeOf(payload) === fragmentation) {
      const marks = payload.readUInt8(headerBytes);
      const first = payload.readUInt8(0);
      const header =
        codec === 'h264'
          ? Buffer.from([(first & 0xe0) | (marks & 0x1f)])
          : Buffer.from([(first & 0x81) | ((marks & 0x3f) << 1), payload.readUInt8(1)]);
      const rest = payload.subarray(headerBytes + 1);
      if ((marks & 0x80) !== 0) nals.push(Buffer.concat([header, rest]));
      else nals.push(Buffer.concat([nals.pop() ?? Buffer.alloc(0), rest]));
    } else nals.push(payload);
  }
  return nals;
}

const nalsOf = (codec: VideoCodec) =>
  fc.array(
    fc
      .tuple(fc.constantFrom(1, 5, 7, 8), fc.uint8Array({ minLength: 1, maxLength: 900 }))
      .map(([type, body]) =>
        Buffer.from(codec === 'h264' ? [0x60 | type, ...body] : [type << 1, 1, ...body]),
      ),
    { minLength: 1, maxLength: 8 },
  );

describe.each(['h264', 'h265'] as const)('packets of %s', (codec) => {
  test('give back the same NAL units and never exceed the limit', () => {
    fc.assert(
      fc.property(nalsOf(codec), fc.integer({ min: 40, max: 1400 }), (nals, maxBytes) => {
        const payloads = packetise(nals, codec, maxBytes);
        expect(Math.max(...payloads.map((payload) => payload.length))).toBeLessThanOrEqual(maxBytes);
        expect(Buffer.concat(depacketise(payloads, codec))).toEqual(Buffer.concat(nals));
        expect(depacketise(payloads, codec)).toHaveLength(nals.length);
      }),
      { numRuns: 200 },
    );
  });
});

describe('a template', () => {
  const template = buildTemplate([Buffer.alloc(3000, 0x65)], 'h264');

  test('carries the marker on the last packet alone', () => {
    const markers = template.offsets.slice(0, -1).map((at) => template.block.readUInt8(at + 5) >> 7);
    expect(markers).toEqual([0, 0, 1]);
  });

  test('is stamped with rising sequence numbers that wrap at 2^16, and stays itself unchanged', () => {
    const before = Buffer.from(template.block);
    const stamped = new StampBuffer().stamp(template, {
      channel: 4,
      sequence: 65_535,
      timestamp: 0xfffffff0,
      ssrc: 0xdeadbeef,
    });
    const at = (offset: number) => template.offsets.slice(0, -1).map((start) => start + offset);
    expect(at(6).map((place) => stamped.readUInt16BE(place))).toEqual([65_535, 0, 1]);
    expect(at(8).map((place) => stamped.readUInt32BE(place))).toEqual([0xfffffff0, 0xfffffff0, 0xfffffff0]);
    expect(at(12).map((place) => stamped.readUInt32BE(place))).toEqual([0xdeadbeef, 0xdeadbeef, 0xdeadbeef]);
    expect(at(1).map((place) => stamped.readUInt8(place))).toEqual([4, 4, 4]);
    expect(template.block).toEqual(before);
  });

  test('stays readable for a slow sink that it was left to', () => {
    const buffer = new StampBuffer();
    const stamp = { channel: 0, sequence: 7, timestamp: 1, ssrc: 1 };
    const kept = buffer.stamp(template, stamp);
    buffer.leave();
    buffer.stamp(template, { ...stamp, sequence: 900 });
    expect(kept.readUInt16BE(6)).toBe(7);
  });
});
