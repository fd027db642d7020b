import { useState } from 'react';
import type { DevicePage, DeviceView } from '../../../src/console/interface.ts';
import { endpoints } from '../api/endpoints.ts';
import { usePoll } from './use-poll.ts';

const POLL_MS = 4000;

export type OneByOne = {
  device: DeviceView | null;
  at: number;
  total: number;
  counts: DevicePage['counts'] | null;
  goTo(at: number): void;
  refresh(): void;
};

/** Walks through the cameras that give a picture, one at a time: a page of the list holds one. */
export function useOneByOne(): OneByOne {
  const [at, setAt] = useState(0);
  const { value, refresh } = usePoll<DevicePage>(endpoints.devicesPath('viewable', at, 1), POLL_MS);
  const total = value?.total ?? 0;
  if (value && total > 0 && at >= total) setAt(total - 1);
  return {
    device: value?.items[0] ?? null,
    at,
    total,
    counts: value?.counts ?? null,
    goTo: (wanted) => setAt(Math.max(0, wanted)),
    refresh,
  };
}
