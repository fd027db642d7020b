import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { nanodet } from '../../../models/detectors/nanodet/index.ts';

const SIZE = { width: 128, height: 64 };
const CLASSES = 80;
const BINS = 11;

type Shot = {
  stride: 8 | 16 | 32;
  column: number;
  row: number;
  classId: number;
  score: number;
  bins: readonly number[];
};

/** Output tensors in which each shot is one cell whose four distances are the given bins. */
function outputsWith(...shots: readonly Shot[]): Record<string, Float32Array> {
  const outputs: Record<string, Float32Array> = {};
  for (const stride of [8, 16, 32]) {
    const cells = (SIZE.width / stride) * (SIZE.height / stride);
    outputs[`scores_${stride}`] = new Float32Array(cells * CLASSES);
    outputs[`distances_${stride}`] = new Float32Array(cells * 4 * BINS);
  }
  for (const { stride, column, row, classId, score, bins } of shots) {
    const cell = row * (SIZE.width / stride) + column;
    outputs[`scores_${stride}`]?.fill(score, cell * CLASSES + classId, cell * CLASSES + classId + 1);
    bins.forEach((bin, side) => {
      const at = (cell * 4 + side) * BINS + bin;
      outputs[`distances_${stride}`]?.fill(50, at, at + 1);
    });
  }
  return outputs;
}

const person: Shot = { stride: 8, column: 5, row: 3, classId: 0, score: 0.8, bins: [1, 2, 3, 2] };

describe('output tensors → detections', () => {
  test('a cell’s box is its centre less and plus the distances in strides', () => {
    const [found] = nanodet.postprocess(outputsWith(person), SIZE, { minScore: 0.3 });
    expect(found?.label).toBe('person');
    expect(found?.confidence).toBeCloseTo(0.8, 5);
    // centre (44, 28); left 8, top 16, right 24, bottom 16
    const expected = [36 / 128, 12 / 64, 32 / 128, 32 / 64];
    found?.box.forEach((value, index) => {
      expect(value).toBeCloseTo(expected[index] ?? -1, 5);
    });
  });

  test('a distance is the expectation of the softmax over its bins', () => {
    const outputs = outputsWith({ ...person, bins: [0, 1, 0, 1] });
    const cell = person.row * (SIZE.width / 8) + person.column;
    // equal logits at bins 2 and 5 on the right side: 3.5 strides
    const right = (cell * 4 + 2) * BINS;
    outputs['distances_8']?.fill(-50, right, right + BINS);
    outputs['distances_8']?.fill(3, right + 2, right + 3);
    outputs['distances_8']?.fill(3, right + 5, right + 6);
    const [found] = nanodet.postprocess(outputs, SIZE, { minScore: 0.3 });
    expect((found?.box[2] ?? 0) * SIZE.width).toBeCloseTo(28, 3);
  });

  test('codes of the int8 network are read as logits', () => {
    const codes = Object.fromEntries(
      Object.entries(outputsWith()).map(([name, data]) => [name, new Uint8Array(data.length)]),
    );
    const cell = 2 * (SIZE.width / 16) + 3;
    codes['scores_16']?.fill(205, cell * CLASSES, cell * CLASSES + 1);
    for (let side = 0; side < 4; side++) {
      const at = (cell * 4 + side) * BINS;
      codes['distances_16']?.fill(225, at + 1, at + 2);
    }
    const found = nanodet.postprocess(codes, SIZE, { minScore: 0.3 });
    expect(found).toHaveLength(1);
    // (205 − 180) · 0.04 = 1, and sigmoid(1) = 0.7311; every distance is bin 1: 16 pixels
    expect(found[0]?.confidence).toBeCloseTo(0.7311, 3);
    const expected = [(56 - 16) / 128, (40 - 16) / 64, 32 / 128, 32 / 64];
    found[0]?.box.forEach((value, index) => {
      expect(value).toBeCloseTo(expected[index] ?? -1, 4);
    });
    expect(nanodet.postprocess(codes, SIZE, { minScore: 0.74 })).toEqual([]);
  });

  test('cells of every stride are read', () => {
    const shots = ([8, 16, 32] as const).map((stride, index) => ({
      ...person,
      stride,
      column: 1,
      row: 1,
      classId: index,
    }));
    const found = nanodet.postprocess(outputsWith(...shots), SIZE, { minScore: 0.3 });
    expect(found.map(({ label }) => label).sort()).toEqual(['bicycle', 'car', 'person']);
  });

  test('of two boxes of one class that overlap by more than 0.6 the better stays', () => {
    const twin = { ...person, bins: [1, 2, 3, 3], score: 0.9 };
    const shifted: Shot = { ...person, column: 6, bins: [2, 2, 2, 3] };
    const found = nanodet.postprocess(outputsWith(twin, shifted), SIZE, { minScore: 0.3 });
    expect(found.map(({ confidence }) => confidence.toFixed(1))).toEqual(['0.9']);
  });

  test('overlapping boxes of two classes both stay', () => {
    const bicycle = { ...person, classId: 1, score: 0.7 };
    const found = nanodet.postprocess(outputsWith(person, bicycle), SIZE, { minScore: 0.3 });
    expect(found.map(({ label }) => label)).toEqual(['person', 'bicycle']);
  });

  test('detections below the threshold are left out, those at 0.1 come when asked for', () => {
    const weak = outputsWith({ ...person, score: 0.12 });
    expect(nanodet.postprocess(weak, SIZE, { minScore: 0.3 })).toEqual([]);
    expect(nanodet.postprocess(weak, SIZE, { minScore: 0.1 })).toHaveLength(1);
  });

  test('only wanted labels come', () => {
    const both = outputsWith(person, { ...person, classId: 16, column: 12 });
    const found = nanodet.postprocess(both, SIZE, { minScore: 0.3, labels: new Set(['dog']) });
    expect(found.map(({ label, classId }) => [label, classId])).toEqual([['dog', 16]]);
  });

  test('boxes are clipped to the picture and empty ones left out', () => {
    const atEdge: Shot = { ...person, column: 0, row: 0, bins: [10, 10, 1, 1] };
    const [found] = nanodet.postprocess(outputsWith(atEdge), SIZE, { minScore: 0.3 });
    expect(found?.box.slice(0, 2)).toEqual([0, 0]);
    const empty: Shot = { ...person, bins: [0, 0, 0, 0] };
    expect(nanodet.postprocess(outputsWith(empty), SIZE, { minScore: 0.3 })).toEqual([]);
  });

  test('any numbers give boxes inside the picture, best first', () => {
    const noise = fc.integer({ min: 1, max: 2 ** 31 - 1 });
    fc.assert(
      fc.property(noise, (seed) => {
        let state = seed;
        const random = () => {
          state = (state * 48_271) % 2_147_483_647;
          return state / 2_147_483_647;
        };
        const outputs = outputsWith();
        for (const [name, data] of Object.entries(outputs))
          for (let i = 0; i < data.length; i++)
            data[i] = name.startsWith('scores') ? random() ** 6 : random() * 40 - 20;
        const found = nanodet.postprocess(outputs, SIZE, { minScore: 0.5 });
        const scores = found.map(({ confidence }) => confidence);
        expect(scores).toEqual([...scores].sort((a, b) => b - a));
        expect(found.length).toBeLessThanOrEqual(200);
        for (const {
          box: [x, y, w, h],
        } of found) {
          expect(Math.min(x, y)).toBeGreaterThanOrEqual(0);
          expect(Math.min(w, h)).toBeGreaterThan(0);
          expect(Math.max(x + w, y + h)).toBeLessThanOrEqual(1 + 1e-12);
        }
      }),
      { numRuns: 30 },
    );
  });

  test('a missing or short tensor is refused by name', () => {
    const outputs = outputsWith();
    delete outputs['distances_16'];
    expect(() => nanodet.postprocess(outputs, SIZE, { minScore: 0.3 })).toThrow(/distances_16/);
    expect(() => nanodet.postprocess(outputsWith(), { width: 64, height: 64 }, { minScore: 0.3 })).toThrow(
      /scores_8/,
    );
  });

  test('a threshold that would let everything through is refused', () => {
    expect(() => nanodet.postprocess(outputsWith(), SIZE, { minScore: 0 })).toThrow(/minScore is 0/);
  });
});
