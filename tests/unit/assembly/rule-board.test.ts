import type { Rule, UnreadConfiguration } from '@pingan/models/contract';
import { describe, expect, test } from 'vitest';
import { RuleBoard } from '../../../gateway/src/assembly/rule-board.ts';
import { systemClock } from '../../../gateway/src/base/clock.ts';
import { createLogger } from '../../../gateway/src/base/log.ts';
import { ruleKinds } from '../rules/rule-kinds.ts';

const intrusion = (id: string): Rule => ({ ...ruleKinds['zone-intrusion'], id });
const future = { ...intrusion('future'), kind: 'hovering' };
const desire = (version: number, rules: readonly unknown[]): UnreadConfiguration => ({
  gatewayId: 'gw',
  version,
  issuedAt: '2026-11-22T08:00:00.000Z',
  rules: [...rules],
});

/** A gateway whose disk outlives its processes. */
function site() {
  const disk = new Map<string, string>();
  return {
    disk,
    /** The process starts; `survive` lets the time pass after which a version is confirmed. */
    boot() {
      let due: () => void = () => {};
      const board = new RuleBoard({
        gatewayId: 'gw',
        fileRules: [intrusion('file')],
        values: { get: (name) => disk.get(name), set: (name, value) => void disk.set(name, value) },
        clock: systemClock,
        log: createLogger('gw', 'silent'),
        after: (_, act) => {
          due = act;
          return () => {
            due = () => {};
          };
        },
      });
      board.start();
      const ids = () => board.rules.map(({ id }) => id);
      const apply = (desired: UnreadConfiguration, onApplied: () => void = () => {}) =>
        board.apply(desired, onApplied);
      return { board, ids, apply, survive: () => due() };
    },
  };
}

describe('a version of the rules', () => {
  test('is in force at once and, when the process has survived it, after a power cut too', () => {
    const { boot } = site();
    const first = boot();
    expect(first.ids()).toEqual(['file']);
    expect(first.apply(desire(1, [intrusion('a')]))).toMatchObject({ version: 1, rules: 1, errors: [] });
    first.survive();
    expect(boot().ids()).toEqual(['a']);
  });

  test('that the process did not survive is rolled back to the one before, and that is reported', () => {
    const { boot } = site();
    const first = boot();
    first.apply(desire(1, [intrusion('a')]));
    first.survive();
    first.apply(desire(2, [intrusion('b')]));
    const second = boot();
    expect(second.ids()).toEqual(['a']);
    const report = second.apply(desire(2, [intrusion('b')]));
    expect(report).toMatchObject({ version: 1, errors: [{ path: '/rules' }] });
    expect(report.errors[0]?.message).toContain('version 2');
    expect(second.ids()).toEqual(['a']);
    expect(boot().apply(desire(2, [intrusion('b')]))).toMatchObject({ version: 1 });
    expect(second.apply(desire(3, [intrusion('c')]))).toMatchObject({ version: 3, errors: [] });
  });

  test('whose mark is on disk before its rules are at work is rolled back to the file’s rules as well', () => {
    const { boot } = site();
    const first = boot();
    const dies = () => {
      throw new Error('out of reach of the report');
    };
    expect(() => first.apply(desire(1, [intrusion('a')]), dies)).toThrow();
    expect(boot().ids()).toEqual(['file']);
  });

  test('that is not confirmed when the process ends in order is tried again, but not for ever', async () => {
    const { boot } = site();
    let process = boot();
    process.apply(desire(1, [intrusion('a')]));
    for (const ids of [['a'], ['a'], ['file']]) {
      await process.board.stop();
      process = boot();
      expect(process.ids()).toEqual(ids);
    }
  });

  test('that follows before the one before was confirmed goes back to that one', () => {
    const { boot } = site();
    const first = boot();
    first.apply(desire(1, [intrusion('a')]));
    first.apply(desire(2, [intrusion('b')]));
    expect(boot().ids()).toEqual(['a']);
  });

  test('that is older than the one in force changes nothing', () => {
    const { boot } = site();
    const one = boot();
    one.apply(desire(5, [intrusion('a')]));
    expect(one.apply(desire(4, [intrusion('b')]))).toMatchObject({ version: 5 });
    expect(one.ids()).toEqual(['a']);
  });
});

describe('rules are read one by one', () => {
  test('kinds of a newer centre are reported and left out, the others work', () => {
    const one = site().boot();
    const report = one.apply(desire(1, [future, intrusion('a')]));
    expect(report).toMatchObject({ version: 1, rules: 1, errors: [{ path: '/rules/0/kind' }] });
    expect(one.ids()).toEqual(['a']);
    expect(one.apply(desire(1, [future, intrusion('a')])).errors).toHaveLength(1);
  });

  test('a version of unknown kinds alone does not disarm the gateway', () => {
    const one = site().boot();
    expect(one.apply(desire(1, [future]))).toMatchObject({ version: 0, errors: [{ path: '/rules/0/kind' }] });
    expect(one.ids()).toEqual(['file']);
  });

  test('every faulty rule is reported with the path of its field, and the old rules stay', () => {
    const one = site().boot();
    const odd = { ...intrusion('odd'), schedule: { timeZone: 'Mars/Olympus', windows: [] } };
    const long = { ...intrusion('long'), dwellSeconds: 1e9 };
    const report = one.apply(desire(1, [intrusion('a'), long, odd, 'no rule']));
    expect(report).toMatchObject({ version: 0, rules: 1 });
    expect(report.errors.map(({ path }) => path)).toEqual(['/rules/1/dwellSeconds', '/rules/2', '/rules/3']);
    expect(one.ids()).toEqual(['file']);
  });

  test('an empty version disarms the gateway', () => {
    const one = site().boot();
    expect(one.apply(desire(1, []))).toMatchObject({ version: 1, rules: 0, errors: [] });
    expect(one.ids()).toEqual([]);
  });
});
