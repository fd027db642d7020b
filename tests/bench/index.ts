import { readFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import {
  type Area,
  analyseSensitivity,
  computeAreaTree,
  computeIndex,
  type DataTable,
  type IndicatorFact,
  parseFramework,
  parseFrameworkYaml,
} from '../../dashboard/server/src/index/index.ts';
import { createRandom } from '../../dashboard/server/src/index/random.ts';
import { median, report, round } from './report.ts';

const GRIDS = 3897;
const COMMUNITIES = 124;
const STREETS = 6;
const DAYS = 365;
const EVENTS = 5_000_000;
const RUNS = 1000;
const SECONDS_A_DAY = 86_400;

const random = createRandom(2026);
const framework = parseFrameworkYaml(
  readFileSync(new URL('../../config/index/pingan-first.yaml', import.meta.url), 'utf8'),
);

function area(code: string, parent: string | null, level: string): Area {
  return { code, parent, level, nameZh: code, nameEn: code };
}

const areas = [
  area('d', null, 'district'),
  ...Array.from({ length: STREETS }, (_, i) => area(`s${i}`, 'd', 'street')),
  ...Array.from({ length: COMMUNITIES }, (_, i) => area(`c${i}`, `s${i % STREETS}`, 'community')),
  ...Array.from({ length: GRIDS }, (_, i) => area(`g${i}`, `c${i % COMMUNITIES}`, 'grid')),
];

/** Daily sums per grid, as the store's rollups hold them: index = day × grids + grid. */
interface Rollups {
  cameras: Uint16Array;
  online: Float64Array;
  covered: Float64Array;
  good: Float64Array;
  raised: Uint32Array;
  disposed: Uint32Array;
}

/** A made-up year: each grid has its own cameras and rates; five million alerts fall on grids and days by chance. */
function makeYear(): Rollups {
  const size = DAYS * GRIDS;
  const rollups: Rollups = {
    cameras: Uint16Array.from({ length: GRIDS }, () => 1 + random.below(40)),
    online: new Float64Array(size),
    covered: new Float64Array(size),
    good: new Float64Array(size),
    raised: new Uint32Array(size),
    disposed: new Uint32Array(size),
  };
  const quality = Float64Array.from({ length: GRIDS }, () => 0.6 + 0.4 * random.next());
  for (let i = 0; i < size; i += 1) {
    const cameras = rollups.cameras[i % GRIDS] ?? 0;
    const rate = (quality[i % GRIDS] ?? 0) * (0.9 + 0.1 * random.next());
    rollups.covered[i] = cameras * SECONDS_A_DAY;
    rollups.online[i] = cameras * SECONDS_A_DAY * rate;
    rollups.good[i] = cameras * rate;
  }
  for (let i = 0; i < EVENTS; i += 1) {
    const cell = random.below(size);
    rollups.raised[cell] = (rollups.raised[cell] ?? 0) + 1;
    if (random.next() < 0.8) rollups.disposed[cell] = (rollups.disposed[cell] ?? 0) + 1;
  }
  return rollups;
}

/** Sums the days asked for and computes every area from them. */
function recompute(rollups: Rollups, firstDay: number, lastDay: number): number {
  const sums = Array.from({ length: 5 }, () => new Float64Array(GRIDS));
  const sources = [rollups.online, rollups.covered, rollups.good, rollups.raised, rollups.disposed];
  sources.forEach((source, k) => {
    const sum = sums[k] ?? new Float64Array();
    for (let day = firstDay; day <= lastDay; day += 1)
      for (let grid = 0; grid < GRIDS; grid += 1)
        sum[grid] = (sum[grid] ?? 0) + (source[day * GRIDS + grid] ?? 0);
  });
  const days = lastDay - firstDay + 1;
  const facts: Record<string, Record<string, IndicatorFact>> = {};
  for (let grid = 0; grid < GRIDS; grid += 1) {
    const [online = 0, covered = 0, good = 0, raised = 0, disposed = 0] = sums.map((sum) => sum[grid] ?? 0);
    const cameras = rollups.cameras[grid] ?? 0;
    facts[`g${grid}`] = {
      'connected-rate': { numerator: cameras, denominator: cameras + (grid % 3), coverage: 1 },
      'online-rate': { numerator: online, denominator: covered, coverage: 1 },
      'picture-rate': { numerator: good, denominator: cameras * days, coverage: 1 },
      'disposal-rate': { numerator: disposed, denominator: raised, coverage: 1 },
    };
  }
  return computeAreaTree({ framework, areas, facts }).areas[0]?.score ?? Number.NaN;
}

/** Twenty indicators in five pillars, a third of them counts, over the communities, with gaps and outliers. */
function communityStudy() {
  const codes = Array.from({ length: 20 }, (_, i) => `x${i}`);
  const column = (draw: () => number) => Float64Array.from({ length: COMMUNITIES }, draw);
  const isCount = (i: number) => i % 3 === 0;
  const table: DataTable = {
    units: Array.from({ length: COMMUNITIES }, (_, i) => `c${i}`),
    columns: new Map([
      ['people', column(() => 2000 + random.below(60_000))],
      ...codes.map((code, i): [string, Float64Array] => [
        code,
        column(() => {
          if (random.next() < 0.03) return Number.NaN;
          return isCount(i) ? random.poisson(30) : Math.exp(random.normal());
        }),
      ]),
    ]),
    groups: Array.from({ length: COMMUNITIES }, (_, i) => `s${i % STREETS}`),
    parents: null,
  };
  const indicators = codes.map((code, i) => ({
    code,
    direction: isCount(i) ? 'negative' : 'positive',
    ...(isCount(i)
      ? { count: true, shrinkage: 'global', denominator: { column: 'people', per: 10_000 } }
      : {}),
  }));
  const pillars = Array.from({ length: 5 }, (_, p) => ({
    code: `p${p}`,
    children: indicators.slice(4 * p, 4 * p + 4),
  }));
  const study = parseFramework({
    code: 'study',
    version: '1',
    unit: { group: 'street' },
    normalisation: { method: 'min-max', range: [1, 100] },
    treatment: { winsorise: { maxPoints: 5 }, log: 'fallback' },
    imputation: { method: 'group-median' },
    sensitivity: { imputations: ['as-configured', 'mean', 'none'] },
    index: { code: 'i', aggregation: 'geometric', children: pillars },
  });
  return { framework: study, table, softwareVersion: 'bench' };
}

/** Medians over some calls, after one to warm up: by the clock, and of the processor, which a busy machine moves less. */
function measure(calls: number, work: () => unknown): { ms: number; cpuMs: number } {
  work();
  const runs = Array.from({ length: calls }, () => {
    const [start, cpu] = [performance.now(), process.cpuUsage()];
    work();
    const { user, system } = process.cpuUsage(cpu);
    return { ms: performance.now() - start, cpuMs: (user + system) / 1000 };
  });
  return {
    ms: round(median(runs.map(({ ms }) => ms))),
    cpuMs: round(median(runs.map(({ cpuMs }) => cpuMs))),
  };
}

const year = makeYear();
const study = communityStudy();
const full = measure(5, () => recompute(year, 0, DAYS - 1));
const oneDay = measure(15, () => recompute(year, DAYS - 1, DAYS - 1));
const community = measure(15, () => computeIndex(study));
const sensitivity = measure(3, () => analyseSensitivity({ ...study, runs: RUNS, seed: 1 }));

report({
  bench: 'index',
  figures: {
    fullRecomputeMs: full.ms,
    fullRecomputeCpuMs: full.cpuMs,
    oneDayMs: oneDay.ms,
    oneDayCpuMs: oneDay.cpuMs,
    communityIndexMs: community.ms,
    sensitivityMs: sensitivity.ms,
    sensitivityCpuMs: sensitivity.cpuMs,
  },
  ratios: { 'sensitivity run/whole computation': round(sensitivity.cpuMs / RUNS / community.cpuMs) },
  targets: { fullRecomputeMs: '<=2000', oneDayMs: '<=200', sensitivityMs: '<=5000' },
});
