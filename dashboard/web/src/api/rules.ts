/** Rules of a gateway: the configuration and its versions, trials, verdicts and what they amount to. */
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { api, bodyOf } from './client.ts';
import type { paths } from './schema.generated.ts';
import type { ItemOf, Read } from './types.ts';

type PutBody<P extends keyof paths> = paths[P] extends {
  put: { requestBody: { content: { 'application/json': infer Body } } };
}
  ? Body
  : never;

export type RuleFigures = Read<'/api/v1/gateways/{id}/rules/figures'>;
export type RulePrecision = RuleFigures['precision'][number];
export type TrialItem = ItemOf<'/api/v1/gateways/{id}/trials'>;
export type Configuration = Read<'/api/v1/gateways/{id}/configuration'>;
export type RuleVersion = ItemOf<'/api/v1/gateways/{id}/configuration/versions'>;
export type VerdictBody = PutBody<'/api/v1/verdicts/{id}'>;
type RulesBody = PutBody<'/api/v1/gateways/{id}/configuration'>;

const EVERY_MS = 5000;
const FIGURES_EVERY_MS = 15_000;
const TRIALS_PAGE = 24;

export const configurationQuery = (id: string) =>
  queryOptions({
    queryKey: ['configuration', id] as const,
    queryFn: ({ signal }): Promise<Configuration> =>
      bodyOf(api.GET('/api/v1/gateways/{id}/configuration', { params: { path: { id } }, signal })),
    refetchInterval: EVERY_MS,
  });
export const versionsQuery = (id: string) =>
  queryOptions({
    queryKey: ['configuration-versions', id] as const,
    queryFn: ({ signal }) =>
      bodyOf(api.GET('/api/v1/gateways/{id}/configuration/versions', { params: { path: { id } }, signal })),
  });
export const ruleFiguresQuery = (id: string) =>
  queryOptions({
    queryKey: ['rule-figures', id] as const,
    queryFn: ({ signal }): Promise<RuleFigures> =>
      bodyOf(api.GET('/api/v1/gateways/{id}/rules/figures', { params: { path: { id } }, signal })),
    refetchInterval: FIGURES_EVERY_MS,
  });
export const trialsQuery = (id: string) =>
  infiniteQueryOptions({
    queryKey: ['trials', id] as const,
    queryFn: ({ pageParam, signal }) =>
      bodyOf(
        api.GET('/api/v1/gateways/{id}/trials', {
          params: {
            path: { id },
            query: { limit: TRIALS_PAGE, ...(pageParam === null ? {} : { cursor: pageParam }) },
          },
          signal,
        }),
      ),
    initialPageParam: ((): string | null => null)(),
    getNextPageParam: ({ next }) => next,
    refetchInterval: FIGURES_EVERY_MS,
  });
export const verdictQuery = (id: string) =>
  queryOptions({
    queryKey: ['verdict', id] as const,
    queryFn: ({ signal }) => bodyOf(api.GET('/api/v1/verdicts/{id}', { params: { path: { id } }, signal })),
  });

export const saveRules = (id: string, body: RulesBody) =>
  bodyOf(api.PUT('/api/v1/gateways/{id}/configuration', { params: { path: { id } }, body }));
export const restoreRules = (id: string, version: number) =>
  bodyOf(
    api.POST('/api/v1/gateways/{id}/configuration/versions/{version}/restore', {
      params: { path: { id, version } },
    }),
  );
export const sayVerdict = (id: string, body: VerdictBody) =>
  bodyOf(api.PUT('/api/v1/verdicts/{id}', { params: { path: { id } }, body }));
