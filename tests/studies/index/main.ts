import { readFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { parseArgs } from 'node:util';
import {
  analyseAreaLevel,
  computeAreaTree,
  parseFrameworkYaml,
} from '../../../dashboard/server/src/index/index.ts';
import { competitionRanks, spearman } from '../../../dashboard/server/src/index/statistics.ts';
import { makeWorld, type World, type WorldPlan } from './world.ts';

/**
 * How well an index by this method finds the true order of areas, beside a naive one that counts raw alerts, and how
 * often its 90 % rank intervals hold the true rank. Weights are not varied: they are a decision, and the truth is
 * ranked by the same ones. Prints one JSON line and a table in Markdown.
 */
const framework = parseFrameworkYaml(readFileSync(new URL('framework.yaml', import.meta.url), 'utf8'));
const unshrunk = parseFrameworkYaml(
  readFileSync(new URL('framework.yaml', import.meta.url), 'utf8').replaceAll('shrinkage: global', ''),
);

const { values } = parseArgs({
  options: { seed: { type: 'string', default: '1' }, runs: { type: 'string', default: '300' } },
});
const seed = Number(values.seed);
const runs = Number(values.runs);

const SIZE = { grids: 3897, communities: 124, streets: 6 };
const SCENARIOS: { name: string; plan: Omit<WorldPlan, 'seed'> }[] = [
  { name: 'a year', plan: { ...SIZE, variation: 0.6, correlation: 0.3, days: 365 } },
  { name: 'a month', plan: { ...SIZE, variation: 0.6, correlation: 0.3, days: 30 } },
  { name: 'a year, closely related harms', plan: { ...SIZE, variation: 0.6, correlation: 0.8, days: 365 } },
];

const LEVELS = [
  { level: 'grid', worlds: 1 },
  { level: 'community', worlds: 5 },
];

interface Figures {
  areas: number;
  index: number;
  unshrunk: number;
  naive: number;
  coverage: number;
  /** Mean width of the intervals, as a share of the number of areas. */
  width: number;
}

function studyWorld(world: World, level: string, ownSeed: number): Figures {
  const { areas, facts } = world;
  const codes = areas.filter((area) => area.level === level).map(({ code }) => code);
  const scoresBy = (own: typeof framework, figures: World['facts']) => {
    const { areas: scored } = computeAreaTree({ framework: own, areas, facts: figures });
    const scores = new Map(scored.map(({ area, score }) => [area.code, score ?? Number.NaN]));
    return Float64Array.from(codes, (code) => scores.get(code) ?? Number.NaN);
  };
  const truth = scoresBy(unshrunk, world.truth);
  const naive = naiveScores(world);
  const certainties = analyseAreaLevel({ framework, areas, facts, level, runs, seed: ownSeed }).areas;
  const ranks = trueRanks(codes, truth);
  const held = certainties.filter(({ unit, rankLow, rankHigh }) => {
    const rank = ranks.get(unit) ?? Number.NaN;
    return rank >= rankLow && rank <= rankHigh;
  });
  const width = certainties.reduce((sum, { rankLow, rankHigh }) => sum + rankHigh - rankLow + 1, 0);
  return {
    areas: certainties.length,
    index: spearman(scoresBy(framework, facts), truth),
    unshrunk: spearman(scoresBy(unshrunk, facts), truth),
    naive: spearman(
      Float64Array.from(codes, (code) => naive.get(code) ?? Number.NaN),
      truth,
    ),
    coverage: held.length / certainties.length,
    width: width / certainties.length ** 2,
  };
}

/** Means over a level's worlds, which differ by their seed alone. */
function study(plan: Omit<WorldPlan, 'seed'>): ({ level: string; worlds: number } & Figures)[] {
  const count = Math.max(...LEVELS.map(({ worlds }) => worlds));
  const figures = LEVELS.map((): Figures[] => []);
  for (let i = 0; i < count; i += 1) {
    const world = makeWorld({ ...plan, seed: seed + i });
    LEVELS.forEach(({ level, worlds }, k) => {
      if (i < worlds) figures[k]?.push(studyWorld(world, level, seed + i));
    });
  }
  return LEVELS.map((own, k) => {
    const list = figures[k] ?? [];
    const mean = (name: keyof Figures) => list.reduce((sum, each) => sum + each[name], 0) / list.length;
    return {
      ...own,
      areas: mean('areas'),
      index: mean('index'),
      unshrunk: mean('unshrunk'),
      naive: mean('naive'),
      coverage: mean('coverage'),
      width: mean('width'),
    };
  });
}

/** The fewer alerts machines raise in it, the better an area: an index of many a dashboard. */
function naiveScores({ areas, rawAlerts }: World): Map<string, number> {
  const counts = new Map(rawAlerts);
  for (const { code, parent, level } of areas)
    if (level === 'grid' && parent !== null)
      counts.set(parent, (counts.get(parent) ?? 0) + (rawAlerts.get(code) ?? 0));
  return new Map([...counts].map(([code, count]) => [code, -count]));
}

function trueRanks(codes: readonly string[], truth: Float64Array): Map<string, number> {
  const ranks = competitionRanks(truth);
  return new Map(codes.map((code, i) => [code, ranks[i] ?? 0]));
}

const started = performance.now();
const rows = SCENARIOS.flatMap(({ name, plan }) => study(plan).map((row) => ({ scenario: name, ...row })));
const seconds = (performance.now() - started) / 1000;

const digits = (value: number) => value.toFixed(2);
const table = [
  '| scenario | level | areas × worlds | ρ index | ρ without shrinkage | ρ raw-alert count | 90 % interval holds | mean width |',
  '|---|---|---|---|---|---|---|---|',
  ...rows.map(
    (row) =>
      `| ${row.scenario} | ${row.level} | ${row.areas} × ${row.worlds} | ${digits(row.index)} | ${digits(row.unshrunk)} | ${digits(row.naive)} | ${(100 * row.coverage).toFixed(1)} % | ${(100 * row.width).toFixed(0)} % of ranks |`,
  ),
];
console.log(table.join('\n'));
console.log(JSON.stringify({ study: 'index', seed, runs, seconds: Math.round(seconds * 10) / 10, rows }));
