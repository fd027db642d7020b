import {
  CAMERA_FAULTS,
  type CameraFault,
  PICTURE_FINDINGS,
  type PictureFinding,
} from '@pingan/models/contract';
import { timestamp } from '../base/clock.ts';
import type { HistoryInterval, HistorySample } from '../store/camera-history.ts';
import type { Maintenance } from '../store/maintenances.ts';
import type { CameraHistory } from './camera-schemas.ts';

/** Turns a camera's past into what the REST interface says. Pure. */

/** Books may hold words of older contracts. */
const isFault = (word: string | null): word is CameraFault =>
  word !== null && Object.hasOwn(CAMERA_FAULTS, word);
const isFinding = (word: string): word is PictureFinding => Object.hasOwn(PICTURE_FINDINGS, word);

export const presentInterval = (row: HistoryInterval): CameraHistory['intervals'][number] => ({
  kind: row.kind,
  cause: isFault(row.fault) ? row.fault : null,
  findings: row.findings.filter(isFinding),
  from: timestamp(row.startsAt),
  to: timestamp(row.endsAt),
});

export const presentSample = ({ at, ...figures }: HistorySample): CameraHistory['samples'][number] => ({
  at: timestamp(at),
  ...figures,
});

export const presentMaintenance = (row: Maintenance): CameraHistory['maintenance'][number] => ({
  id: row.id,
  scope: row.cameraId === null ? 'gateway' : 'camera',
  from: timestamp(row.startsAt),
  to: timestamp(row.endsAt),
  reason: row.reason,
  actor: row.actor,
});
