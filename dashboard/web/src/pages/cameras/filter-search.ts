/** The filter of the camera list as it stands in the address, so that a list can be sent to somebody. Pure. */
import { CAMERA_FAULTS, PICTURE_FINDINGS } from '@pingan/models/contract';
import type { CameraFilter, CameraStateKind } from '../../api/camera-health-types.ts';

export const STATE_KINDS: readonly CameraStateKind[] = [
  'streaming',
  'failed',
  'connecting',
  'stopped',
  'unknown',
];

export const keysOf = <T extends object>(table: T): (keyof T & string)[] =>
  Object.keys(table).filter((key): key is keyof T & string => key in table);

const text = (value: unknown, limit: number): string | undefined =>
  typeof value === 'string' && value !== '' && value.length <= limit ? value : undefined;
/** The router reads a search of digits as a number. */
const code = (value: unknown): string | undefined =>
  text(typeof value === 'number' ? String(value) : value, 64);

/** What of a search is a filter; the rest is left out. */
export function readFilter(search: Record<string, unknown>): CameraFilter {
  const state = STATE_KINDS.find((one) => one === search['state']);
  const cause = keysOf(CAMERA_FAULTS).find((one) => one === search['cause']);
  const finding = keysOf(PICTURE_FINDINGS).find((one) => one === search['finding']);
  const [gatewayId, area] = [code(search['gatewayId']), code(search['area'])];
  const words = text(typeof search['search'] === 'number' ? String(search['search']) : search['search'], 100);
  return {
    ...(state === undefined ? {} : { state }),
    ...(cause === undefined ? {} : { cause }),
    ...(finding === undefined ? {} : { finding }),
    ...(gatewayId === undefined ? {} : { gatewayId }),
    ...(area === undefined ? {} : { area }),
    ...(words === undefined ? {} : { search: words }),
  };
}
