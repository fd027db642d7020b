/** Walks over the areas of an index result. Pure. */
import type { AreaLevel, IndexArea } from '../../api/types.ts';

export const childrenOf = (areas: readonly IndexArea[], code: string | null): IndexArea[] =>
  areas.filter(({ parent }) => parent === code);

/** Areas whose parent is not in the list: normally one district. */
export function rootsOf(areas: readonly IndexArea[]): IndexArea[] {
  const codes = new Set(areas.map(({ code }) => code));
  return areas.filter(({ parent }) => parent === null || !codes.has(parent));
}

/** From the root down to the area itself; empty when it is not in the list. */
export function pathTo(areas: readonly IndexArea[], code: string): IndexArea[] {
  const byCode = new Map(areas.map((area) => [area.code, area]));
  const path: IndexArea[] = [];
  let area = byCode.get(code);
  while (area !== undefined && !path.includes(area)) {
    path.unshift(area);
    area = area.parent === null ? undefined : byCode.get(area.parent);
  }
  return path;
}

const LEVELS: readonly AreaLevel[] = ['district', 'street', 'community', 'grid'];

/** Every area of one level inside another area, in the order of the list. */
export function descendantsAt(
  areas: readonly IndexArea[],
  within: Pick<IndexArea, 'code'>,
  level: AreaLevel,
): IndexArea[] {
  return areas.filter(
    (area) =>
      area.level === level &&
      area.code !== within.code &&
      pathTo(areas, area.code).some(({ code }) => code === within.code),
  );
}

/** The levels that an area has something of below it, the next one down first. */
export const levelsBelow = (areas: readonly IndexArea[], area: Pick<IndexArea, 'code'>): AreaLevel[] =>
  LEVELS.filter((level) => descendantsAt(areas, area, level).length > 0);

/** Best first; areas without a score last, in their given order. */
export const ranked = (areas: readonly IndexArea[]): IndexArea[] =>
  [...areas].sort((a, b) => (b.score ?? -1) - (a.score ?? -1));

/** Grids grouped by their community, for the schematic picture. */
export function gridGroups(areas: readonly IndexArea[]): { community: IndexArea; grids: IndexArea[] }[] {
  return areas
    .filter(({ level }) => level === 'community')
    .map((community) => ({ community, grids: childrenOf(areas, community.code) }))
    .filter(({ grids }) => grids.length > 0);
}

/** A name without its "(sample)": for places beside a mark that says so once for all. */
export const withoutSample = (name: string): string => name.replace(/\s*[（(](?:示例|sample)[)）]$/i, '');
