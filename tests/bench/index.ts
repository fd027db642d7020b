import { readFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import {
  type AreaFacts,
  analyseAreaLevel,
  analyseSensitivity,
  computeAreaTree,
  computeIndex,
  type DataTable,
  factsOfGrid,
  parseFramework,
  parseFrameworkYaml,
} from '../../dashboard/server/src/index/index.ts';
import { createRandom } from '../../dashboard/server/src/index/random.ts';
import {
  addDay,
  areas,
  COMMUNITIES,
  DAYS,
  figuresOf,
  GRIDS,
  makeYear,
  noSums,
  STREETS,
  type Sums,
} from './index-year.ts';
import { median, report, round } from './report.ts';

const RUNS = 1000;

const random = createRandom(2026);
const framework = parseFrameworkYaml(
  readFileSync(new URL('../../config/index/pingan.yaml', import.meta.url), 'utf8'),
);

function factsFrom(sums: Sums): AreaFacts {
  const entries = Array.from({ length: GRIDS }, (_, grid): [string, AreaFacts[string]] => [
    `g${grid}`,
    factsOfGrid(figuresOf(sums, year, grid)),
  ]);
  return Object.fromEntries(entries);
}

/** Sums the rollups of the whole year and computes every area from them. */
function recomputeYear(): number {
  const sums = noSums();
  for (let day = 0; day < DAYS; day += 1) addDay(sums, year, day);
  return scoreFrom(sums);
}

function scoreFrom(sums: Sums): number {
  const { areas: scored } = computeAreaTree({ framework, areas, facts: factsFrom(sums) });
  const score = scored[0]?.score;
  if (typeof score !== 'number') throw new Error('the district has no score');
  return score;
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
const full = measure(5, recomputeYear);

const toDate = noSums();
for (let day = 0; day < DAYS - 1; day += 1) addDay(toDate, year, day);
const oneDay = measure(15, () => {
  const sums = structuredClone(toDate);
  addDay(sums, year, DAYS - 1);
  return scoreFrom(sums);
});

const facts = factsFrom(toDate);
const community = measure(15, () => computeIndex(study));
const treeSensitivity = measure(3, () =>
  analyseAreaLevel({ framework, areas, facts, level: 'community', runs: RUNS, seed: 1 }),
);
const sensitivity = measure(3, () => analyseSensitivity({ ...study, runs: RUNS, seed: 1 }));

report({
  bench: 'index',
  figures: {
    fullRecomputeMs: full.ms,
    fullRecomputeCpuMs: full.cpuMs,
    oneDayMs: oneDay.ms,
    oneDayCpuMs: oneDay.cpuMs,
    communityIndexMs: community.ms,
    sensitivityMs: treeSensitivity.ms,
    sensitivityCpuMs: treeSensitivity.cpuMs,
    tableSensitivityMs: sensitivity.ms,
    tableSensitivityCpuMs: sensitivity.cpuMs,
  },
  ratios: { 'sensitivity run/whole computation': round(sensitivity.cpuMs / RUNS / community.cpuMs) },
  targets: {
    fullRecomputeMs: '<=2000',
    oneDayMs: '<=200',
    sensitivityMs: '<=5000',
    tableSensitivityMs: '<=5000',
  },
});
