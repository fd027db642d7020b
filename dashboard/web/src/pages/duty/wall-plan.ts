/** Which cameras the video wall shows. Pure. */
export const LAYOUTS = [1, 4, 9] as const;
export type Layout = (typeof LAYOUTS)[number];

export const pageCount = (cameras: number, layout: Layout): number =>
  Math.max(1, Math.ceil(cameras / layout));

/** The page a camera stands on, 0-based; null when it is not in the list. */
export function pageOfCamera(ids: readonly string[], id: string, layout: Layout): number | null {
  const at = ids.indexOf(id);
  return at === -1 ? null : Math.floor(at / layout);
}

/** One page of the list; a page beyond the end is the last one. */
export function onPage<T>(items: readonly T[], page: number, layout: Layout): T[] {
  const start = Math.min(page, pageCount(items.length, layout) - 1) * layout;
  return items.slice(start, start + layout);
}
