import { at } from './aggregate.ts';
import type { AreaScore } from './area-tree.ts';
import type { Difference } from './decompose.ts';
import { type DraftFindings, type Movement, wordDraft } from './draft-words.ts';
import { IndexError } from './errors.ts';
import type { Framework } from './framework-schema.ts';
import { checkTargets } from './method-sheet.ts';
import { compileModel, type Indicator, type Model } from './model.ts';
import { decomposeAreas } from './occasions.ts';
import type { Publication } from './publication.ts';

/** Movements named on each side; the others are given as one sum. */
const NAMED = 3;
/** Points below which a movement is not worth a name. */
const NOTABLE = 0.05;

export interface DraftInput {
  framework: Framework;
  area: string;
  current: Publication;
  /** What it is compared with, and the framework of that publication; null for the first period. */
  base: { publication: Publication; framework: Framework; kind: 'previous' | 'year-ago' } | null;
}

export interface Draft {
  zh: string;
  en: string;
  /** The exact parts behind the words; null without a comparison. */
  difference: Difference | null;
}

/**
 * The text of one area and period, by plain rules from the figures alone: the score and what it is compared with; what
 * moved it, largest first, with exact parts whose shown values add up to the shown change; deductions; targets;
 * which areas below moved most; what is not known. An analyst edits and signs it.
 * @throws IndexError of kind `data` where the area is not in the current publication.
 */
export function draftText(input: DraftInput): Draft {
  const { framework, current, base } = input;
  const area = areaIn(current, input.area);
  if (area === undefined)
    throw new IndexError('data', [`there is no area "${input.area}" in ${current.period}`]);
  const before = base ? areaIn(base.publication, input.area) : undefined;
  const difference =
    base && before !== undefined && area.score !== null && before.score !== null
      ? decomposeAreas({ framework: base.framework, score: before }, { framework, score: area })
      : null;
  const findings: DraftFindings = {
    area: area.area,
    indexName: framework.name ?? framework.code,
    period: current.period,
    isProvisional: current.status === 'provisional',
    score: area.score,
    band: area.band?.name ?? null,
    dataShare: area.dataShare,
    areaShare: area.areaShare,
    comparison: base && { kind: base.kind, period: base.publication.period, isKnown: difference !== null },
    ...movementsOf(input, { area, before, difference }),
    deductions: area.deductions
      .filter(({ points }) => points > 0)
      .map(({ code, count, points }) => ({ name: deductionName(framework, code), count, points })),
    targets: checkTargets(framework, (code) => rateOf(area, compileModel(framework), code)).map(
      ({ target, isMet }) => ({ name: target.name, isMet }),
    ),
    below: areasBelow(input),
  };
  return { ...wordDraft(findings), difference };
}

function areaIn({ areas }: Publication, code: string): AreaScore | undefined {
  return areas.find(({ area }) => area.code === code);
}

interface Sides {
  area: AreaScore;
  before: AreaScore | undefined;
  difference: Difference | null;
}

function movementsOf(
  { framework }: DraftInput,
  { area, before, difference }: Sides,
): Pick<DraftFindings, 'change' | 'up' | 'down' | 'rest'> {
  if (difference === null || before === undefined) return { change: null, up: [], down: [], rest: 0 };
  const model = compileModel(framework);
  const all = [
    ...difference.parts.map((part): Movement => {
      const indicator = model.indicators.find(({ code }) => code === part.code);
      return {
        name: indicator ? (at(model.nodes, indicator.node).name ?? part.code) : part.code,
        points: hundredths(part.total),
        figure: indicator ? figureOf(indicator, [before, area], part.value) : null,
      };
    }),
    ...difference.deductions.map(({ code, total }) => ({
      name: deductionName(framework, code),
      points: hundredths(total),
      figure: null,
    })),
  ].filter(({ points }) => Math.abs(points) >= NOTABLE);
  const up = all
    .filter(({ points }) => points > 0)
    .sort((a, b) => b.points - a.points)
    .slice(0, NAMED);
  const down = all
    .filter(({ points }) => points < 0)
    .sort((a, b) => a.points - b.points)
    .slice(0, NAMED);
  const named = [...up, ...down].reduce((sum, { points }) => sum + points, 0);
  const change = hundredths(difference.change);
  return { change, up, down, rest: hundredths(change - named) };
}

function hundredths(value: number): number {
  return Math.round(value * 100) / 100;
}

/**
 * The rate on both sides. Where the rate of a whole area moves against the mean of its grids (the composition
 * changed), the points on the common scale are given instead, which is what scored.
 */
function figureOf(indicator: Indicator, sides: [AreaScore, AreaScore], value: number): Movement['figure'] {
  const [from, to] = sides.map((side) => rateOfIndicator(side, indicator));
  if (from !== undefined && to !== undefined && from !== null && to !== null) {
    const isConsistent = (to - from) * indicator.direction * value >= 0;
    if (isConsistent) return { kind: 'rate', from, to, unit: indicator.unit };
  }
  const [a, b] = sides.map(
    (side) => side.indicators.find(({ code }) => code === indicator.code)?.normalised ?? null,
  );
  if (a === undefined || b === undefined || (a === null && b === null)) return null;
  if (a === null || b === null) return a === null ? { kind: 'appeared' } : { kind: 'vanished' };
  return { kind: 'points', from: a, to: b };
}

function rateOf(area: AreaScore, { indicators }: Model, code: string): number | null {
  const indicator = indicators.find((each) => each.code === code);
  return indicator === undefined ? null : rateOfIndicator(area, indicator);
}

/** Null where it is unknown, also for too little coverage. */
function rateOfIndicator(area: AreaScore, { code, denominator }: Indicator): number | null {
  const figure = area.indicators.find((each) => each.code === code);
  if (figure === undefined || figure.normalised === null || figure.denominator === 0) return null;
  return (figure.numerator / figure.denominator) * (denominator?.per ?? 1);
}

function deductionName({ deductions = [] }: Framework, code: string) {
  return deductions.find((deduction) => deduction.code === code)?.name ?? code;
}

function areasBelow({ area: parent, current, base }: DraftInput): DraftFindings['below'] {
  const below = current.areas.filter(({ area }) => area.parent === parent);
  const scores = new Map(base?.publication.areas.map(({ area, score }) => [area.code, score]));
  const moved = below.flatMap(({ area, score }) => {
    const before = scores.get(area.code) ?? null;
    return score === null || before === null ? [] : [{ area, points: hundredths(score - before) }];
  });
  moved.sort((a, b) => b.points - a.points);
  const [best, worst] = [moved[0], moved.at(-1)];
  return {
    count: below.length,
    unknown: below.filter(({ score }) => score === null).length,
    alerted: below.filter(({ band }) => band?.alert === true).map(({ area }) => area),
    best: best && best.points >= NOTABLE ? best : null,
    worst: worst && worst.points <= -NOTABLE ? worst : null,
  };
}
