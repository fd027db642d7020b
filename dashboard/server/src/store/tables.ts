import type {
  CameraHealth,
  EventDetail,
  EventType,
  PacketHealth,
  PictureHealth,
  Rule,
  SensorKind,
  SensorReading,
  StreamState,
} from '@pingan/models/contract';
import type { ColumnType, Generated, JSONColumnType } from 'kysely';
import type { Role } from '../auth/permissions.ts';
import type { AreaLevel } from '../registry/areas.ts';
import type { DisposalState } from '../workflow/disposal.ts';
import type { EvidenceTables } from './evidence-tables.ts';
import type { IndexTables } from './index-tables.ts';
import type { RuleTables } from './rule-tables.ts';

/** JSON that is written as text and read as T. */
type Json<T extends object> = JSONColumnType<T, string, string>;
type NullableJson<T extends object> = ColumnType<T | null, string | null, string | null>;

export type AreasTable = {
  code: string;
  parent: string | null;
  level: AreaLevel;
  nameZh: string;
  nameEn: string;
  sample: boolean;
};

export type GatewaysTable = {
  id: string;
  name: string;
  areaCode: string | null;
  tokenHash: Buffer;
  createdAt: Date;
  state: Generated<'online' | 'offline' | 'never'>;
  stateSince: Date | null;
  bootId: string | null;
  software: string | null;
  outboxPending: number | null;
  lastSeenAt: Date | null;
  commandSequence: Generated<number>;
};

export type ConfigurationsTable = {
  gatewayId: string;
  desiredVersion: number;
  desiredAt: Date | null;
  desiredRules: Json<Rule[]>;
  reportedVersion: number;
  reportedAt: Date | null;
  reportedErrors: Json<{ path: string; message: string }[]>;
};

export type SensorUsersTable = { name: string; gatewayId: string; tokenHash: Buffer; createdAt: Date };

export type AlarmsTable = {
  id: string;
  gatewayId: string;
  type: EventType;
  severity: number;
  originKind: 'camera' | 'sensor' | 'gateway';
  originId: string;
  originCode: string | null;
  originName: string;
  areaCode: string | null;
  state: Generated<DisposalState>;
  /** False while only later events of the alarm have arrived. */
  raised: boolean;
  occurredAt: Date;
  receivedAt: Date;
  updatedAt: Date;
  clearedAt: Date | null;
  clockTrusted: boolean;
  detail: Json<EventDetail>;
  snapshotWidth: number | null;
  snapshotHeight: number | null;
};

export type SnapshotsTable = { alarmId: string; jpeg: Buffer; sha256: string };

export type StepsTable = {
  id: Generated<number>;
  alarmId: string;
  at: Date;
  action: string;
  actor: string;
  note: string;
};

export type CamerasTable = {
  gatewayId: string;
  cameraId: string;
  code: string;
  name: string;
  address: string | null;
  manufacturer: string | null;
  model: string | null;
  codec: string | null;
  width: number | null;
  height: number | null;
  state: Json<StreamState>;
  packets: NullableJson<PacketHealth>;
  picture: NullableJson<PictureHealth>;
  work: NullableJson<NonNullable<CameraHealth['work']>>;
  zones: NullableJson<NonNullable<CameraHealth['zones']>>;
  causes: NullableJson<NonNullable<CameraHealth['causes']>>;
  decode: NullableJson<NonNullable<CameraHealth['decode']>>;
  /** Hash of what a screen must show at once; when it changes the change is announced. */
  material: string;
  announcedAt: Date;
  updatedAt: Date;
  firstSeenAt: Date;
};

export type SensorsTable = {
  gatewayId: string;
  sensorId: string;
  code: string;
  name: string;
  kind: SensorKind;
  protocol: string;
  available: boolean;
  at: Date | null;
  value: NullableJson<NonNullable<SensorReading['value']>>;
  material: string;
  announcedAt: Date;
  updatedAt: Date;
};

/** What a camera was while somebody observed it. `streaming`: online, picture not judged yet. */
export type IntervalKind = 'good' | 'poor' | 'streaming' | 'down';
export type IntervalsTable = {
  gatewayId: string;
  cameraId: string;
  kind: IntervalKind;
  /** Why it was down; null while connecting or not down. */
  fault: string | null;
  /** What its picture suffered from, sorted. */
  findings: Generated<string[]>;
  startsAt: Date;
  endsAt: Date;
};

/** Sums over the reports of one slot of five minutes; those of packets over the reports that had any. */
export type CameraSamplesTable = {
  gatewayId: string;
  cameraId: string;
  at: Date;
  reports: number;
  streaming: number;
  packets: number;
  fps: number;
  bitrateKbps: number;
  lossRatio: number;
  jitterMs: number;
  clockOffsetMs: number | null;
};

/** Planned maintenance; `cameraId` null: of all cameras of the gateway. */
export type MaintenancesTable = {
  id: string;
  gatewayId: string;
  cameraId: string | null;
  startsAt: Date;
  endsAt: Date;
  reason: string;
  actor: string;
  createdAt: Date;
};

export type ChangeKind = 'event' | 'camera' | 'sensor' | 'gateway' | 'index';
export type ChangesTable = { id: Generated<number>; kind: ChangeKind; key: string; at: Date };

export type UsersTable = {
  id: string;
  username: string;
  passwordHash: string;
  role: Role;
  createdAt: Date;
  disabled: Generated<boolean>;
};
export type SessionsTable = { tokenHash: Buffer; userId: string; createdAt: Date; expiresAt: Date };

export type AuditTable = {
  id: number;
  at: Date;
  actor: string;
  action: string;
  target: string;
  detail: string;
  previousHash: Buffer;
  hash: Buffer;
};

export type ViewingsTable = {
  id: Generated<number>;
  at: Date;
  username: string;
  gatewayId: string;
  cameraId: string;
  reason: string;
  eventId: string | null;
};

/** Column names in camelCase; in the database they are in snake_case. */
export type Tables = IndexTables &
  RuleTables &
  EvidenceTables & {
    areas: AreasTable;
    gateways: GatewaysTable;
    configurations: ConfigurationsTable;
    sensorUsers: SensorUsersTable;
    alarms: AlarmsTable;
    snapshots: SnapshotsTable;
    steps: StepsTable;
    cameras: CamerasTable;
    sensors: SensorsTable;
    intervals: IntervalsTable;
    cameraSamples: CameraSamplesTable;
    maintenances: MaintenancesTable;
    changes: ChangesTable;
    users: UsersTable;
    sessions: SessionsTable;
    audit: AuditTable;
    viewings: ViewingsTable;
  };
