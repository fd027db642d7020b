import { describe, expect, test } from 'vitest';
import { groupPictures, splitNals } from '../../simulators/camera/media/annex-b.ts';

const nal = (...bytes: number[]) => Buffer.from(bytes);
const hex = (nals: readonly Buffer[]) => nals.map((each) => each.toString('hex'));

describe('splitting a byte stream', () => {
  test('finds NAL units behind start codes of three and of four bytes', () => {
    const stream = Buffer.from('00000001 6742 000001 68ce 00000001 6588'.replaceAll(' ', ''), 'hex');
    expect(hex(splitNals(stream))).toEqual(['6742', '68ce', '6588']);
  });

  test('leaves padding zeros out and keeps emulation prevention bytes in', () => {
    expect(hex(splitNals(Buffer.from('000001650000030100000000000141', 'hex')))).toEqual([
      '6500000301',
      '41',
    ]);
  });

  test('gives nothing for a stream without a start code', () => {
    expect(splitNals(Buffer.from('ffff', 'hex'))).toEqual([]);
  });
});

describe('grouping pictures', () => {
  test('puts parameter sets with the keyframe they precede', () => {
    const groups = groupPictures(
      [nal(0x67), nal(0x68), nal(0x65, 0x88), nal(0x41, 0x9a), nal(0x67), nal(0x65, 0x88)],
      'h264',
    );
    expect(groups.map((group) => [group.nals.length, group.isKey])).toEqual([
      [3, true],
      [1, false],
      [2, true],
    ]);
  });

  test('keeps further slices of a picture together', () => {
    const groups = groupPictures(
      [nal(0x65, 0x88), nal(0x65, 0x08), nal(0x41, 0x9a), nal(0x41, 0x1a)],
      'h264',
    );
    expect(groups.map((group) => hex(group.nals))).toEqual([
      ['6588', '6508'],
      ['419a', '411a'],
    ]);
  });

  test('knows the keyframes of H.265', () => {
    const groups = groupPictures(
      [nal(0x40, 1), nal(0x42, 1), nal(0x44, 1), nal(0x26, 1, 0xaf), nal(0x02, 1, 0xd0)],
      'h265',
    );
    expect(groups.map((group) => [group.nals.length, group.isKey])).toEqual([
      [4, true],
      [1, false],
    ]);
  });
});
