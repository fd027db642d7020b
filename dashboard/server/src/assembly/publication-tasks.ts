import {
  type AreaScore,
  analyseAreaLevel,
  computeAreaTree,
  draftText,
  type Framework,
  IndexError,
  type LevelSensitivityResult,
  type Publication,
  parseFrameworkYaml,
  publish,
} from '../index/index.ts';
import type { PeriodFigures } from '../reports/period-figures.ts';
import { areasOf, factsOf } from './publication-facts.ts';

type Text = { zh: string; en: string };

export type PublishTask = {
  kind: 'publish';
  yaml: string;
  figures: PeriodFigures;
  period: string;
  status: Publication['status'];
  softwareVersion: string;
  computedAt: Date;
  latest: Publication | null;
  base: { publication: Publication; yaml: string } | null;
};
export type PublishResult = {
  publication: Publication;
  draft: Text;
  /** 90 % (or what the framework says) of the ranks of each area, by its code. */
  rankIntervals: Record<string, [number, number]>;
};

export type SensitivityTask = {
  kind: 'sensitivity';
  yaml: string;
  figures: PeriodFigures;
  level: string;
  runs: number;
  seed: number;
};
/** How far ranks move when one thing changes; `code` is the node. */
export type Shift = { code: string; meanShift: number; maxShift: number };
export type SensitivityResult = {
  areas: LevelSensitivityResult['areas'];
  leaveOneOut: Shift[];
  oneAtATime: (Shift & { factor: number })[];
};

export type PreviewTask = { kind: 'preview'; yaml: string; figures: PeriodFigures };
export type PreviewResult = Record<string, number | null>;

const RANK_RUNS = 200;
const RANK_SEED = 1;

/** The draft of every topmost area. Where the hierarchy has changed since, there is nothing to compare with. */
function draftOf(framework: Framework, current: Publication, base: PublishTask['base']): Text {
  const compared = base && {
    publication: base.publication,
    framework: parseFrameworkYaml(base.yaml),
    kind: 'previous' as const,
  };
  const texts = current.areas
    .filter(({ area }) => area.parent === null)
    .map(({ area }) => {
      try {
        return draftText({ framework, area: area.code, current, base: compared });
      } catch (error) {
        if (!(error instanceof IndexError)) throw error;
        return draftText({ framework, area: area.code, current, base: null });
      }
    });
  return { zh: texts.map(({ zh }) => zh).join('\n\n'), en: texts.map(({ en }) => en).join('\n\n') };
}

/** Computes a period, its draft, and how certain its ranks are. Throws an IndexError. */
export function publishPeriod(task: PublishTask): PublishResult {
  const framework = parseFrameworkYaml(task.yaml);
  const { period, status, softwareVersion, computedAt, latest } = task;
  const areas = areasOf(task.figures);
  const facts = factsOf(framework, task.figures);
  const publication = publish({
    framework,
    areas,
    facts,
    period,
    status,
    softwareVersion,
    computedAt,
    latest,
  });
  const scored = Map.groupBy(
    publication.areas.filter(({ score }) => score !== null),
    ({ area }) => area.level,
  );
  const certain = [...scored].flatMap(([level, own]) =>
    own.length < 2
      ? []
      : analyseAreaLevel({ framework, areas, facts, level, runs: RANK_RUNS, seed: RANK_SEED }).areas,
  );
  return {
    publication,
    draft: draftOf(framework, publication, task.base),
    rankIntervals: Object.fromEntries(
      certain.map(({ unit, rankLow, rankHigh }) => [unit, [rankLow, rankHigh]]),
    ),
  };
}

type FrameworkNode = Framework['index'];

/** The framework with the weights of some nodes multiplied. */
function reweigh(node: FrameworkNode, factorOf: (code: string) => number): FrameworkNode {
  const weighed = { ...node, weight: (node.weight ?? 1) * factorOf(node.code) };
  return node.children === undefined
    ? weighed
    : { ...weighed, children: node.children.map((child) => reweigh(child, factorOf)) };
}

/** For each indicator the node that is left out with it: itself, or what is above it as long as that stands alone. */
function removable(node: FrameworkNode, alone: string | null = null): { code: string; removed: string }[] {
  if (node.children === undefined) return alone === null ? [] : [{ code: node.code, removed: alone }];
  const weighed = node.children.filter(({ weight = 1 }) => weight > 0);
  return weighed.flatMap((child) => removable(child, weighed.length > 1 ? child.code : alone));
}

function shiftOf(
  before: readonly AreaScore[],
  after: readonly AreaScore[],
  level: string,
): Omit<Shift, 'code'> {
  const ranks = new Map(after.map(({ area, rank }) => [area.code, rank]));
  const shifts = before.flatMap(({ area, rank }) => {
    const other = ranks.get(area.code) ?? null;
    return area.level !== level || rank === null || other === null ? [] : [Math.abs(other - rank)];
  });
  return {
    meanShift: shifts.length === 0 ? 0 : shifts.reduce((sum, shift) => sum + shift, 0) / shifts.length,
    maxShift: Math.max(0, ...shifts),
  };
}

/** Rank intervals of a level, ranks without each indicator, and ranks with each pillar weighing more and less. Throws an IndexError. */
export function analyse({ yaml, figures, level, runs, seed }: SensitivityTask): SensitivityResult {
  const framework = parseFrameworkYaml(yaml);
  const areas = areasOf(figures);
  const facts = factsOf(framework, figures);
  const before = computeAreaTree({ framework, areas, facts }).areas;
  const shiftWith = (factorOf: (code: string) => number) => {
    const index = reweigh(framework.index, factorOf);
    return shiftOf(
      before,
      computeAreaTree({ framework: { ...framework, index }, areas, facts }).areas,
      level,
    );
  };
  const spread = framework.sensitivity?.weightSpread ?? 0.25;
  const pillars = (framework.index.children ?? []).map(({ code }) => code);
  return {
    areas: analyseAreaLevel({ framework, areas, facts, level, runs, seed }).areas,
    leaveOneOut: removable(framework.index).map(({ code, removed }) => ({
      code,
      ...shiftWith((other) => (other === removed ? 0 : 1)),
    })),
    oneAtATime: pillars.flatMap((code) =>
      [1 - spread, 1 + spread].map((factor) => ({
        code,
        factor,
        ...shiftWith((other) => (other === code ? factor : 1)),
      })),
    ),
  };
}

/** Scores of a framework on the figures of a period. Throws an IndexError. */
export function preview({ yaml, figures }: PreviewTask): PreviewResult {
  const framework = parseFrameworkYaml(yaml);
  const { areas } = computeAreaTree({
    framework,
    areas: areasOf(figures),
    facts: factsOf(framework, figures),
  });
  return Object.fromEntries(areas.map(({ area, score }) => [area.code, score]));
}
