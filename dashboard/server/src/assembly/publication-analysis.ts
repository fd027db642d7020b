import { Problem } from '../base/problem.ts';
import { decomposeAreas, type Framework, IndexError } from '../index/index.ts';
import type { AreaDirectory, Bilingual } from '../registry/areas.ts';
import type { Decomposition, Sensitivity } from '../routes/safety-index/schemas.ts';
import type { AnalysisService, SensitivityRequest } from '../routes/safety-index/services.ts';
import type { PublicationRow } from '../store/publications.ts';
import type { IndexContext } from './publication-context.ts';
import { asProblem } from './publication-engine.ts';
import { bilingual, pillarsOf, presentSheets } from './publication-present.ts';
import type { SensitivityResult } from './publication-tasks.ts';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const DEDUCTIONS: Bilingual = { zh: '扣分', en: 'Deductions' };
const TOP_OF_SCALE = 100;

type Side = { row: PublicationRow; framework: Framework; area: string };

function scoreIn({ row, area }: Side, field: string) {
  const found = row.content.areas.find((each) => each.area.code === area);
  if (found !== undefined) return found;
  throw new Problem('invalid', {
    field,
    message: `${area} is not in the publication of ${row.start}: choose another area.`,
  });
}

/** The exact parts of what `to` has more or less than `from`. Throws the problems `invalid` and `conflict`. */
function differenceOf(from: Side, to: Side, label: (side: Side) => Bilingual): Decomposition {
  const [before, after] = [scoreIn(from, 'query.against'), scoreIn(to, 'query.area')];
  try {
    const difference = decomposeAreas(
      { framework: from.framework, score: before },
      { framework: to.framework, score: after },
    );
    const names = pillarsOf(to.framework);
    const deductionName = (code: string) =>
      bilingual(to.framework.deductions?.find((each) => each.code === code)?.name, code);
    return {
      from: { label: label(from), score: difference.from },
      to: { label: label(to), score: difference.to },
      difference: difference.change,
      parts: [
        ...difference.parts.map(({ code, total }) => ({
          code,
          name: names.get(code)?.name ?? bilingual(null, code),
          pillar: names.get(code)?.pillar ?? bilingual(null, code),
          part: total,
        })),
        ...difference.deductions.map(({ code, total }) => ({
          code,
          name: deductionName(code),
          pillar: DEDUCTIONS,
          part: total,
        })),
      ],
    };
  } catch (cause) {
    if (!(cause instanceof IndexError)) throw cause;
    throw new Problem('conflict', { message: cause.message, cause });
  }
}

function presentSensitivity(
  publicationId: string,
  { level, runs, seed }: SensitivityRequest,
  {
    result,
    framework,
    areas,
  }: { result: SensitivityResult; framework: Framework; areas: PublicationRow['inputs']['areas'] },
): Sensitivity {
  const places = new Map(areas.map((area) => [area.code, area.name]));
  const certain = new Map(result.areas.map((area) => [area.unit, area]));
  const names = pillarsOf(framework);
  const nodeName = (code: string) =>
    names.get(code)?.name ??
    bilingual(framework.index.children?.find((child) => child.code === code)?.name, code);
  return {
    publicationId,
    level,
    runs,
    seed,
    areas: areas
      .filter((area) => area.level === level)
      .map(({ code }) => {
        const own = certain.get(code);
        return {
          code,
          name: places.get(code) ?? bilingual(null, code),
          score: own?.score ?? null,
          rank: own?.rank ?? null,
          rankInterval: own === undefined ? null : ([own.rankLow, own.rankHigh] as [number, number]),
          medianRank: own?.rankMedian ?? null,
        };
      })
      .sort((a, b) => (a.rank ?? Number.POSITIVE_INFINITY) - (b.rank ?? Number.POSITIVE_INFINITY)),
    leaveOneOut: result.leaveOneOut.map(({ code, ...shift }) => ({ code, name: nodeName(code), ...shift })),
    oneAtATime: result.oneAtATime.map(({ code, factor, ...shift }) => {
      const { zh, en } = nodeName(code);
      const change = `${factor < 1 ? '−' : '+'}${Math.round(Math.abs(factor - 1) * 100)} %`;
      return { assumption: { zh: `${zh}权重 ${change}`, en: `Weight of ${en} ${change}` }, ...shift };
    }),
  };
}

/** What can be asked about publications. */
export function createAnalysis(context: IndexContext): AnalysisService {
  const { store, engine } = context;
  const areas: AreaDirectory = context.areas;
  const rowOf = async (id: string): Promise<PublicationRow> => {
    const row = UUID.test(id) ? await context.publications.get(id) : undefined;
    if (row === undefined) throw new Problem('not-found');
    return row;
  };
  const sideOf = async (id: string, area: string): Promise<Side> => {
    const row = await rowOf(id);
    return { row, area, framework: (await context.frameworks.get(row.frameworkId)).framework };
  };

  return {
    async trend(area, kind, limit) {
      if (!areas.has(area)) throw new Problem('not-found');
      const active = await store.frameworks.active();
      const bands =
        active === undefined ? [] : ((await context.frameworks.get(active.id)).framework.bands ?? []);
      const points = await store.publications.trend({ area, kind, limit });
      return {
        area,
        kind,
        bands: bands.map(({ code, name, colour, from }, i) => ({
          code,
          name: bilingual(name, code),
          colour,
          from,
          to: bands[i + 1]?.from ?? Math.max(TOP_OF_SCALE, from),
        })),
        points: points.reverse().map(({ id, start, score, state }) => ({
          publicationId: id,
          start,
          score,
          provisional: state !== 'published',
        })),
      };
    },

    async decompose({ publication, area, against }) {
      const to = await sideOf(publication, area);
      const isPeriod = UUID.test(against);
      const from = isPeriod ? await sideOf(against, area) : { ...to, area: against };
      return differenceOf(from, to, (side) =>
        isPeriod
          ? bilingual(null, side.row.content.period)
          : (side.row.inputs.areas.find(({ code }) => code === side.area)?.name ??
            bilingual(null, side.area)),
      );
    },

    async sensitivity(id, request) {
      const row = await rowOf(id);
      const key = { publicationId: id, ...request };
      const kept = await store.publications.sensitivity(key);
      if (kept !== null) return kept;
      const { yaml, framework } = await context.frameworks.get(row.frameworkId);
      const result = await engine
        .analyse({ kind: 'sensitivity', yaml, figures: row.inputs, ...request })
        .catch(asProblem('conflict'));
      const shown = presentSensitivity(id, request, { result, framework, areas: row.inputs.areas });
      await store.publications.keepSensitivity(key, shown);
      return shown;
    },

    async sheets(id) {
      const row = await rowOf(id);
      return presentSheets((await context.frameworks.get(row.frameworkId)).framework, row);
    },
  };
}
