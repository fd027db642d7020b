import {
  CAMERA_FAULTS,
  EVENT_KINDS,
  type EventDetail,
  FAULT_ADVICE,
  FINDING_ADVICE,
  type PictureHealth,
  type ReportedConfiguration,
  type StreamState,
} from '@pingan/models/contract';
import { timestamp } from '../base/clock.ts';
import type { AreaDirectory, Bilingual } from '../registry/areas.ts';
import type { AlarmView, StepView } from '../store/alarms.ts';
import type { CameraView } from '../store/cameras.ts';
import type { ConfigurationView } from '../store/configurations.ts';
import type { GatewayView } from '../store/gateways.ts';
import type { SensorView } from '../store/sensors.ts';
import type { CameraItem, EventItem, GatewayItem, SensorItem } from './schemas.ts';

/** Turns rows of the store into what the REST interface and the stream say. Pure. */

const orNull = (date: Date | null): string | null => (date === null ? null : timestamp(date));

function deviceOf(row: AlarmView, kind: 'camera' | 'sensor') {
  if (row.originKind !== kind) return null;
  return { id: `${row.gatewayId}:${row.originId}`, code: row.originCode ?? '', name: row.originName };
}

export function presentEvent(row: AlarmView, areas: AreaDirectory): EventItem {
  const { zh, en } = EVENT_KINDS[row.type];
  const { snapshotWidth: width, snapshotHeight: height } = row;
  const hasSnapshot = width !== null && height !== null;
  const detail: EventDetail = row.detail;
  return {
    id: row.id,
    type: row.type,
    typeName: { zh, en },
    severity: row.severity,
    state: row.state,
    active: row.clearedAt === null,
    occurredAt: timestamp(row.occurredAt),
    receivedAt: timestamp(row.receivedAt),
    updatedAt: timestamp(row.updatedAt),
    clearedAt: orNull(row.clearedAt),
    clockTrusted: row.clockTrusted,
    gatewayId: row.gatewayId,
    camera: deviceOf(row, 'camera'),
    sensor: deviceOf(row, 'sensor'),
    area: areas.pathOf(row.areaCode),
    snapshotUrl: hasSnapshot ? `/api/v1/events/${row.id}/snapshot` : null,
    snapshotSize: hasSnapshot ? { width, height } : null,
    detail,
  };
}

type StepRow = Pick<AlarmView, 'occurredAt' | 'clearedAt' | 'gatewayId'>;

/** What happened to an alarm in order: raised and cleared by its gateway, the rest by people. */
export function presentSteps(row: StepRow, steps: readonly StepView[]) {
  const byGateway = (at: Date, action: string): StepView => ({ at, action, actor: row.gatewayId, note: '' });
  const cleared = row.clearedAt === null ? [] : [byGateway(row.clearedAt, 'cleared')];
  return [byGateway(row.occurredAt, 'raised'), ...steps, ...cleared]
    .sort((a, b) => a.at.getTime() - b.at.getTime())
    .map(({ at, action, actor, note }) => ({ at: timestamp(at), action, actor, note }));
}

type ShownState = CameraItem['state'];

const STATE_TEXTS: Record<Exclude<ShownState['kind'], 'failed'>, Bilingual> = {
  connecting: { zh: '连接中', en: 'connecting' },
  streaming: { zh: '正常', en: 'streaming' },
  stopped: { zh: '已停用', en: 'stopped' },
  unknown: { zh: '网关离线，状态未知', en: 'gateway offline, state unknown' },
};

function stateText(state: ShownState): Bilingual {
  return state.kind === 'failed' ? CAMERA_FAULTS[state.fault] : STATE_TEXTS[state.kind];
}

const OFFLINE_ADVICE: Bilingual = {
  zh: '检查网关的供电和网络；其摄像机在它恢复后自动更新',
  en: 'Check the gateway’s power and network; its cameras follow when it is back',
};

/** What a person should do: about the stream first, about the picture where there is one. */
function nextStep(state: ShownState, picture: PictureHealth | null): Bilingual | null {
  if (state.kind === 'unknown') return OFFLINE_ADVICE;
  if (state.kind === 'failed') return FAULT_ADVICE[state.fault];
  const finding = state.kind === 'streaming' ? picture?.findings[0] : undefined;
  return finding === undefined ? null : (FINDING_ADVICE[finding] ?? null);
}

const presentMaintenance = ({ maintenance }: CameraView): CameraItem['maintenance'] =>
  maintenance && {
    id: maintenance.id,
    until: timestamp(new Date(maintenance.endsAt)),
    reason: maintenance.reason,
  };

export function presentCamera(row: CameraView, areas: AreaDirectory): CameraItem {
  const isKnown = row.gatewayState === 'online';
  const reported: StreamState = row.state;
  const state: ShownState = isKnown
    ? reported
    : { kind: 'unknown', since: timestamp(row.gatewayStateSince ?? row.updatedAt) };
  const { zh, en } = stateText(state);
  return {
    id: `${row.gatewayId}:${row.cameraId}`,
    gatewayId: row.gatewayId,
    code: row.code,
    name: row.name,
    area: areas.pathOf(row.areaCode),
    address: row.address,
    manufacturer: row.manufacturer,
    model: row.model,
    codec: row.codec,
    width: row.width,
    height: row.height,
    state,
    stateText: { zh, en },
    nextStep: nextStep(state, row.picture),
    causes: (isKnown && row.causes) || [],
    maintenance: presentMaintenance(row),
    packets: isKnown ? row.packets : null,
    picture: isKnown ? row.picture : null,
    work: isKnown ? row.work : null,
    decode: isKnown ? row.decode : null,
    zones: row.zones ?? [],
    updatedAt: timestamp(row.updatedAt),
  };
}

export function presentSensor(row: SensorView): SensorItem {
  return {
    id: `${row.gatewayId}:${row.sensorId}`,
    gatewayId: row.gatewayId,
    code: row.code,
    name: row.name,
    kind: row.kind,
    protocol: row.protocol,
    available: row.available && row.gatewayState === 'online',
    at: orNull(row.at),
    value: row.value,
    updatedAt: timestamp(row.updatedAt),
  };
}

export function presentGateway(row: GatewayView, areas: AreaDirectory): GatewayItem {
  const isOnline = row.state === 'online';
  return {
    id: row.id,
    name: row.name,
    state: { kind: row.state, since: orNull(row.stateSince) },
    software: row.software,
    area: areas.pathOf(row.areaCode),
    cameras: { total: row.camerasTotal, streaming: isOnline ? row.camerasStreaming : 0 },
    sensors: { total: row.sensorsTotal, available: isOnline ? row.sensorsAvailable : 0 },
    outboxPending: row.outboxPending,
    configuration: { desired: row.desiredVersion, reported: row.reportedVersion },
    lastSeenAt: orNull(row.lastSeenAt),
  };
}

export function presentConfiguration(row: ConfigurationView) {
  const errors: ReportedConfiguration['errors'] = row.reportedErrors;
  return {
    desired:
      row.desiredAt === null
        ? null
        : { version: row.desiredVersion, issuedAt: timestamp(row.desiredAt), rules: row.desiredRules },
    reported:
      row.reportedAt === null
        ? null
        : { version: row.reportedVersion, at: timestamp(row.reportedAt), errors },
  };
}
