import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fragment } from '../../../gateway/src/base/mp4/fragment.ts';
import { sampleNals } from '../../../gateway/src/base/mp4/sample.ts';
import type { ParameterSets } from '../../../gateway/src/pipeline.ts';

/** Paths of all boxes to their contents, container boxes opened. */
function boxes(data: Buffer, prefix = ''): Map<string, Buffer> {
  const found = new Map<string, Buffer>();
  let at = 0;
  while (at < data.length) {
    const size = data.readUInt32BE(at);
    const path = prefix + data.toString('latin1', at + 4, at + 8);
    const body = data.subarray(at + 8, at + size);
    found.set(path, body);
    if (/(moof|traf)$/.test(path))
      for (const [name, inner] of boxes(body, `${path}/`)) found.set(name, inner);
    at += size;
  }
  return found;
}

const timing = { decodeTime: 90_000, compositionOffset: 0, duration: 3600 };

describe('fragment', () => {
  test('holds exactly the NAL units, each behind its length, where the run says', () => {
    const nals = fc.array(fc.uint8Array({ minLength: 1, maxLength: 400 }), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(nals, fc.boolean(), (units, key) => {
        const data = Buffer.from(fragment({ sequence: 7, timing, key, nals: units }));
        const found = boxes(data);
        const run = found.get('moof/traf/trun') ?? Buffer.alloc(0);
        const offset = run.readInt32BE(8);
        const size = run.readUInt32BE(16);
        expect(offset + size).toBe(data.length);
        const read: Uint8Array[] = [];
        for (let at = offset; at < data.length; ) {
          const length = data.readUInt32BE(at);
          read.push(new Uint8Array(data.subarray(at + 4, at + 4 + length)));
          at += 4 + length;
        }
        expect(read).toEqual(units);
        expect(run.readUInt32BE(20)).toBe(key ? 0x02000000 : 0x01010000);
      }),
    );
  });

  test('keeps decode times beyond 32 bits and negative composition offsets', () => {
    const late = { decodeTime: 2 ** 40 + 5, compositionOffset: -3600, duration: 1800 };
    const found = boxes(
      Buffer.from(fragment({ sequence: 1, timing: late, key: false, nals: [new Uint8Array(3)] })),
    );
    expect(found.get('moof/traf/tfdt')?.readBigUInt64BE(4)).toBe(2n ** 40n + 5n);
    expect(found.get('moof/traf/trun')?.readUInt32BE(12)).toBe(1800);
    expect(found.get('moof/traf/trun')?.readInt32BE(24)).toBe(-3600);
    expect(found.get('moof/traf/trun')?.[0]).toBe(1);
  });
});

describe('sample', () => {
  const sets: ParameterSets = { codec: 'h264', sps: Uint8Array.of(0x67, 1, 2), pps: Uint8Array.of(0x68, 3) };
  const slice = Uint8Array.of(0x65, 9, 9);
  const sei = Uint8Array.of(0x06, 5);

  test('leaves out delimiters, filler and the parameter sets of the init segment', () => {
    const nals = [
      Uint8Array.of(9, 0x10),
      sets.sps.slice(),
      sets.pps.slice(),
      sei,
      slice,
      Uint8Array.of(12, 0xff),
      new Uint8Array(0),
    ];
    expect(sampleNals({ nals }, sets)).toEqual([sei, slice]);
  });

  test('keeps parameter sets that differ', () => {
    const other = Uint8Array.of(0x68, 4);
    expect(sampleNals({ nals: [other, slice] }, sets)).toEqual([other, slice]);
  });

  test('knows the delimiter of H.265', () => {
    const h265: ParameterSets = {
      codec: 'h265',
      vps: Uint8Array.of(0x40, 1),
      sps: Uint8Array.of(0x42, 1),
      pps: Uint8Array.of(0x44, 1),
    };
    const picture = Uint8Array.of(0x26, 1, 7);
    expect(sampleNals({ nals: [Uint8Array.of(0x46, 1), Uint8Array.of(0x40, 1), picture] }, h265)).toEqual([
      picture,
    ]);
  });
});
