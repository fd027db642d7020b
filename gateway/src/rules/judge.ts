import type { Rule } from '@pingan/models/contract';
import { Alarm } from './alarm.ts';
import type { RuleDetail, RuleJudge, RuleOutcome, Watcher } from './outcome.ts';
import { createSchedule } from './schedule.ts';

/** An alarm that lasts is told again so often, seconds. */
const REFRESH_SECONDS = 30;

/**
 * A kind of rule put to work: it looks only while the schedule arms it, and its alarm lives as `Alarm` says. One alarm however many cause
 * it. Throws a RangeError when the schedule's time zone is not known.
 */
export function createRuleJudge(rule: Rule, watcher: Watcher): RuleJudge {
  const isArmed = createSchedule(rule.schedule);
  const trialEndsAtMs =
    rule.trialUntil === undefined ? Number.NEGATIVE_INFINITY : Date.parse(rule.trialUntil);
  const alarm = new Alarm({ ...rule, refreshSeconds: REFRESH_SECONDS });
  let told: { detail: RuleDetail; isTrial: boolean } | undefined;

  const tell = (kind: RuleOutcome['kind'] | null, cause?: RuleOutcome['cause']): RuleOutcome[] => {
    if (!kind || !told) return [];
    return [
      {
        kind,
        type: rule.kind,
        severity: rule.severity,
        ruleId: rule.id,
        ...(cause && { cause }),
        ...(told.isTrial && { trial: true }),
        detail: told.detail,
      },
    ];
  };

  const end = (nowMs: number, cause: 'disarmed' | 'rule-changed'): RuleOutcome[] => {
    watcher.reset();
    return tell(alarm.clear(nowMs), cause);
  };

  return {
    isArmed,
    judge(scene, { capturedAtMs, monotonicMs: nowMs }) {
      if (!isArmed(capturedAtMs)) return end(nowMs, 'disarmed');
      const isTrial = capturedAtMs < trialEndsAtMs;
      // What was raised on trial does not become an alarm when the trial ends: it ends with it.
      if (told?.isTrial && !isTrial && alarm.active) return end(nowMs, 'rule-changed');
      const sight = watcher.look(scene, nowMs);
      const kind = alarm.step(sight, nowMs);
      if (kind === 'cleared') return tell(kind, 'over');
      if (kind) told = { detail: { rule: { id: rule.id, kind: rule.kind }, ...sight.reason() }, isTrial };
      return tell(kind);
    },
    end: ({ monotonicMs }) => end(monotonicMs, 'rule-changed'),
  };
}
