import { useInfiniteQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { eventsQuery } from '../../api/queries.ts';
import type { EventFilter } from '../../api/types.ts';
import { follow, NOTHING, type Selection, step } from './alarm-selection.ts';

/** The queue as it is filtered and loaded, and which alarm is selected. */
export function useAlarmQueue() {
  const [filter, setFilter] = useState<EventFilter>({ state: 'new' });
  const [wanted, setWanted] = useState<Selection>(NOTHING);
  const [moves, setMoves] = useState(0);
  const query = useInfiniteQuery(eventsQuery(filter));
  const items = useMemo(() => query.data?.pages.flatMap((page) => page.items) ?? [], [query.data]);
  const selection = useMemo(() => follow(items, wanted), [items, wanted]);
  // What `follow` settled on becomes the next starting point, or the index would stay that of the alarm that left.
  const hasMoved = selection.id !== wanted.id || selection.index !== wanted.index;
  if (hasMoved && items.length > 0) setWanted(selection);
  return {
    filter,
    setFilter: (next: EventFilter) => {
      setFilter(next);
      setWanted(NOTHING);
    },
    query,
    items,
    selection,
    selected: items.find(({ id }) => id === selection.id),
    select: (id: string) => setWanted(follow(items, { id, index: 0 })),
    /** Grows with every step by key: the focus follows those, not every change of the list. */
    moves,
    move: (by: 1 | -1): string | null => {
      const next = step(items, selection, by);
      setWanted(next);
      setMoves((count) => count + 1);
      return next.id;
    },
  };
}

export type AlarmQueue = ReturnType<typeof useAlarmQueue>;
