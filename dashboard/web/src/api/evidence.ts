import { queryOptions } from '@tanstack/react-query';
import { api, bodyOf } from './client.ts';
import type { Read } from './types.ts';

export type EventEvidence = Read<'/api/v1/events/{id}/evidence'>;
export type KeptEvidence = NonNullable<EventEvidence['evidence']>;
export type EvidenceClip = NonNullable<KeptEvidence['clip']>;

/** While something is on its way it is looked at often; else now and then, for a gateway may send by itself. */
const BUSY_MS = 1500;
const IDLE_MS = 15_000;

export const evidenceQuery = (eventId: string) =>
  queryOptions({
    queryKey: ['evidence', eventId] as const,
    queryFn: ({ signal }): Promise<EventEvidence> =>
      bodyOf(api.GET('/api/v1/events/{id}/evidence', { params: { path: { id: eventId } }, signal })),
    refetchInterval: ({ state: { data } }) => {
      if (data?.state === 'stored') return false;
      return data?.state === 'asked' || data?.state === 'receiving' ? BUSY_MS : IDLE_MS;
    },
  });

/** Asks the gateway for the evidence of an event. */
export const requestEvidence = (eventId: string): Promise<EventEvidence> =>
  bodyOf(api.POST('/api/v1/events/{id}/evidence', { params: { path: { id: eventId } } }));

/** Address of a file of evidence, to be shown or saved. Every look is logged. */
export const evidenceUrl = ({ filesUrl }: KeptEvidence, name: string, isDownload = false): string =>
  `${filesUrl}/${name}${isDownload ? '?download=1' : ''}`;
