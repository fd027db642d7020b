import type { Area, AreaFacts, IndicatorFact } from '../../../dashboard/server/src/index/index.ts';

/** A district of one street with the communities named, each with its grids: `{ c1: ['g1', 'g2'] }`. */
export function districtOf(communities: Record<string, string[]>): Area[] {
  const area = (code: string, parent: string | null, level: string): Area => ({
    code,
    parent,
    level,
    nameZh: `${code}区`,
    nameEn: code,
  });
  return [
    area('d', null, 'district'),
    area('s', 'd', 'street'),
    ...Object.keys(communities).map((code) => area(code, 's', 'community')),
    ...Object.entries(communities).flatMap(([parent, grids]) =>
      grids.map((code) => area(code, parent, 'grid')),
    ),
  ];
}

/** Facts of full coverage from `[numerator, denominator]` by grid and indicator. */
export function factsOf(figures: Record<string, Record<string, [number, number]>>): AreaFacts {
  return Object.fromEntries(
    Object.entries(figures).map(([grid, own]) => [
      grid,
      Object.fromEntries(
        Object.entries(own).map(([code, [numerator, denominator]]): [string, IndicatorFact] => [
          code,
          { numerator, denominator, coverage: 1 },
        ]),
      ),
    ]),
  );
}
