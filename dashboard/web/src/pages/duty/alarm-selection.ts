/** Which alarm of the queue is selected, also when it leaves the list. Pure. */
export type Selection = { id: string | null; index: number };

export const NOTHING: Selection = { id: null, index: 0 };

type Item = { id: string };

/**
 * The selection after the list changed: the same alarm wherever it now stands; when it has left, the one that took
 * its place, so that a disposed alarm hands over to the next.
 */
export function follow(items: readonly Item[], selection: Selection): Selection {
  if (selection.id === null) return selection;
  const at = items.findIndex(({ id }) => id === selection.id);
  if (at !== -1) return { id: selection.id, index: at };
  const index = Math.min(selection.index, items.length - 1);
  const heir = items[index];
  return heir === undefined ? NOTHING : { id: heir.id, index };
}

/** One step down (1) or up (-1); the first step selects the first alarm. Stays inside the list. */
export function step(items: readonly Item[], selection: Selection, by: 1 | -1): Selection {
  const current = follow(items, selection);
  const index = current.id === null ? 0 : Math.max(0, Math.min(items.length - 1, current.index + by));
  const item = items[index];
  return item === undefined ? NOTHING : { id: item.id, index };
}
