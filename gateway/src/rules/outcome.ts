import type { EventDetail, EventType } from '@pingan/models/contract';
import type { Picture, Track } from '../pipeline.ts';

/** When something was looked at: durations count in `monotonicMs`, schedules in `capturedAtMs`. A `Picture` is a moment. */
export type Moment = Pick<Picture, 'capturedAtMs' | 'monotonicMs'>;

/** What a rule found out; `detail` is ready for a `SafetyEvent`. An alarm is known by camera and `ruleId`: at most one is active. */
export type RuleOutcome = {
  kind: 'raised' | 'updated' | 'cleared';
  type: EventType;
  /** 1 highest … 4 lowest. */
  severity: number;
  ruleId: string;
  /** Why an alarm was cleared. */
  cause?: 'nobody-inside' | 'disarmed' | 'rule-changed';
  detail: Pick<EventDetail, 'rule' | 'zone' | 'track'>;
};

/** One rule at work on one camera. */
export type RuleJudge = {
  /** Judges the tracks of one look; call it without tracks too, now and then, so that alarms clear. */
  judge(tracks: readonly Track[], moment: Moment): RuleOutcome[];
  /** Ends the rule: clears its alarm. */
  end(moment: Moment): RuleOutcome[];
};
