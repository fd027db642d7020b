import type { Area, GridFigures } from '../../dashboard/server/src/index/index.ts';
import { createRandom } from '../../dashboard/server/src/index/random.ts';

export const GRIDS = 3897;
export const COMMUNITIES = 124;
export const STREETS = 6;
export const DAYS = 365;
export const EVENTS = 5_000_000;
const SECONDS_A_DAY = 86_400;

function area(code: string, parent: string | null, level: string): Area {
  return { code, parent, level, nameZh: code, nameEn: code };
}

export const areas: Area[] = [
  area('d', null, 'district'),
  ...Array.from({ length: STREETS }, (_, i) => area(`s${i}`, 'd', 'street')),
  ...Array.from({ length: COMMUNITIES }, (_, i) => area(`c${i}`, `s${i % STREETS}`, 'community')),
  ...Array.from({ length: GRIDS }, (_, i) => ({
    ...area(`g${i}`, `c${i % COMMUNITIES}`, 'grid'),
    population: 400 + ((i * 37) % 2000),
  })),
];

/** What an event or a task may be; a rollup counts them by grid, day and type. */
export const TYPES = [
  'reported-cases',
  'major-cases',
  'fires',
  'accidents',
  'disputes-escalated',
  'lane-alerts',
  'lane-alerts-confirmed',
  'ebike-alerts',
  'ebike-alerts-confirmed',
  'incidents-due',
  'incidents-on-time',
  'incidents-reworked',
  'hazards-due',
  'hazards-fixed',
  'patrols-planned',
  'patrols-done',
] as const;

export type TypeName = (typeof TYPES)[number];

/** Daily rollups as the store holds them: counts by type (index = day × grids + grid), and seconds of cameras. */
export interface Year {
  cameras: Uint16Array;
  counts: Record<TypeName, Uint32Array>;
  online: Float64Array;
  valid: Float64Array;
}

/** A made-up year: each grid has its own cameras and quality; five million events fall on grids, days and types by chance. */
export function makeYear(): Year {
  const random = createRandom(2026);
  const size = DAYS * GRIDS;
  const counts = columnsOf(() => new Uint32Array(size));
  const year: Year = {
    cameras: Uint16Array.from({ length: GRIDS }, () => 1 + random.below(40)),
    counts,
    online: new Float64Array(size),
    valid: new Float64Array(size),
  };
  const quality = Float64Array.from({ length: GRIDS }, () => 0.6 + 0.4 * random.next());
  for (let i = 0; i < size; i += 1) {
    const online = (quality[i % GRIDS] ?? 0) * (0.9 + 0.1 * random.next());
    year.online[i] = (year.cameras[i % GRIDS] ?? 0) * SECONDS_A_DAY * online;
    year.valid[i] = (year.online[i] ?? 0) * (0.9 + 0.1 * random.next());
  }
  const add = (type: TypeName, cell: number) => {
    const column = counts[type];
    column[cell] = (column[cell] ?? 0) + 1;
  };
  for (let i = 0; i < EVENTS; i += 1) {
    const type = TYPES[random.below(TYPES.length)] ?? 'lane-alerts';
    const cell = random.below(size);
    add(type, cell);
    if (type === 'incidents-on-time') add('incidents-due', cell);
    if (type === 'hazards-fixed') add('hazards-due', cell);
    if (type === 'patrols-done') add('patrols-planned', cell);
  }
  return year;
}

function columnsOf<T>(make: () => T): Record<TypeName, T> {
  return {
    'reported-cases': make(),
    'major-cases': make(),
    fires: make(),
    accidents: make(),
    'disputes-escalated': make(),
    'lane-alerts': make(),
    'lane-alerts-confirmed': make(),
    'ebike-alerts': make(),
    'ebike-alerts-confirmed': make(),
    'incidents-due': make(),
    'incidents-on-time': make(),
    'incidents-reworked': make(),
    'hazards-due': make(),
    'hazards-fixed': make(),
    'patrols-planned': make(),
    'patrols-done': make(),
  };
}

/** Sums per grid over some days. */
export interface Sums {
  days: number;
  counts: Record<TypeName, Float64Array>;
  online: Float64Array;
  valid: Float64Array;
}

export function noSums(): Sums {
  return {
    days: 0,
    counts: columnsOf(() => new Float64Array(GRIDS)),
    online: new Float64Array(GRIDS),
    valid: new Float64Array(GRIDS),
  };
}

/** Adds the rollups of one day. */
export function addDay(sums: Sums, year: Year, day: number): void {
  const start = day * GRIDS;
  const addTo = (sum: Float64Array, source: Uint32Array | Float64Array) => {
    for (let grid = 0; grid < GRIDS; grid += 1) sum[grid] = (sum[grid] ?? 0) + (source[start + grid] ?? 0);
  };
  for (const type of TYPES) addTo(sums.counts[type], year.counts[type]);
  addTo(sums.online, year.online);
  addTo(sums.valid, year.valid);
  sums.days += 1;
}

/** The figures of one grid from its sums. */
export function figuresOf({ counts, days, online, valid }: Sums, year: Year, grid: number): GridFigures {
  const count = (type: TypeName) => counts[type][grid] ?? 0;
  const cameras = year.cameras[grid] ?? 0;
  const expectedSeconds = cameras * days * SECONDS_A_DAY;
  const watch = { expectedSeconds, validSeconds: valid[grid] ?? 0 };
  const hazards = { done: count('hazards-fixed'), due: count('hazards-due') };
  return {
    people: 400 + ((grid * 37) % 2000),
    days,
    reported: {
      'reported-cases': count('reported-cases'),
      'major-cases': count('major-cases'),
      fires: count('fires'),
      accidents: count('accidents'),
      'disputes-escalated': count('disputes-escalated'),
    },
    deaths: grid % 500 === 0 ? 1 : 0,
    alerts: {
      'lane-alerts': { raised: count('lane-alerts'), confirmed: count('lane-alerts-confirmed'), watch },
      'ebike-alerts': { raised: count('ebike-alerts'), confirmed: count('ebike-alerts-confirmed'), watch },
    },
    shares: {
      'fire-hazards-fixed': hazards,
      'work-hazards-fixed': hazards,
      'disputes-settled': hazards,
      'connected-rate': { done: cameras, due: cameras + (grid % 3) },
      'sites-covered': { done: 9, due: 10 },
      'patrols-done': { done: count('patrols-done'), due: count('patrols-planned') },
      'escalation-rate': hazards,
      'on-time-rate': { done: count('incidents-on-time'), due: count('incidents-due') },
      'rework-rate': { done: count('incidents-reworked'), due: count('incidents-due') },
      'satisfied-rate': { done: 40, due: 50 },
    },
    observed: {
      'online-rate': { done: online[grid] ?? 0, due: expectedSeconds, coverage: 1 },
      'picture-rate': { done: valid[grid] ?? 0, due: online[grid] ?? 0, coverage: 1 },
    },
  };
}
