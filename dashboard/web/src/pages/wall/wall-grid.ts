/** Which cameras the wall shows, and where the arrow keys lead. Pure. */
export const WALL_LAYOUTS = [1, 4, 9, 16] as const;
export type WallLayout = (typeof WALL_LAYOUTS)[number];

/** The key of each layout; 16 has none of its own digit. */
export const LAYOUT_KEYS: Readonly<Record<string, WallLayout>> = { '1': 1, '4': 4, '9': 9, '0': 16 };

export const pagesOf = (cameras: number, layout: WallLayout): number =>
  Math.max(1, Math.ceil(cameras / layout));

/** One page of the list; a page beyond the end is the last one. */
export function tilesOn<T>(items: readonly T[], page: number, layout: WallLayout): T[] {
  const start = Math.min(page, pagesOf(items.length, layout) - 1) * layout;
  return items.slice(start, start + layout);
}

export type Direction = 'left' | 'right' | 'up' | 'down';

/** The tile that an arrow leads to; the same one at the edge. */
export function moveTo(
  at: number,
  direction: Direction,
  { shown, layout }: { shown: number; layout: WallLayout },
): number {
  const columns = Math.sqrt(layout);
  const step = { left: -1, right: 1, up: -columns, down: columns }[direction];
  const leavesRow =
    (direction === 'left' && at % columns === 0) || (direction === 'right' && at % columns === columns - 1);
  const next = at + step;
  return leavesRow || next < 0 || next >= shown ? at : next;
}
