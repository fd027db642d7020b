import type { RosterDevice } from '../pipeline-roster.ts';
import { DEVICE_FILTERS, type DeviceFilter, type DevicePage, type DeviceView } from './interface.ts';

/** What the page shows of a device: no service addresses, only what a technician needs. */
export function viewOf(device: RosterDevice): DeviceView {
  const { endpoint: _endpoint, deviceUrl: _deviceUrl, profiles, ...shown } = device;
  const sorted = profiles.toSorted((a, b) => b.width * b.height - a.width * a.height);
  return { ...shown, profiles: sorted.map(({ codec, width, height }) => ({ codec, width, height })) };
}

const FITS: Readonly<Record<DeviceFilter, (device: RosterDevice) => boolean>> = {
  all: () => true,
  ready: ({ standing }) => standing.state === 'ready',
  attention: ({ standing, strange }) => standing.state !== 'ready' || strange !== null,
  'needs-password': ({ standing }) => standing.state === 'needs-password',
  viewable: ({ atWork }) => atWork,
};

export function isFilter(text: string): text is DeviceFilter {
  return DEVICE_FILTERS.some((filter) => filter === text);
}

/** What a password group of equal devices is made of: before the first login only the hardware is told. */
const makerOf = ({ manufacturer, hardware }: RosterDevice): string | null => manufacturer ?? hardware;

function makersOf(devices: readonly RosterDevice[]): DevicePage['makers'] {
  const counts = new Map<string, number>();
  for (const device of devices.filter(FITS['needs-password'])) {
    const maker = makerOf(device);
    if (maker !== null) counts.set(maker, (counts.get(maker) ?? 0) + 1);
  }
  return [...counts].map(([maker, count]) => ({ maker, count })).toSorted((a, b) => b.count - a.count);
}

export type PageRequest = { filter: DeviceFilter; page: number; size: number; withIds: boolean };

/** One page of the devices of a filter, by device code, so that a list does not jump while it is read. */
export function pageOf(
  devices: readonly RosterDevice[],
  { filter, page, size, withIds }: PageRequest,
): Omit<DevicePage, 'scan'> {
  const sorted = devices.toSorted((a, b) => a.code.localeCompare(b.code));
  const fitting = sorted.filter(FITS[filter]);
  const count = (one: DeviceFilter) => devices.filter(FITS[one]).length;
  return {
    items: fitting.slice(page * size, (page + 1) * size).map(viewOf),
    total: fitting.length,
    page,
    counts: {
      all: count('all'),
      ready: count('ready'),
      attention: count('attention'),
      'needs-password': count('needs-password'),
      viewable: count('viewable'),
    },
    ...(withIds ? { ids: fitting.map(({ id }) => id) } : {}),
    makers: makersOf(devices),
  };
}
