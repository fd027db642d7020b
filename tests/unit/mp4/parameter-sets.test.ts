import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { BitReader, MalformedParameterSetError } from '../../../gateway/src/base/mp4/bit-reader.ts';
import { sameParameterSets, videoFormat } from '../../../gateway/src/base/mp4/video-format.ts';
import type { ParameterSets } from '../../../gateway/src/pipeline.ts';
import { BitWriter } from './bit-writer.ts';

const bytesOf = (hex: string) => new Uint8Array(Buffer.from(hex, 'hex'));
const h264 = (sps: string): ParameterSets => ({ codec: 'h264', sps: bytesOf(sps), pps: bytesOf('68ee3c80') });
const h265 = (sps: string): ParameterSets => ({
  codec: 'h265',
  sps: bytesOf(sps),
  pps: bytesOf('4401'),
  vps: bytesOf('4001'),
});

/** Sequence parameter sets as libx264 and libx265 write them. */
const REAL = [
  [
    'H.264 Baseline',
    h264('6742c01ed900a02ff97011000003000100000300320f162e48'),
    640,
    360,
    'avc1.42c01e',
    [1, 8],
  ],
  [
    'H.264 High, cropped from 1088 rows',
    h264('67640028acd940780227e5c044000003000400000300c83c60c658'),
    1920,
    1080,
    'avc1.640028',
    [1, 8],
  ],
  [
    'H.264 interlaced',
    h264('67640028acd94078044fde0220000003002000000643e2c5b2c0'),
    1920,
    1080,
    'avc1.640028',
    [1, 8],
  ],
  [
    'H.264 High 4:2:2, 10 bits',
    h264('677a001fb6cd9405005bfbffc059c05a04000003000400000300c83c60c658'),
    1280,
    718,
    'avc1.7a001f',
    [2, 10],
  ],
  [
    'H.264 High 4:4:4, odd sides',
    h264('67f4001f919b2816025f7087fe241018ae20000003002000000641e30632c0'),
    702,
    577,
    'avc1.f4001f',
    [3, 8],
  ],
  [
    'H.264 monochrome',
    h264('6764001ef3650280bfe27016c80000030008000003019078b16cb0'),
    640,
    360,
    'avc1.64001e',
    [0, 8],
  ],
  [
    'H.265 Main, cropped from 1088 rows',
    h265('420101016000000300900000030000030078a003c08010e596566924caf0168080000003008000000c84'),
    1920,
    1080,
    'hvc1.1.6.L120.90',
    [1, 8],
  ],
  [
    'H.265 Main 10',
    h265('42010102200000030090000003000003005da00280802d1f2365959a4932bffc01dc01e1a02000000300200000030321'),
    1280,
    714,
    'hvc1.2.4.L93.90',
    [1, 10],
  ],
] as const;

describe('parameter sets', () => {
  test.each(REAL)('reads the format of %s', (_name, sets, width, height, mimeCodec, [
    chromaFormat,
    bitDepthLuma,
  ]) => {
    expect(videoFormat(sets)).toMatchObject({ width, height, mimeCodec, chromaFormat, bitDepthLuma });
  });

  test('skips scaling lists, which stand before the size', () => {
    const writer = new BitWriter().bits(0x67, 8).bits(100, 8).bits(0, 8).bits(31, 8);
    writer.ue(0).ue(1).ue(0).ue(0).bits(0, 1).bits(1, 1);
    writer.bits(1, 1).se(0);
    for (let index = 1; index < 16; index += 1) writer.se(index % 2 === 0 ? 1 : -1);
    writer.bits(1, 1).se(-8);
    for (let list = 2; list < 8; list += 1) writer.bits(0, 1);
    writer.ue(0).ue(2).ue(1).bits(0, 1).ue(39).ue(22).bits(1, 1).bits(1, 1).bits(0, 1);
    expect(videoFormat({ codec: 'h264', sps: writer.done(), pps: bytesOf('68') })).toMatchObject({
      width: 640,
      height: 368,
    });
  });

  test('skips the order cycle of type 1', () => {
    const writer = new BitWriter().bits(0x67, 8).bits(77, 8).bits(0, 8).bits(30, 8);
    writer.ue(0).ue(0).ue(1).bits(0, 1).se(-3).se(4).ue(3).se(1).se(-1).se(2);
    writer.ue(1).bits(0, 1).ue(19).ue(14).bits(1, 1).bits(1, 1).bits(1, 1).ue(1).ue(2).ue(0).ue(4);
    expect(videoFormat({ codec: 'h264', sps: writer.done(), pps: bytesOf('68') })).toMatchObject({
      width: 314,
      height: 232,
    });
  });

  test('skips the profiles and levels of H.265 sub-layers', () => {
    const writer = new BitWriter().bits(0x4201, 16).bits(0, 4).bits(2, 3).bits(1, 1);
    writer.bits(1, 2).bits(1, 1).bits(1, 5).bits(0x60000000, 32).bits(0xb0, 8).bits(0, 40).bits(93, 8);
    writer.bits(0b11, 2).bits(0b01, 2).bits(0, 12);
    writer.bits(0x7fffff, 44).bits(0x7fffff, 44).bits(90, 8).bits(60, 8);
    writer.ue(0).ue(1).ue(704).ue(576).bits(1, 1).ue(1).ue(1).ue(2).ue(2).ue(0).ue(0);
    const sets: ParameterSets = {
      codec: 'h265',
      sps: writer.done(),
      pps: bytesOf('4401'),
      vps: bytesOf('4001'),
    };
    expect(videoFormat(sets)).toMatchObject({
      width: 700,
      height: 568,
      mimeCodec: 'hvc1.A1.6.H93.B0',
      h265: { subLayers: 3, temporalIdNested: true },
    });
  });

  test('refuses a truncated one, one of another type and one of impossible size', () => {
    expect(() => videoFormat(h264('67640028acd940'))).toThrow('ends too early');
    expect(() => videoFormat(h264('68ee3c80'))).toThrow('not an H.264 SPS');
    const tiny = new BitWriter().bits(0x67, 8).bits(66, 8).bits(0, 8).bits(30, 8);
    tiny
      .ue(0)
      .ue(0)
      .ue(2)
      .ue(1)
      .bits(0, 1)
      .ue(0)
      .ue(0)
      .bits(1, 1)
      .bits(1, 1)
      .bits(1, 1)
      .ue(7)
      .ue(0)
      .ue(0)
      .ue(0);
    expect(() => videoFormat({ codec: 'h264', sps: tiny.done(), pps: bytesOf('68') })).toThrow(
      'picture of 2×16 pixels',
    );
    expect(() =>
      videoFormat({ codec: 'h264', sps: new Uint8Array(5000).fill(0x67), pps: bytesOf('68') }),
    ).toThrow('5000 bytes');
  });

  test('ends on any bytes with a format or a named error', () => {
    const seeds = REAL.map(([, sets]) => sets);
    const mutated = fc
      .tuple(
        fc.constantFrom(...seeds),
        fc.array(fc.tuple(fc.nat(60), fc.nat(255)), { maxLength: 6 }),
        fc.nat(60),
      )
      .map(([sets, changes, length]): ParameterSets => {
        const sps = sets.sps.slice(0, Math.max(3, length));
        for (const [at, value] of changes) if (at > 1 && at < sps.length) sps[at] = value;
        return { ...sets, sps };
      });
    fc.assert(
      fc.property(mutated, (sets) => {
        try {
          const { width, height } = videoFormat(sets);
          expect(Math.min(width, height)).toBeGreaterThanOrEqual(16);
          expect(Math.max(width, height)).toBeLessThanOrEqual(16_384);
        } catch (error) {
          expect(error).toBeInstanceOf(MalformedParameterSetError);
        }
      }),
      { numRuns: 10_000 },
    );
  });

  test('are the same only when every byte is', () => {
    const [, one] = REAL[0];
    expect(sameParameterSets(one, { ...one, sps: one.sps.slice() })).toBe(true);
    expect(sameParameterSets(one, { ...one, pps: bytesOf('68ee3c81') })).toBe(false);
    expect(sameParameterSets(one, { ...one, vps: bytesOf('40') })).toBe(false);
  });
});

describe('bit reader', () => {
  test('gives back what a writer wrote, emulation prevention or not', () => {
    const values = fc.array(fc.oneof(fc.nat(2), fc.nat(70_000)), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(values, (numbers) => {
        const writer = new BitWriter().bits(0x67, 8);
        for (const number of numbers) writer.ue(number).se(-number).bits(number, 17);
        const reader = new BitReader(writer.done(), 1);
        for (const number of numbers) {
          expect(reader.ue('value', 70_000)).toBe(number);
          expect(reader.se('value') + number).toBe(0);
          expect(reader.bits(17)).toBe(number);
        }
      }),
    );
  });
});
