/** The 平安指数 beyond the live figure: periods, publications, frameworks, imports, people. */
import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { api, bodyOf, doneOf } from './client.ts';
import { problemOf } from './problem.ts';
import type { ImportKind, ImportReport, Period, PeriodKind, Role } from './safety-index-types.ts';
import type { AreaLevel, Bilingual } from './types.ts';

export const PERIOD_KINDS: readonly PeriodKind[] = ['day', 'week', 'month'];
export const IMPORT_KINDS: readonly ImportKind[] = ['incidents', 'measures', 'population'];

type Cursor = string | null;
const page = (limit: number, cursor: Cursor) => ({ limit, ...(cursor === null ? {} : { cursor }) });
const byId = (id: string) => ({ params: { path: { id } } });

export const publicationsQuery = (kind: PeriodKind | null, limit: number, cursor: Cursor) =>
  queryOptions({
    queryKey: ['publications', kind, limit, cursor] as const,
    queryFn: ({ signal }) => {
      const query = { ...page(limit, cursor), ...(kind === null ? {} : { kind }) };
      return bodyOf(api.GET('/api/v1/index/publications', { params: { query }, signal }));
    },
    placeholderData: keepPreviousData,
  });

/** A publication with a part of its areas: those of one level, or one area and what is right below it. */
export type PublicationPart = { level?: AreaLevel; area?: string };
export const publicationQuery = (id: string, part: PublicationPart) =>
  queryOptions({
    queryKey: ['publication', id, part] as const,
    queryFn: ({ signal }) =>
      bodyOf(api.GET('/api/v1/index/publications/{id}', { params: { path: { id }, query: part }, signal })),
  });

export const areasQuery = queryOptions({
  queryKey: ['areas'] as const,
  queryFn: ({ signal }) => bodyOf(api.GET('/api/v1/areas', { signal })),
  staleTime: 5 * 60_000,
});

export const sheetsQuery = (id: string) =>
  queryOptions({
    queryKey: ['sheets', id] as const,
    queryFn: ({ signal }) =>
      bodyOf(api.GET('/api/v1/index/publications/{id}/sheet', { ...byId(id), signal })),
  });

export const trendQuery = (area: string, kind: PeriodKind) =>
  queryOptions({
    queryKey: ['trend', area, kind] as const,
    queryFn: ({ signal }) =>
      bodyOf(api.GET('/api/v1/index/trend', { params: { query: { area, kind } }, signal })),
    placeholderData: keepPreviousData,
  });

/** `against`: another publication's id, or another area's code of the same publication. */
export const decompositionQuery = (query: { publication: string; area: string; against: string }) =>
  queryOptions({
    queryKey: ['decomposition', query] as const,
    queryFn: ({ signal }) => bodyOf(api.GET('/api/v1/index/decomposition', { params: { query }, signal })),
  });

export type SensitivityRequest = { id: string; level: AreaLevel; runs: number; seed: number };
export const sensitivityQuery = ({ id, level, runs, seed }: SensitivityRequest) =>
  queryOptions({
    queryKey: ['sensitivity', id, level, runs, seed] as const,
    queryFn: ({ signal }) =>
      bodyOf(
        api.GET('/api/v1/index/publications/{id}/sensitivity', {
          params: { path: { id }, query: { level, runs, seed } },
          signal,
        }),
      ),
    staleTime: Number.POSITIVE_INFINITY,
  });

export const computePublication = (period: Period) =>
  bodyOf(api.POST('/api/v1/index/publications', { body: { period } }));
export const editPublication = (id: string, text: Bilingual) =>
  bodyOf(api.PATCH('/api/v1/index/publications/{id}', { ...byId(id), body: { text } }));
export const submitPublication = (id: string) =>
  bodyOf(api.POST('/api/v1/index/publications/{id}/submit', byId(id)));
export const approvePublication = (id: string) =>
  bodyOf(api.POST('/api/v1/index/publications/{id}/approve', byId(id)));
export const exportUrl = (id: string, format: 'pdf' | 'xlsx'): string =>
  `/api/v1/index/publications/${encodeURIComponent(id)}/export.${format}`;

export const frameworksQuery = queryOptions({
  queryKey: ['frameworks'] as const,
  queryFn: ({ signal }) =>
    bodyOf(api.GET('/api/v1/index/frameworks', { params: { query: { limit: 200 } }, signal })),
});
export const frameworkQuery = (id: string) =>
  queryOptions({
    queryKey: ['framework', id] as const,
    queryFn: ({ signal }) => bodyOf(api.GET('/api/v1/index/frameworks/{id}', { ...byId(id), signal })),
  });
export const saveFramework = (yaml: string) =>
  bodyOf(api.POST('/api/v1/index/frameworks', { body: { yaml } }));
export const previewFramework = (yaml: string) =>
  bodyOf(api.POST('/api/v1/index/frameworks/preview', { body: { yaml } }));
export const submitFramework = (id: string) =>
  bodyOf(api.POST('/api/v1/index/frameworks/{id}/submit', byId(id)));
export const approveFramework = (id: string) =>
  bodyOf(api.POST('/api/v1/index/frameworks/{id}/approve', byId(id)));

export const importsQuery = (limit: number, cursor: Cursor) =>
  queryOptions({
    queryKey: ['imports', limit, cursor] as const,
    queryFn: ({ signal }) =>
      bodyOf(api.GET('/api/v1/imports', { params: { query: page(limit, cursor) }, signal })),
    placeholderData: keepPreviousData,
  });
export const incidentsQuery = (limit: number, cursor: Cursor) =>
  queryOptions({
    queryKey: ['incidents', limit, cursor] as const,
    queryFn: ({ signal }) =>
      bodyOf(api.GET('/api/v1/incidents', { params: { query: page(limit, cursor) }, signal })),
    placeholderData: keepPreviousData,
  });
export const categoriesQuery = queryOptions({
  queryKey: ['incident-categories'] as const,
  queryFn: ({ signal }) => bodyOf(api.GET('/api/v1/incidents/categories', { signal })),
  staleTime: 5 * 60_000,
});
export const templateUrl = (kind: ImportKind, format: 'csv' | 'xlsx'): string =>
  `/api/v1/imports/${kind}/template.${format}`;

/** Sends a CSV or Excel file; the answer says what was accepted and which rows were refused, with the remedy. */
export function sendImport(kind: ImportKind, file: File): Promise<ImportReport> {
  const form = new FormData();
  form.append('file', file, file.name);
  return bodyOf(
    api.POST('/api/v1/imports/{kind}', {
      params: { path: { kind } },
      body: { file },
      bodySerializer: () => form,
    }),
  );
}

export const redStepsQuery = (limit: number, cursor: Cursor) =>
  queryOptions({
    queryKey: ['red-steps', limit, cursor] as const,
    queryFn: ({ signal }) =>
      bodyOf(api.GET('/api/v1/index/red-steps', { params: { query: page(limit, cursor) }, signal })),
    placeholderData: keepPreviousData,
  });
export const finishRedStep = (id: string, note: string) =>
  bodyOf(api.POST('/api/v1/index/red-steps/{id}/done', { ...byId(id), body: { note } }));

export const usersQuery = queryOptions({
  queryKey: ['users'] as const,
  queryFn: ({ signal }) => bodyOf(api.GET('/api/v1/users', { signal })),
});
export const addUser = (body: { username: string; password: string; role: Role }) =>
  bodyOf(api.POST('/api/v1/users', { body }));
export const disableUser = (id: string) => doneOf(api.POST('/api/v1/users/{id}/disable', byId(id)));

/**
 * Fetches a file of the interface and hands it to the browser to keep.
 * @throws ProblemError when the answer is no success
 */
export async function download(url: string): Promise<void> {
  const answer = await fetch(url, { credentials: 'same-origin' });
  if (!answer.ok) {
    const body: unknown = await answer.json().catch(() => null);
    throw problemOf(answer.status, body, answer.headers.get('retry-after'));
  }
  const named = /filename="?([^";]+)"?/.exec(answer.headers.get('content-disposition') ?? '')?.[1];
  const address = URL.createObjectURL(await answer.blob());
  const link = document.createElement('a');
  link.href = address;
  link.download = named ?? url.split('/').at(-1) ?? 'export';
  link.click();
  URL.revokeObjectURL(address);
}
