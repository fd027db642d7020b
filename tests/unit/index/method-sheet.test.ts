import { describe, expect, test } from 'vitest';
import { checkTargets, methodSheets } from '../../../dashboard/server/src/index/index.ts';
import { frameworkOf } from './build.ts';

const framework = frameworkOf(
  {
    code: 'i',
    children: [
      {
        code: 'p',
        weight: 3,
        children: [
          {
            code: 'a',
            name: { zh: '甲', en: 'A' },
            unit: '%',
            denominator: { column: 'n', per: 100, min: 5 },
            goalposts: [0, 100],
            sheet: { definition: 'What a is', quality: { zh: '质量', en: 'Quality' } },
          },
        ],
      },
      { code: 'b', direction: 'negative', transform: 'log', treatment: { winsorise: { maxPoints: 3 } } },
    ],
  },
  {
    targets: [
      { code: 't', name: 'All', indicator: 'a', value: 95, sense: 'at-least' },
      { code: 'u', name: 'Few', value: 0.05, sense: 'at-most' },
    ],
  },
);

describe('a method sheet', () => {
  test('holds what the framework says of an indicator, and what follows from it', () => {
    const [a, b] = methodSheets(framework);
    expect(a).toMatchObject({
      code: 'a',
      name: { zh: '甲', en: 'A' },
      path: ['i', 'p'],
      definition: 'What a is',
      formula: 'a ÷ n × 100',
      source: null,
      quality: { zh: '质量', en: 'Quality' },
      direction: 'positive',
      weight: 0.75,
      goalposts: [0, 100],
      normalisation: 'goalposts',
      treatment: null,
      minDenominator: 5,
      targets: [{ code: 't' }],
    });
    expect(b).toMatchObject({
      name: 'b',
      path: ['i'],
      formula: 'ln(b)',
      direction: 'negative',
      normalisation: 'min-max',
      treatment: { maxPoints: 3 },
      targets: [],
    });
  });
});

describe('targets', () => {
  test('are met, missed or unknown, with or without an indicator', () => {
    const met = (figures: Record<string, number>) =>
      checkTargets(framework, (code) => figures[code] ?? null).map(({ isMet }) => isMet);
    expect(met({ a: 95, u: 0.05 })).toEqual([true, true]);
    expect(met({ a: 94.9, u: 0.051 })).toEqual([false, false]);
    expect(met({})).toEqual([null, null]);
  });
});
