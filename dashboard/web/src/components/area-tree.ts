/** Walks over the areas of an index result. Pure. */
import type { AreaLevel } from '../api/types.ts';

/** What a walk needs to know of an area. */
export type AreaNode = { code: string; parent: string | null; level: AreaLevel; score: number | null };

export const childrenOf = <A extends AreaNode>(areas: readonly A[], code: string | null): A[] =>
  areas.filter(({ parent }) => parent === code);

/** Areas whose parent is not in the list: normally one district. */
export function rootsOf<A extends AreaNode>(areas: readonly A[]): A[] {
  const codes = new Set(areas.map(({ code }) => code));
  return areas.filter(({ parent }) => parent === null || !codes.has(parent));
}

const byCodeOf = <A extends AreaNode>(areas: readonly A[]): ReadonlyMap<string, A> =>
  new Map(areas.map((area) => [area.code, area]));

function pathIn<A extends AreaNode>(byCode: ReadonlyMap<string, A>, code: string): A[] {
  const path: A[] = [];
  let area = byCode.get(code);
  while (area !== undefined && !path.includes(area)) {
    path.unshift(area);
    area = area.parent === null ? undefined : byCode.get(area.parent);
  }
  return path;
}

/** From the root down to the area itself; empty when it is not in the list. */
export const pathTo = <A extends AreaNode>(areas: readonly A[], code: string): A[] =>
  pathIn(byCodeOf(areas), code);

const LEVELS: readonly AreaLevel[] = ['district', 'street', 'community', 'grid'];

/** Every area of one level inside another area, in the order of the list. */
export function descendantsAt<A extends AreaNode>(
  areas: readonly A[],
  within: Pick<A, 'code'>,
  level: AreaLevel,
): A[] {
  const byCode = byCodeOf(areas);
  return areas.filter(
    (area) =>
      area.level === level &&
      area.code !== within.code &&
      pathIn(byCode, area.code).some(({ code }) => code === within.code),
  );
}

/** The levels that an area has something of below it, the next one down first. */
export const levelsBelow = <A extends AreaNode>(areas: readonly A[], area: Pick<A, 'code'>): AreaLevel[] =>
  LEVELS.filter((level) => descendantsAt(areas, area, level).length > 0);

/** Best first; areas without a score last, in their given order. */
export const ranked = <A extends AreaNode>(areas: readonly A[]): A[] =>
  [...areas].sort((a, b) => (b.score ?? -1) - (a.score ?? -1));

/** Grids grouped by their community, for the schematic picture. */
export function gridGroups<A extends AreaNode>(areas: readonly A[]): { community: A; grids: A[] }[] {
  const grids = Map.groupBy(areas, ({ parent }) => parent);
  return areas
    .filter(({ level }) => level === 'community')
    .map((community) => ({ community, grids: grids.get(community.code) ?? [] }))
    .filter((group) => group.grids.length > 0);
}

/** A name without its "(sample)": for places beside a mark that says so once for all. */
export const withoutSample = (name: string): string => name.replace(/\s*[（(](?:示例|sample)[)）]$/i, '');
