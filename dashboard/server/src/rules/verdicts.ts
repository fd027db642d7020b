import { VERDICT_REASONS, type VerdictReason } from '@pingan/models/contract';
import type { Now } from '../base/clock.ts';
import { Problem } from '../base/problem.ts';

export type Verdict = {
  alarmId: string;
  isTrue: boolean;
  reason: VerdictReason;
  note: string;
  actor: string;
};

export type VerdictPorts = {
  /** Stores it with its line in the audit trail, in place of an earlier one; false when there is no such alarm. */
  save(verdict: Verdict, at: Date): Promise<boolean>;
  /** Called after the commit. */
  onChanged(): void;
  now: Now;
};

export type Verdicts = { say(verdict: Verdict): Promise<void> };

/** Takes operators' verdicts on alarms, and on what a trial would have raised; throws the problems `invalid` and `not-found`. */
export function createVerdicts({ save, onChanged, now }: VerdictPorts): Verdicts {
  return {
    async say(verdict) {
      const { isTrue } = VERDICT_REASONS[verdict.reason];
      if (isTrue !== null && isTrue !== verdict.isTrue) {
        throw new Problem('invalid', {
          field: 'body.reason',
          message: `"${verdict.reason}" is no reason to call an alarm ${verdict.isTrue ? 'true' : 'false'}: choose another.`,
        });
      }
      if (!(await save(verdict, new Date(now())))) throw new Problem('not-found');
      onChanged();
    },
  };
}
