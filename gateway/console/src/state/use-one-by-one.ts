import type { DeviceFilter, DevicePage, DeviceView } from '../../../src/console/interface.ts';
import { endpoints } from '../api/endpoints.ts';
import { useDraft } from './progress.tsx';
import { usePoll } from './use-poll.ts';

const POLL_MS = 4000;
const NONE: readonly string[] = [];

export type OneByOne = {
  device: DeviceView | null;
  at: number;
  /** Of every camera of the walk, in order. */
  ids: readonly string[];
  counts: DevicePage['counts'] | null;
  goTo(at: number): void;
  refresh(): void;
};

/** Walks through the cameras of a filter, one at a time. Where one stands is kept on the gateway by the camera's id. */
export function useOneByOne(filter: DeviceFilter, walk: string): OneByOne {
  const place = useDraft(`walk:${walk}`);
  const list = usePoll<DevicePage>(endpoints.idsPath(filter), POLL_MS);
  const ids = list.value?.ids ?? NONE;
  const at = Math.max(0, ids.indexOf(place.text));
  const one = usePoll<DevicePage>(endpoints.devicesPath(filter, at, 1), POLL_MS);
  return {
    device: list.value ? (one.value?.items[0] ?? null) : null,
    at,
    ids,
    counts: list.value?.counts ?? null,
    goTo: (wanted) => place.set(ids[Math.min(Math.max(0, wanted), ids.length - 1)] ?? ''),
    refresh: one.refresh,
  };
}
