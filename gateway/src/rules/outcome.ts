import type { EventDetail, EventType, PictureFinding } from '@pingan/models/contract';
import type { Picture, Track } from '../pipeline.ts';

/** When something was looked at: durations count in `monotonicMs`, schedules in `capturedAtMs`. A `Picture` is a moment. */
export type Moment = Pick<Picture, 'capturedAtMs' | 'monotonicMs'>;

/** The part of an event's detail that a rule fills. */
export type RuleDetail = Pick<
  EventDetail,
  'rule' | 'zone' | 'line' | 'direction' | 'track' | 'tracks' | 'measures' | 'picture'
>;

/** What a rule found out; `detail` is ready for a `SafetyEvent`. An alarm is known by camera and `ruleId`: at most one is active. */
export type RuleOutcome = {
  kind: 'raised' | 'updated' | 'cleared';
  type: EventType;
  /** 1 highest … 4 lowest. */
  severity: number;
  ruleId: string;
  /** Why an alarm was cleared. */
  cause?: 'over' | 'disarmed' | 'rule-changed';
  /** The rule is on trial: report it, ring nothing. */
  trial?: true;
  detail: RuleDetail;
};

/** What a rule judges: the tracks of one look and what the picture suffers from. */
export type Scene = { tracks: readonly Track[]; findings: readonly PictureFinding[] };

/** One rule at work on one camera. */
export type RuleJudge = {
  isArmed(atMs: number): boolean;
  /** Judges one look; call it without tracks too, now and then, so that alarms clear. */
  judge(scene: Scene, moment: Moment): RuleOutcome[];
  /** Ends the rule: clears its alarm. */
  end(moment: Moment): RuleOutcome[];
};

/** What a kind of rule has to know; arming, trial, refreshing, clearing and cooling down are the same for all. */
export type Watcher = {
  /** One look while the rule is armed. */
  look(scene: Scene, nowMs: number): Sight;
  /** Forgets what it saw: the rule was disarmed. */
  reset(): void;
};

/**
 * `cause`: something there keeps an alarm up; `ripe`: it is enough to raise one; `news`: an alarm that is up tells of it at once;
 * `reason` tells of whichever it is.
 */
export type Sight = { cause: boolean; ripe: boolean; news?: boolean; reason: () => Omit<RuleDetail, 'rule'> };
export const NOTHING: Sight = { cause: false, ripe: false, reason: () => ({}) };
