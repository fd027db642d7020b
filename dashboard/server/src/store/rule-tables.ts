import type { EventDetail, EventType, Rule } from '@pingan/models/contract';
import type { JSONColumnType } from 'kysely';

/** What a rule on trial would have raised. Never an alarm: nothing but the trial's own list and figures reads it. */
export type TrialAlarmsTable = {
  id: string;
  gatewayId: string;
  type: EventType;
  severity: number;
  originKind: 'camera' | 'sensor' | 'gateway';
  originId: string;
  originName: string;
  ruleId: string | null;
  occurredAt: Date;
  receivedAt: Date;
  clearedAt: Date | null;
  detail: JSONColumnType<EventDetail, string, string>;
  snapshotWidth: number | null;
  snapshotHeight: number | null;
};

/** What an operator said of an alarm, or of one on trial. */
export type VerdictsTable = {
  alarmId: string;
  isTrue: boolean;
  reason: string;
  note: string;
  actor: string;
  at: Date;
};

/** Every version of the rules that the centre has given a gateway. */
export type ConfigurationVersionsTable = {
  gatewayId: string;
  version: number;
  at: Date;
  actor: string;
  /** The version whose rules these are again. */
  restoredFrom: number | null;
  rules: JSONColumnType<Rule[], string, string>;
};

export type RuleTables = {
  trialAlarms: TrialAlarmsTable;
  trialSnapshots: { alarmId: string; jpeg: Buffer; sha256: string };
  verdicts: VerdictsTable;
  configurationVersions: ConfigurationVersionsTable;
};
