import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import {
  compileModel,
  IndexError,
  parseFramework,
  parseFrameworkYaml,
} from '../../../dashboard/server/src/index/index.ts';
import { frameworkOf, indicatorsOf } from './build.ts';

function problemsOf(value: unknown): readonly string[] {
  try {
    parseFramework(value);
  } catch (error) {
    if (error instanceof IndexError) return error.problems;
    throw error;
  }
  return [];
}

const leafProblems = (leaf: object, rest: object = {}) =>
  problemsOf({ code: 'f', version: '1', ...rest, index: { code: 'i', children: [leaf] } });

describe('a framework', () => {
  test('of the product is sound and its weights multiply down the tree', () => {
    const path = new URL('../../../config/index/pingan-first.yaml', import.meta.url);
    const model = compileModel(parseFrameworkYaml(readFileSync(path, 'utf8')));
    expect(model.indicators.map(({ code }) => code)).toEqual([
      'connected-rate',
      'online-rate',
      'picture-rate',
      'disposal-rate',
    ]);
    const weights = model.nodes.filter((node) => node.indicator >= 0).map((node) => node.globalWeight);
    expect(weights.map((weight) => weight.toFixed(4))).toEqual(['0.2100', '0.2800', '0.2100', '0.3000']);
    expect(weights.reduce((sum, weight) => sum + weight)).toBeCloseTo(1, 12);
  });

  test('tells every wrong key and value at once, each with its path', () => {
    const problems = problemsOf({
      code: 'has blank',
      version: 1,
      wieght: 2,
      name: { zh: '只有中文' },
      validFrom: 'yesterday',
      bands: [{ code: 'a', name: 'A', colour: 'red', from: 0 }],
      index: {
        code: 'i',
        children: [{ code: 'x', direktion: 'up' }, { code: 'y', direction: 'up', weight: -1 }, { weight: 1 }],
      },
    });
    const expected = [
      /^wieght: unknown key/,
      /^code: a code has no blanks/,
      /^version: .*string/,
      /^name: must be a text, or \{ zh, en \}/,
      /^validFrom: must be a date/,
      /^bands\[0\]\.colour: must be a colour/,
      /^index\.children\[0\]\.direktion: unknown key/,
      /^index\.children\[1\]\.direction: must be one of positive, negative/,
      /^index\.children\[1\]\.weight: .*>= 0/,
      /^index\.children\[2\]: "code" is missing/,
    ];
    for (const pattern of expected) expect(problems).toContainEqual(expect.stringMatching(pattern));
    expect(problems).toHaveLength(expected.length);
  });

  test('refuses what is no mapping at all', () => {
    expect(problemsOf('text')).toEqual([expect.stringMatching(/^framework: .*object/)]);
    expect(problemsOf(null)).toHaveLength(1);
  });

  test.each<[string, object, object, RegExp]>([
    [
      'goalposts without goalposts',
      { code: 'x', normalisation: { method: 'goalposts' } },
      {},
      /goalposts: needed/,
    ],
    ['goalposts that fall', { code: 'x', goalposts: [2, 1] }, {}, /goalposts: the first must be the lower/],
    [
      'goalposts that nothing uses',
      { code: 'x', goalposts: [0, 1], normalisation: { method: 'rank' } },
      {},
      /unused/,
    ],
    ['the logarithm of a goalpost of 0', { code: 'x', goalposts: [0, 1], transform: 'log' }, {}, /above 0/],
    [
      'goalposts after a data-driven log',
      { code: 'x', goalposts: [0, 1] },
      { treatment: { log: 'fallback' } },
      /contradict/,
    ],
    [
      'a target method without a target',
      { code: 'x', normalisation: { method: 'distance-to-target' } },
      {},
      /target: needed/,
    ],
    [
      'shrinkage without a denominator',
      { code: 'x', shrinkage: 'global', count: true },
      {},
      /denominator: needed/,
    ],
    [
      'shrinkage of what is no count',
      { code: 'x', shrinkage: 'global', denominator: { column: 'p' } },
      {},
      /count: must be true/,
    ],
    [
      'group imputation without groups',
      { code: 'x', imputation: { method: 'group-mean' } },
      {},
      /needs unit\.group/,
    ],
    [
      'a general group imputation without groups',
      { code: 'x' },
      { imputation: { method: 'group-median' } },
      /^imputation: needs/,
    ],
    [
      'a range that falls',
      { code: 'x' },
      { normalisation: { method: 'min-max', range: [1, 0] } },
      /range: the first/,
    ],
    [
      'an aggregation on an indicator',
      { code: 'x', aggregation: 'harmonic' },
      {},
      /belongs to a node with children/,
    ],
    ['a code used twice', { code: 'i' }, {}, /already the code of index/],
    ['weights that are all 0', { code: 'x', weight: 0 }, {}, /weight above 0/],
    [
      'a validity that ends before it starts',
      { code: 'x' },
      { validFrom: '2026-02-01', validTo: '2026-01-01' },
      /validTo/,
    ],
    ['a date that is none', { code: 'x' }, { validFrom: '2026-13-01' }, /is no date/],
    [
      'bands that do not rise',
      { code: 'x' },
      { bands: ['a', 'b'].map((code) => ({ code, name: code, colour: '#000000', from: 1 })) },
      /bands\[1\]: bands must rise/,
    ],
    [
      'confirmed alerts without exposure',
      { code: 'a', evidence: 'confirmed-alerts', denominator: { column: 'n' } },
      {},
      /score only per exposure/,
    ],
    [
      'evidence of raw alerts',
      { code: 'a', evidence: 'raw-alerts' },
      {},
      /must be one of reported, confirmed-alerts/,
    ],
    ['a pooled figure without a denominator', { code: 'a', rollup: 'pool' }, {}, /needed by rollup "pool"/],
    [
      'pooled camera-hours',
      { code: 'a', rollup: 'pool', denominator: { column: 'h', exposure: 'camera-hours' } },
      {},
      /areas with many cameras/,
    ],
    [
      'a target of an unknown indicator',
      { code: 'a' },
      { targets: [{ code: 't', name: 'T', indicator: 'b', value: 1, sense: 'at-most' }] },
      /^targets\[0\]\.indicator: there is no indicator "b"/,
    ],
    [
      'two targets of one code',
      { code: 'a' },
      {
        targets: [
          { code: 't', name: 'T', value: 1, sense: 'at-most' },
          { code: 't', name: 'T', value: 2, sense: 'at-most' },
        ],
      },
      /^targets\[1\]\.code: "t" is there twice/,
    ],
    [
      'a target without a sense',
      { code: 'a' },
      { targets: [{ code: 't', name: 'T', value: 1 }] },
      /^targets\[0\]: "sense" is missing/,
    ],
  ])('refuses %s', (_, leaf, rest, pattern) => {
    expect(leafProblems(leaf, rest)).toContainEqual(expect.stringMatching(pattern));
  });

  test('refuses fields of an indicator on a node with children', () => {
    const index = { code: 'i', direction: 'negative', children: indicatorsOf(['x']) };
    expect(problemsOf({ code: 'f', version: '1', index })).toEqual([
      expect.stringMatching(/index\.direction: belongs/),
    ]);
  });

  test('refuses z-scores in the sensitivity of a geometric mean', () => {
    const index = { code: 'i', aggregation: 'geometric', children: indicatorsOf(['x']) };
    const sensitivity = { normalisations: ['z-score'] };
    expect(problemsOf({ code: 'f', version: '1', sensitivity, index })).toEqual([
      expect.stringMatching(/z-score/),
    ]);
  });

  test('takes goalposts as the normalisation of an indicator that has them, else min–max', () => {
    const framework = frameworkOf({ code: 'i', children: [{ code: 'x', goalposts: [0, 1] }, { code: 'y' }] });
    const methods = compileModel(framework).indicators.map(({ normalisation }) => normalisation.method);
    expect(methods).toEqual(['goalposts', 'min-max']);
  });
});
