/** Every call of the REST interface that the screens make. */
import { api, bodyOf, doneOf } from './client.ts';
import type { EventFilter, EventFull, LiveRequest } from './types.ts';

export type Disposal = 'acknowledge' | 'false' | 'close';
type PageQuery = { limit: number; cursor?: string };

export const login = (username: string, password: string) =>
  bodyOf(api.POST('/api/v1/session', { body: { username, password } }));
export const readSession = (signal: AbortSignal) => bodyOf(api.GET('/api/v1/session', { signal }));
export const logout = () => doneOf(api.DELETE('/api/v1/session'));

export const listEvents = (query: PageQuery & EventFilter & { since?: string }, signal: AbortSignal) =>
  bodyOf(api.GET('/api/v1/events', { params: { query }, signal }));
export const readEvent = (id: string, signal: AbortSignal) =>
  bodyOf(api.GET('/api/v1/events/{id}', { params: { path: { id } }, signal }));

/** Acknowledges, marks as false alarm or closes; the answer is the event as it then is. */
export function disposeOf(id: string, disposal: Disposal, note?: string): Promise<EventFull> {
  const options = { params: { path: { id } }, body: note === undefined || note === '' ? {} : { note } };
  switch (disposal) {
    case 'acknowledge':
      return bodyOf(api.POST('/api/v1/events/{id}/acknowledge', options));
    case 'false':
      return bodyOf(api.POST('/api/v1/events/{id}/false', options));
    case 'close':
      return bodyOf(api.POST('/api/v1/events/{id}/close', options));
  }
}

export const listCameras = (query: PageQuery, signal: AbortSignal) =>
  bodyOf(api.GET('/api/v1/cameras', { params: { query }, signal }));
export const listSensors = (query: PageQuery, signal: AbortSignal) =>
  bodyOf(api.GET('/api/v1/sensors', { params: { query }, signal }));
export const listGateways = (query: PageQuery, signal: AbortSignal) =>
  bodyOf(api.GET('/api/v1/gateways', { params: { query }, signal }));
export const readIndex = (signal: AbortSignal) => bodyOf(api.GET('/api/v1/index', { signal }));

export const requestLive = (id: string, body: LiveRequest, signal: AbortSignal) =>
  bodyOf(api.POST('/api/v1/cameras/{id}/live', { params: { path: { id } }, body, signal }));
