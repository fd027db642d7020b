import { describe, expect, test } from 'vitest';
import {
  analyseSensitivity,
  leaveOneOutEffects,
  oneAtATimeEffects,
} from '../../../dashboard/server/src/index/index.ts';
import { createRandom } from '../../../dashboard/server/src/index/random.ts';
import { competitionRanks } from '../../../dashboard/server/src/index/statistics.ts';
import { frameworkOf, indicatorsOf, tableOf } from './build.ts';

const FIXED = { normalisations: ['as-configured'], imputations: ['as-configured'], counts: 'fixed' };
const run = { runs: 200, seed: 1, softwareVersion: 't' };

describe('a sensitivity analysis', () => {
  const framework = frameworkOf({ code: 'i', children: indicatorsOf(['a', 'b', 'c']) });
  const random = createRandom(11);
  const column = () => Array.from({ length: 30 }, () => random.next() * 100);
  const table = tableOf({ a: column(), b: column(), c: column() });

  test('repeats with its seed', () => {
    const one = analyseSensitivity({ framework, table, ...run });
    expect(analyseSensitivity({ framework, table, ...run })).toEqual(one);
    expect(analyseSensitivity({ framework, table, ...run, seed: 2 }).units).not.toEqual(one.units);
  });

  test('holds ranks in order within their intervals', () => {
    const { units } = analyseSensitivity({ framework, table, ...run });
    expect(units.map(({ rank }) => rank)).toEqual(units.map((_, i) => i + 1));
    for (const unit of units) {
      expect(unit.rankLow).toBeLessThanOrEqual(unit.rankMedian);
      expect(unit.rankMedian).toBeLessThanOrEqual(unit.rankHigh);
      expect(unit.scoreLow).toBeLessThanOrEqual(unit.scoreHigh);
    }
    expect(units.some(({ rankLow, rankHigh }) => rankLow < rankHigh)).toBe(true);
  });

  test('leaves every rank certain where nothing is varied', () => {
    const still = frameworkOf(
      { code: 'i', children: indicatorsOf(['a', 'b', 'c']) },
      { sensitivity: { ...FIXED, weightSpread: 0 } },
    );
    const { units } = analyseSensitivity({ framework: still, table, ...run, runs: 5 });
    for (const { rank, rankLow, rankHigh, tieGroup } of units)
      expect([rankLow, rankHigh, tieGroup]).toEqual([rank, rank, rank]);
  });

  test('shows units as tied where their intervals overlap', () => {
    const twoCamps = tableOf({ a: [90, 91, 10, 11], b: [91, 90, 11, 10], c: [90, 90, 10, 10] });
    const { units } = analyseSensitivity({ framework, table: twoCamps, ...run });
    expect(units.map(({ tieGroup }) => tieGroup)).toEqual([1, 1, 2, 2]);
  });

  test('leaves units without a score out', () => {
    const gaps = tableOf({ a: [1, null, 3], b: [1, null, 5], c: [2, null, 2] });
    expect(
      analyseSensitivity({ framework, table: gaps, ...run })
        .units.map(({ unit }) => unit)
        .sort(),
    ).toEqual(['u1', 'u3']);
  });

  test.each(['gamma', 'poisson'])('makes small counts less certain than large ones by %s draws', (counts) => {
    const rate = {
      code: 'x',
      direction: 'negative',
      count: true,
      denominator: { column: 'n', per: 1000 },
      goalposts: [0, 100],
    };
    const counted = frameworkOf({ code: 'i', children: [rate] }, { sensitivity: { ...FIXED, counts } });
    const { units } = analyseSensitivity({
      framework: counted,
      table: tableOf({ x: [5, 5000], n: [100, 100_000] }),
      ...run,
    });
    const width = (name: string) => {
      const unit = units.find((each) => each.unit === name);
      return (unit?.scoreHigh ?? 0) - (unit?.scoreLow ?? 0);
    };
    expect(width('u1')).toBeGreaterThan(10 * width('u2'));
    expect(width('u2')).toBeGreaterThan(0);
  });

  test('gives 90 % intervals of ranks that hold the true rank 85 to 95 times in 100', () => {
    let held = 0;
    let total = 0;
    for (let study = 0; study < 12; study += 1) {
      const draw = createRandom(100 + study);
      const people = Array.from({ length: 60 }, () => 500 + Math.floor(draw.next() * 9500));
      const truth = people.map(() => draw.gamma(4) * 0.001);
      const cases = people.map((n, i) => draw.poisson(n * (truth[i] ?? 0)));
      const rate = {
        code: 'x',
        direction: 'negative',
        count: true,
        shrinkage: 'global',
        denominator: { column: 'n' },
      };
      const studied = frameworkOf(
        { code: 'i', children: [rate] },
        { sensitivity: { ...FIXED, counts: 'gamma' } },
      );
      const trueRanks = competitionRanks(Float64Array.from(truth, (value) => -value));
      const { units } = analyseSensitivity({
        framework: studied,
        table: tableOf({ x: cases, n: people }),
        ...run,
      });
      for (const { unit, rankLow, rankHigh } of units) {
        const rank = trueRanks[Number(unit.slice(1)) - 1] ?? 0;
        if (rank >= rankLow && rank <= rankHigh) held += 1;
        total += 1;
      }
    }
    expect(held / total).toBeGreaterThan(0.85);
    expect(held / total).toBeLessThan(0.95);
  });

  test('keeps indicators apart that read the same column', () => {
    const mirrored = frameworkOf({
      code: 'i',
      children: [
        { code: 'up', column: 'a' },
        { code: 'down', column: 'a', direction: 'negative' },
      ],
    });
    const still = { ...mirrored, sensitivity: { weightSpread: 0 } };
    const { units } = analyseSensitivity({ framework: still, table, ...run });
    for (const { scoreLow, scoreHigh } of units) {
      expect(scoreLow).toBeCloseTo(50, 9);
      expect(scoreHigh).toBeCloseTo(50, 9);
    }
  });

  test('works with geometric means, whose ranges are kept above 0', () => {
    const geometric = frameworkOf({
      code: 'i',
      aggregation: 'geometric',
      children: indicatorsOf(['a', 'b', 'c'], { goalposts: [0, 100] }),
    });
    const { units } = analyseSensitivity({ framework: geometric, table, ...run });
    expect(units).toHaveLength(30);
    for (const { scoreLow } of units) expect(scoreLow).toBeGreaterThanOrEqual(0);
  });
});

describe('effects on ranks', () => {
  const index = { code: 'i', children: [{ code: 'a', weight: 8 }, { code: 'b' }, { code: 'c', weight: 0 }] };
  const table = tableOf({ a: [1, 2, 3, 4, null], b: [10, 1, 2, 1, 5], c: [4, 3, 2, 1, 9] });

  test('one at a time cover weights, normalisation and imputation', () => {
    const effects = oneAtATimeEffects(frameworkOf(index), table);
    expect(effects.map(({ factor }) => factor)).toEqual([
      'weight a −25 %',
      'weight a +25 %',
      'weight b −25 %',
      'weight b +25 %',
      'weight c −25 %',
      'weight c +25 %',
      'normalisation min-max',
      'normalisation percentile',
      'imputation median',
    ]);
    const still = effects.find(({ factor }) => factor === 'weight c +25 %');
    expect(still).toMatchObject({ meanShift: 0, maxShift: 0, maxShiftUnit: null });
  });

  test('of leaving an indicator out are large for a heavy one and none for one without weight', () => {
    const effects = leaveOneOutEffects(
      frameworkOf(index),
      tableOf({ a: [1, 2, 3, 4], b: [10, 3, 2, 1], c: [4, 3, 2, 1] }),
    );
    expect(effects.map(({ factor, maxShift }) => [factor, maxShift])).toEqual([
      ['without a', 3],
      ['without b', 0],
      ['without c', 0],
    ]);
    expect(effects[0]?.spearman).toBeCloseTo(-1, 12);
  });

  test('of leaving the only indicator out do not exist', () => {
    expect(
      leaveOneOutEffects(frameworkOf({ code: 'i', children: indicatorsOf(['a']) }), tableOf({ a: [1, 2] })),
    ).toEqual([]);
  });
});
