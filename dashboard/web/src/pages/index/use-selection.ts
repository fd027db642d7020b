import { useQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { useCallback } from 'react';
import { publicationsQuery } from '../../api/safety-index.ts';
import type { PeriodKind, PublicationHead } from '../../api/safety-index-types.ts';
import type { Selection } from './selection.ts';

const route = getRouteApi('/inside/index');
/** How many periods can be picked at once; older ones are found under Publications. */
const CHOICES = 100;

export type UseSelection = {
  kind: PeriodKind;
  area: string | undefined;
  /** The periods to choose from, newest first. */
  heads: PublicationHead[];
  /** The chosen one, else the newest; null while there is none. */
  publication: string | null;
  query: { isPending: boolean; isError: boolean; error: unknown; refetch: () => unknown };
  select: (change: Selection) => void;
  selectKind: (kind: PeriodKind) => void;
};

/** What the address says is looked at, together with the periods there are. */
export function useSelection(): UseSelection {
  const { kind = 'day', publication, area } = route.useSearch();
  // Not the route's own: that one leads to the overview from every page below it.
  const navigate = useNavigate();
  const query = useQuery(publicationsQuery(kind, CHOICES, null));
  const heads = query.data?.items ?? [];
  const select = useCallback(
    (change: Selection) =>
      void navigate({ to: '.', search: (search) => ({ ...search, ...change }), replace: true }),
    [navigate],
  );
  const selectKind = useCallback(
    (next: PeriodKind) =>
      void navigate({
        to: '.',
        search: ({ publication: _left, ...search }) => ({ ...search, kind: next }),
        replace: true,
      }),
    [navigate],
  );
  return { kind, area, heads, publication: publication ?? heads[0]?.id ?? null, query, select, selectKind };
}
