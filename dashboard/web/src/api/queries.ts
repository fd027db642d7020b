import {
  type InfiniteData,
  infiniteQueryOptions,
  type QueryClient,
  queryOptions,
} from '@tanstack/react-query';
import {
  listCameras,
  listEvents,
  listGateways,
  listSensors,
  readEvent,
  readIndex,
  readSession,
} from './endpoints.ts';
import { placeEvent, replaceItem, upsertItem } from './event-cache.ts';
import { ProblemError } from './problem.ts';
import type {
  CameraItem,
  EventFilter,
  EventFull,
  EventItem,
  GatewayItem,
  Page,
  SensorItem,
  Session,
} from './types.ts';

/** How far back the alarm-rate chart looks. */
export const RECENT_MS = 3 * 3600 * 1000;
const firstPage = (): string | null => null;
const nextOf = <T>(page: Page<T>): string | null => page.next;
const cursorOf = (pageParam: string | null): { cursor?: string } =>
  pageParam === null ? {} : { cursor: pageParam };

export const sessionQuery = queryOptions({
  queryKey: ['session'],
  queryFn: async ({ signal }): Promise<Session | null> => {
    try {
      return await readSession(signal);
    } catch (error) {
      if (error instanceof ProblemError && error.status === 401) return null;
      throw error;
    }
  },
  staleTime: 5 * 60_000,
});

export const eventsQuery = (filter: EventFilter, limit = 50) =>
  infiniteQueryOptions({
    queryKey: ['events', filter, limit] as const,
    queryFn: ({ pageParam, signal }) => listEvents({ ...filter, limit, ...cursorOf(pageParam) }, signal),
    initialPageParam: firstPage(),
    getNextPageParam: nextOf,
  });

export const recentEventsQuery = queryOptions({
  queryKey: ['recent-events'] as const,
  queryFn: ({ signal }) =>
    listEvents({ limit: 200, since: new Date(Date.now() - RECENT_MS).toISOString() }, signal),
});

export const eventQuery = (id: string) =>
  queryOptions({
    queryKey: ['event', id] as const,
    queryFn: ({ signal }) => readEvent(id, signal),
    staleTime: 0,
  });

export const camerasQuery = infiniteQueryOptions({
  queryKey: ['cameras'] as const,
  queryFn: ({ pageParam, signal }) => listCameras({ limit: 200, ...cursorOf(pageParam) }, signal),
  initialPageParam: firstPage(),
  getNextPageParam: nextOf,
});

export const sensorsQuery = infiniteQueryOptions({
  queryKey: ['sensors'] as const,
  queryFn: ({ pageParam, signal }) => listSensors({ limit: 200, ...cursorOf(pageParam) }, signal),
  initialPageParam: firstPage(),
  getNextPageParam: nextOf,
});

export const gatewaysQuery = infiniteQueryOptions({
  queryKey: ['gateways'] as const,
  queryFn: ({ pageParam, signal }) => listGateways({ limit: 200, ...cursorOf(pageParam) }, signal),
  initialPageParam: firstPage(),
  getNextPageParam: nextOf,
});

export const indexQuery = queryOptions({
  queryKey: ['index'] as const,
  queryFn: ({ signal }) => readIndex(signal),
});

type Pages<T> = InfiniteData<Page<T>, string | null>;

const isFilter = (value: unknown): value is EventFilter => typeof value === 'object' && value !== null;

/** An event that was raised, refreshed, cleared or disposed of: every list and the open drawer get it in place. */
export function putEvent(client: QueryClient, event: EventItem): void {
  for (const [key, data] of client.getQueriesData<Pages<EventItem>>({ queryKey: ['events'] })) {
    const filter = key[1];
    if (data && isFilter(filter)) {
      client.setQueryData(key, { ...data, pages: placeEvent(data.pages, event, filter) });
    }
  }
  client.setQueryData<Page<EventItem>>(recentEventsQuery.queryKey, (page) =>
    page ? (placeEvent([{ ...page, next: null }], event, {})[0] ?? page) : page,
  );
  client.setQueryData<EventFull>(['event', event.id], (full) => (full ? { ...full, ...event } : full));
  void client.invalidateQueries({ queryKey: ['event', event.id] });
}

const putInPages = <T extends { id: string }>(client: QueryClient, key: readonly string[], item: T): void => {
  client.setQueryData<Pages<T>>(key, (data) =>
    data ? { ...data, pages: upsertItem(data.pages, item) } : data,
  );
};

export function putCamera(client: QueryClient, camera: CameraItem): void {
  putInPages(client, camerasQuery.queryKey, camera);
  for (const [key, page] of client.getQueriesData<Page<CameraItem>>({ queryKey: ['camera-page'] })) {
    if (page) client.setQueryData(key, { ...page, ...replaceItem([page], camera)[0] });
  }
  client.setQueryData<CameraItem>(['camera', camera.id], (known) => (known ? camera : known));
}

export const putSensor = (client: QueryClient, sensor: SensorItem): void =>
  putInPages(client, sensorsQuery.queryKey, sensor);
export const putGateway = (client: QueryClient, gateway: GatewayItem): void =>
  putInPages(client, gatewaysQuery.queryKey, gateway);
