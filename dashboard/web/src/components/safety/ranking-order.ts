/** What the ranking says about areas that cannot be told apart. Pure. */
export type Ranked = { code: string; rank: number | null; rankInterval: number[] | null };

/**
 * Groups of areas that are tied: going down the ranking, every area whose rank interval overlaps with the interval of
 * the first of its group belongs to that group. Overlap with the neighbour alone would chain everything together.
 * Areas without a rank are in no group.
 */
export function tieGroups(areas: readonly Ranked[]): ReadonlyMap<string, number> {
  const groups = new Map<string, number>();
  let group = -1;
  let reach = Number.NEGATIVE_INFINITY;
  const withRank = areas.filter(({ rank }) => rank !== null);
  for (const area of withRank.toSorted((a, b) => (a.rank ?? 0) - (b.rank ?? 0))) {
    const [from, to] = intervalOf(area);
    if (from > reach) {
      group += 1;
      reach = to;
    }
    groups.set(area.code, group);
  }
  return groups;
}

/** An area's rank interval; the rank alone where none is known. */
export function intervalOf({ rank, rankInterval }: Ranked): [number, number] {
  const [from = rank ?? 0, to = rank ?? 0] = rankInterval ?? [];
  return [from, to];
}

/** Codes of areas that share their group with another one. */
export function tiedCodes(areas: readonly Ranked[]): ReadonlySet<string> {
  const groups = tieGroups(areas);
  const sizes = new Map<number, number>();
  for (const group of groups.values()) sizes.set(group, (sizes.get(group) ?? 0) + 1);
  return new Set([...groups].filter(([, group]) => (sizes.get(group) ?? 0) > 1).map(([code]) => code));
}
