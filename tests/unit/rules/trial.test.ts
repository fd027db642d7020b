import { describe, expect, test } from 'vitest';
import { NOON_MS, person } from './builders.ts';
import { ruleKinds, watch } from './rule-kinds.ts';

const untilSecond = (second: number) => ({
  ...ruleKinds['zone-intrusion'],
  trialUntil: new Date(NOON_MS + second * 1000).toISOString(),
});

describe('a rule on trial', () => {
  test('tells what it would have raised, marked as a trial', () => {
    const told = watch(untilSecond(100), 10, { tracksAt: () => [person()] });
    expect(told).toMatchObject([{ kind: 'raised', second: 2, trial: true }]);
  });

  test('rings once the trial is over: the trial’s alarm ends and the real one begins', () => {
    const told = watch(untilSecond(6), 12, { tracksAt: () => [person()] });
    expect(told.map(({ kind, trial }) => [kind, trial ?? false])).toEqual([
      ['raised', true],
      ['cleared', true],
      ['raised', false],
    ]);
  });
});
