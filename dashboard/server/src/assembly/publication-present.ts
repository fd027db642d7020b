import { timestamp } from '../base/clock.ts';
import { compileModel, type Framework, methodSheets } from '../index/index.ts';
import type { Bilingual } from '../registry/areas.ts';
import type {
  AreaResult,
  IndicatorSheet,
  NodeScore,
  Publication,
  PublicationHead,
} from '../routes/safety-index/schemas.ts';
import type { PublicationHeadRow, PublicationRow, ScoreRow } from '../store/publications.ts';

/** Turns publications of the store into what the REST interface says. Pure. */

type Local = string | { zh: string; en: string };
type Model = ReturnType<typeof compileModel>;
type EngineArea = PublicationRow['content']['areas'][number];

export const bilingual = (text: Local | null | undefined, fallback: string): Bilingual =>
  typeof text === 'object' && text !== null ? text : { zh: text ?? fallback, en: text ?? fallback };
const inChinese = (text: Local | null): string | null =>
  text === null || typeof text === 'string' ? text : text.zh;
const round = (value: number) => Math.round(value * 1e9) / 1e9;

export function presentHead(row: PublicationHeadRow): PublicationHead {
  return {
    id: row.id,
    period: { kind: row.kind, start: row.start },
    version: row.version,
    state: row.state,
    computedAt: timestamp(row.computedAt),
    framework: {
      code: row.frameworkCode,
      version: row.frameworkVersion,
      name: { zh: row.frameworkZh, en: row.frameworkEn },
      sha256: row.frameworkSha256,
    },
    inputsSha256: row.inputsSha256,
    software: row.software,
    author: row.author,
    approver: row.approver,
    publishedAt: row.publishedAt === null ? null : timestamp(row.publishedAt),
    score: row.score,
  };
}

function presentNodes(area: EngineArea, model: Model): NodeScore[] {
  const figures = new Map(area.indicators.map((indicator) => [indicator.code, indicator]));
  return model.nodes.map(({ code, name, parent, weight, indicator: position }, i) => {
    const indicator = model.indicators[position];
    const own = figures.get(code);
    const isKnown = own !== undefined && own.denominator > 0;
    const hasDenominator = isKnown && indicator?.denominator !== null;
    return {
      code,
      parent: model.nodes[parent]?.code ?? null,
      name: bilingual(name, code),
      kind: i === 0 ? 'index' : indicator === undefined ? 'group' : 'indicator',
      weight,
      score: i === 0 ? area.score : (area.nodeScores[i] ?? null),
      value: isKnown ? round((own.numerator / own.denominator) * (indicator?.denominator?.per ?? 1)) : null,
      numerator: isKnown ? own.numerator : null,
      denominator: hasDenominator ? own.denominator : null,
      unit: inChinese(indicator?.unit ?? null),
    };
  });
}

export type AreaSetting = {
  framework: Framework;
  scores: ReadonlyMap<string, ScoreRow>;
  samples: ReadonlySet<string>;
};

function presentArea(
  area: EngineArea,
  model: Model,
  { framework, scores, samples }: AreaSetting,
): AreaResult {
  const { code, parent, nameZh: zh, nameEn: en } = area.area;
  const row = scores.get(code);
  const band = framework.bands?.find((each) => each.code === row?.band);
  return {
    code,
    parent,
    level: row?.level ?? 'grid',
    name: { zh, en },
    sample: samples.has(code),
    score: area.score,
    reason: area.reason,
    band:
      band === undefined
        ? null
        : { code: band.code, name: bilingual(band.name, band.code), colour: band.colour },
    rank: area.rank,
    rankInterval: row?.rankLow == null || row.rankHigh === null ? null : [row.rankLow, row.rankHigh],
    dataShare: area.dataShare,
    areaShare: area.areaShare,
    consecutiveRed: row?.consecutiveRed ?? 0,
    nodes: presentNodes(area, model),
    deductions: area.deductions
      .filter(({ count }) => count > 0)
      .map(({ code: deduction, count, points }) => ({
        code: deduction,
        name: bilingual(framework.deductions?.find((each) => each.code === deduction)?.name, deduction),
        count,
        points,
      })),
  };
}

export type Part = { level?: string | undefined; area?: string | undefined };

/** A publication with its areas, or those of one level, or one area with those right below it. */
export function presentPublication(
  { head, row, setting }: { head: PublicationHeadRow; row: PublicationRow; setting: AreaSetting },
  { level, area }: Part,
): Publication {
  const model = compileModel(setting.framework);
  const wanted = row.content.areas.filter(
    ({ area: own }) =>
      (level === undefined || own.level === level) &&
      (area === undefined || own.code === area || own.parent === area),
  );
  return {
    ...presentHead(head),
    areas: wanted.map((own) => presentArea(own, model, setting)),
    text: { zh: row.textZh, en: row.textEn },
    draftText: { zh: row.draftZh, en: row.draftEn },
  };
}

/** Codes of the indicators with the name of the pillar (the node right below the index) that each is in. */
export function pillarsOf(framework: Framework): Map<string, { name: Bilingual; pillar: Bilingual }> {
  const { nodes } = compileModel(framework);
  const nameOf = (id: number) => bilingual(nodes[id]?.name, nodes[id]?.code ?? '');
  const pillarOf = (id: number): number => {
    const parent = nodes[id]?.parent ?? 0;
    return parent <= 0 ? id : pillarOf(parent);
  };
  return new Map(
    nodes.flatMap((node, id): [string, { name: Bilingual; pillar: Bilingual }][] =>
      node.indicator < 0 ? [] : [[node.code, { name: nameOf(id), pillar: nameOf(pillarOf(id)) }]],
    ),
  );
}

/** What each indicator means, and in how many of the areas without areas below it is known. */
export function presentSheets(framework: Framework, { content }: PublicationRow): IndicatorSheet[] {
  const parents = new Set(content.areas.map(({ area }) => area.parent));
  const leaves = content.areas.filter(({ area }) => !parents.has(area.code));
  const pillars = pillarsOf(framework);
  return methodSheets(framework).map((sheet) => ({
    code: sheet.code,
    name: bilingual(sheet.name, sheet.code),
    pillar: pillars.get(sheet.code)?.pillar ?? bilingual(null, sheet.code),
    definition: bilingual(sheet.definition, bilingual(sheet.name, sheet.code).zh),
    formula: inChinese(sheet.formula) ?? '',
    unit: inChinese(sheet.unit) ?? '',
    source: bilingual(sheet.source, '—'),
    quality: sheet.quality === null ? null : bilingual(sheet.quality, ''),
    direction: sheet.direction === 'positive' ? 'higher-is-better' : 'lower-is-better',
    goalposts: sheet.goalposts === null ? null : [sheet.goalposts[0], sheet.goalposts[1]],
    target: sheet.targets[0]?.value ?? null,
    weight: sheet.weight,
    coverage: {
      areas: leaves.length,
      withData: leaves.filter(({ indicators }) =>
        indicators.some(({ code, normalised }) => code === sheet.code && normalised !== null),
      ).length,
    },
  }));
}
