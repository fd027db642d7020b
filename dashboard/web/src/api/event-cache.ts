/** How one changed thing is put into lists that are already on the screen. Pure. */
import type { EventFilter, EventItem, Page } from './types.ts';

export const matches = (event: EventItem, filter: EventFilter): boolean =>
  (filter.state === undefined || event.state === filter.state) &&
  (filter.type === undefined || event.type === filter.type) &&
  (filter.severity === undefined || event.severity === filter.severity);

/** Newest first; the id (a UUIDv7) decides between equal times. */
const newerFirst = (a: EventItem, b: EventItem): number =>
  a.occurredAt === b.occurredAt ? (a.id < b.id ? 1 : -1) : a.occurredAt < b.occurredAt ? 1 : -1;

/**
 * Puts a changed event into its place in pages sorted newest first, moves it, or takes it out when the filter no
 * longer holds. An event older than everything loaded is left to the page that has not been read yet.
 */
export function placeEvent(
  pages: readonly Page<EventItem>[],
  event: EventItem,
  filter: EventFilter,
): Page<EventItem>[] {
  const known = pages.flatMap(({ items }) => items).find(({ id }) => id === event.id);
  if (known?.occurredAt === event.occurredAt && matches(event, filter)) return replaceItem(pages, event);
  const without = pages.map((page) => ({
    ...page,
    items: page.items.filter((item) => item.id !== event.id),
  }));
  if (!matches(event, filter)) return without;
  const index = without.findIndex((page) => page.items.some((item) => newerFirst(event, item) < 0));
  const last = without.at(-1);
  if (index === -1 && last?.next) return without;
  const target = index === -1 ? without.length - 1 : index;
  return without.map((page, at) =>
    at === target ? { ...page, items: [...page.items, event].sort(newerFirst) } : page,
  );
}

/** Replaces the thing with the same id; the pages stay as they are when none has it. */
export function replaceItem<T extends { id: string }>(pages: readonly Page<T>[], item: T): Page<T>[] {
  return pages.map((page) =>
    page.items.some((one) => one.id === item.id)
      ? { ...page, items: page.items.map((one) => (one.id === item.id ? item : one)) }
      : page,
  );
}

/** As `replaceItem`, and adds a new thing at the end of the last page when everything has been read. */
export function upsertItem<T extends { id: string }>(pages: readonly Page<T>[], item: T): Page<T>[] {
  if (pages.some((page) => page.items.some((one) => one.id === item.id))) return replaceItem(pages, item);
  const last = pages.at(-1);
  if (last === undefined || last.next !== null) return [...pages];
  return [...pages.slice(0, -1), { ...last, items: [...last.items, item] }];
}
