/** Cameras one by one and filtered, their past, the operations figures and planned maintenance. */
import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import type { CameraFilter, NewMaintenance, QueryOf } from './camera-health-types.ts';
import { api, bodyOf, doneOf } from './client.ts';

/** A list that the server filters changes by more than what the stream of changes tells. */
const LIST_EVERY_MS = 10_000;
const FIGURES_EVERY_MS = 60_000;

export const cameraListQuery = (filter: CameraFilter, limit: number, cursor: string | null) =>
  queryOptions({
    queryKey: ['camera-page', filter, limit, cursor] as const,
    queryFn: ({ signal }) =>
      bodyOf(
        api.GET('/api/v1/cameras', {
          params: { query: { ...filter, limit, ...(cursor === null ? {} : { cursor }) } },
          signal,
        }),
      ),
    placeholderData: keepPreviousData,
    refetchInterval: LIST_EVERY_MS,
  });

export const cameraQuery = (id: string) =>
  queryOptions({
    queryKey: ['camera', id] as const,
    queryFn: ({ signal }) => bodyOf(api.GET('/api/v1/cameras/{id}', { params: { path: { id } }, signal })),
  });

/** The last hours of a camera. */
export const cameraHistoryQuery = (id: string, hours: number) =>
  queryOptions({
    queryKey: ['camera-history', id, hours] as const,
    queryFn: ({ signal }) => {
      const from = new Date(Date.now() - hours * 3_600_000).toISOString();
      const params = { path: { id }, query: { from } };
      return bodyOf(api.GET('/api/v1/cameras/{id}/health', { params, signal }));
    },
    placeholderData: keepPreviousData,
    refetchInterval: LIST_EVERY_MS,
  });

export const cameraEventsQuery = (cameraId: string, limit: number) =>
  queryOptions({
    queryKey: ['camera-events', cameraId, limit] as const,
    queryFn: ({ signal }) =>
      bodyOf(api.GET('/api/v1/events', { params: { query: { cameraId, limit } }, signal })),
    refetchInterval: LIST_EVERY_MS,
  });

export const figuresQuery = (query: QueryOf<'/api/v1/health/figures'>) =>
  queryOptions({
    queryKey: ['health-figures', query] as const,
    queryFn: ({ signal }) => bodyOf(api.GET('/api/v1/health/figures', { params: { query }, signal })),
    placeholderData: keepPreviousData,
    refetchInterval: FIGURES_EVERY_MS,
  });

export const addMaintenance = (id: string, body: NewMaintenance) =>
  bodyOf(api.POST('/api/v1/cameras/{id}/maintenance', { params: { path: { id } }, body }));
export const endMaintenance = (id: string) =>
  doneOf(api.DELETE('/api/v1/maintenance/{id}', { params: { path: { id } } }));

/** Where the filtered list is downloaded as CSV. */
export function exportUrl(filter: CameraFilter, language: 'zh-CN' | 'en'): string {
  const query = new URLSearchParams({ ...filter, language });
  return `/api/v1/cameras/export?${query}`;
}
