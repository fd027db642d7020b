import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { evaluate, formatRow, type MotRow, parseRows } from '../../../gateway/src/evaluation/index.ts';

const box = (x: number, y = 0): MotRow['box'] => [x, y, 10, 20];
const row = (frame: number, id: number, at: MotRow['box'], score = 1): MotRow => ({
  frame,
  id,
  box: at,
  score,
  classId: 1,
  visibility: 1,
});
const frames = (count: number) => Array.from({ length: count }, (_, index) => index + 1);
/** One person who stands at x for some frames. */
const standing = (id: number, x: number, list: readonly number[]) =>
  list.map((frame) => row(frame, id, box(x)));

describe('CLEAR-MOT, counted by hand', () => {
  test('a perfect result has no error', () => {
    const truth = [...standing(1, 0, frames(5)), ...standing(2, 50, frames(5))];
    expect(evaluate(truth, truth, frames(5))).toMatchObject({
      mota: 1,
      motp: 1,
      idf1: 1,
      precision: 1,
      recall: 1,
      idSwitches: 0,
      fragmentations: 0,
    });
  });

  test('one miss, one false box and one switch in ten boxes make 0.7', () => {
    const truth = standing(1, 0, frames(10));
    const result = [
      ...standing(7, 0, [1, 2, 3, 4]),
      row(5, 7, box(200)),
      ...standing(8, 0, [6, 7, 8, 9, 10]),
    ];
    const figures = evaluate(truth, result, frames(10));
    expect(figures).toMatchObject({
      misses: 1,
      falsePositives: 1,
      idSwitches: 1,
      fragmentations: 1,
      matches: 9,
    });
    expect(figures.mota).toBeCloseTo(0.7, 12);
    expect(figures.precision).toBeCloseTo(0.9, 12);
    expect(figures.recall).toBeCloseTo(0.9, 12);
  });

  test('IDF1 matches whole trajectories: half under another number is half', () => {
    const truth = standing(1, 0, frames(10));
    const result = [...standing(7, 0, [1, 2, 3, 4, 5]), ...standing(8, 0, [6, 7, 8, 9, 10])];
    expect(evaluate(truth, result, frames(10))).toMatchObject({ idf1: 0.5, idPrecision: 0.5, idRecall: 0.5 });
  });

  test('a pair of the frame before stays although another box overlaps more', () => {
    const truth = [row(1, 1, box(0)), row(2, 1, box(0))];
    const result = [row(1, 7, box(0)), row(2, 7, box(2)), row(2, 8, box(0))];
    expect(evaluate(truth, result, [1, 2])).toMatchObject({ idSwitches: 0, falsePositives: 1 });
  });

  test('an overlap of less than a half is no match', () => {
    const figures = evaluate([row(1, 1, box(0))], [row(1, 7, box(4))], [1]);
    expect(figures).toMatchObject({ matches: 0, misses: 1, falsePositives: 1 });
  });

  test('ignored truth is neither missed nor wrong to find', () => {
    const truth = [...standing(1, 0, [1]), row(1, 2, box(50), 0)];
    const found = [...standing(7, 0, [1]), row(1, 8, box(50))];
    expect(evaluate(truth, found, [1])).toMatchObject({
      mota: 1,
      idf1: 1,
      truthBoxes: 1,
      resultBoxes: 1,
    });
    expect(evaluate(truth, standing(7, 0, [1]), [1])).toMatchObject({ mota: 1, misses: 0 });
  });
});

describe('average precision, counted by hand', () => {
  test('a wrong box between two right ones: 1/2 of the recall at 1, 1/2 at 2/3', () => {
    const truth = [...standing(1, 0, [1]), ...standing(2, 50, [1])];
    const result = [row(1, -1, box(0), 0.9), row(1, -1, box(200), 0.8), row(1, -1, box(50), 0.7)];
    expect(evaluate(truth, result, [1]).ap50).toBeCloseTo(0.5 + 0.5 * (2 / 3), 12);
  });

  test('a second box on one person is wrong', () => {
    const result = [row(1, -1, box(0), 0.9), row(1, -1, box(1), 0.8)];
    expect(evaluate(standing(1, 0, [1]), result, [1]).ap50).toBe(1);
    const other = [row(1, -1, box(0), 0.8), row(1, -1, box(200), 0.9)];
    expect(evaluate(standing(1, 0, [1]), other, [1]).ap50).toBe(0.5);
  });

  test('without truth there is no figure, and nothing found is 0', () => {
    expect(evaluate([], standing(1, 0, [1]), [1])).toMatchObject({ ap50: null, mota: null });
    expect(evaluate(standing(1, 0, [1]), [], [1])).toMatchObject({
      ap50: 0,
      mota: 0,
      idf1: 0,
      precision: null,
    });
  });
});

describe('any scene', () => {
  const scene = fc.array(
    fc.record({
      frame: fc.integer({ min: 1, max: 6 }),
      id: fc.integer({ min: 1, max: 4 }),
      x: fc.integer({ min: 0, max: 60 }),
      y: fc.integer({ min: 0, max: 60 }),
    }),
    { maxLength: 30 },
  );
  /** One box of an identity in a frame. */
  const rowsOf = (list: { frame: number; id: number; x: number; y: number }[]) =>
    [...new Map(list.map((one) => [`${one.frame} ${one.id}`, one])).values()].map(({ frame, id, x, y }) =>
      row(frame, id, box(x, y), 0.5),
    );

  test('the names of identities and the order of rows change nothing', () => {
    fc.assert(
      fc.property(scene, scene, (one, other) => {
        const [truth, result] = [rowsOf(one), rowsOf(other)];
        const renamed = result.map((each) => ({ ...each, id: 100 - each.id })).reverse();
        const before = evaluate(truth, result, frames(6));
        const after = evaluate(truth, renamed, frames(6));
        expect(after.idf1 ?? 0).toBeCloseTo(before.idf1 ?? 0, 9);
        expect([after.truthBoxes, after.resultBoxes]).toEqual([before.truthBoxes, before.resultBoxes]);
      }),
    );
  });

  test('counts add up and no ratio leaves its range', () => {
    fc.assert(
      fc.property(scene, scene, (one, other) => {
        const figures = evaluate(rowsOf(one), rowsOf(other), frames(6));
        expect(figures.matches + figures.misses).toBe(figures.truthBoxes);
        expect(figures.matches + figures.falsePositives).toBe(figures.resultBoxes);
        for (const value of [figures.ap50, figures.precision, figures.recall, figures.idf1]) {
          if (value === null) continue;
          expect(value).toBeGreaterThanOrEqual(0);
          expect(value).toBeLessThanOrEqual(1 + 1e-9);
        }
        expect(figures.mota ?? 0).toBeLessThanOrEqual(1);
      }),
    );
  });
});

describe('the text form', () => {
  test('is read back as it was written', () => {
    const rows = [
      row(1, 3, [1.25, 2.5, 30, 40.75], 0.875),
      { ...row(2, -1, box(5)), classId: -1, visibility: 0.5 },
    ];
    expect(parseRows(rows.map(formatRow).join('\n'))).toEqual(rows);
  });

  test('six columns are enough; comments and empty lines are left out', () => {
    expect(parseRows('# by hand\n\n4, 2, 10, 20, 30, 40\n')).toEqual([
      { frame: 4, id: 2, box: [10, 20, 30, 40], score: 1, classId: -1, visibility: -1 },
    ]);
  });

  test.each([
    ['1,2,3', /line 1: needs at least/],
    ['1,2,3,4,5,x', /line 1: every column must be a number/],
    ['0,2,3,4,5,6', /line 1: frame is 0: frames count from 1/],
    ['1,1,0,0,5,5\n1,2.5,3,4,5,6', /line 2: id is 2.5/],
    ['1,2,3,4,0,6', /line 1: width and height/],
  ])('says what is wrong with %j', (text, message) => {
    expect(() => parseRows(text)).toThrow(message);
  });
});
