import type { Rule } from '@pingan/models/contract';
import type { Camera } from '../pipeline.ts';
import { createSchedule } from '../rules/schedule.ts';

/** Says whether any rule watches a camera at a wall time (ms since the epoch); schedules are read once per rule. */
export function createArmedTest(rules: () => readonly Rule[]) {
  const schedules = new WeakMap<Rule, (atMs: number) => boolean>();
  const isArmedNow = (rule: Rule, atMs: number): boolean => {
    const schedule = schedules.get(rule) ?? createSchedule(rule.schedule);
    schedules.set(rule, schedule);
    return schedule(atMs);
  };
  return ({ id, code }: Pick<Camera, 'id' | 'code'>, atMs: number): boolean =>
    rules().some(
      (rule) =>
        rule.cameras.some((key) => key === '*' || key === id || key === code) && isArmedNow(rule, atMs),
    );
}
