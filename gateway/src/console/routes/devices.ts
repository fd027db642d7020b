import type { CameraRoster, RosterDevice } from '../../pipeline-roster.ts';
import { isFilter, pageOf, viewOf } from '../device-view.ts';
import {
  type CredentialList,
  CredentialsSchema,
  type DevicePage,
  ManualSchema,
  NotesSchema,
  ScanSchema,
} from '../interface.ts';
import { RefusalError } from '../request.ts';
import { type Call, type Route, route, routeWithBody } from '../router.ts';

const MAX_PAGE_SIZE = 100;
const MAX_PAGE = 1000;

/** A whole number of the query. Throws a RefusalError when it is none within 0..most. */
function numberOf(
  query: URLSearchParams,
  name: string,
  { usual, most }: { usual: number; most: number },
): number {
  const text = query.get(name);
  if (text === null) return usual;
  const value = Number(text);
  if (!/^\d{1,4}$/.test(text) || value > most) {
    throw new RefusalError(400, 'not-valid', `${name}: a whole number from 0 to ${most}`);
  }
  return value;
}

const idOf = ({ parameters }: Pick<Call<unknown>, 'parameters'>) => parameters.get('id') ?? '';

/** Finding, adding, letting in, describing and removing cameras. */
export function deviceRoutes(roster: CameraRoster): Route[] {
  const device = (found: RosterDevice | undefined) => {
    if (!found) throw new RefusalError(404, 'not-found', 'there is no such camera: it may have been removed');
    return { json: viewOf(found) };
  };
  const list = ({ query }: Call<undefined>) => {
    const filter = query.get('filter') ?? 'all';
    if (!isFilter(filter)) throw new RefusalError(400, 'not-valid', 'filter: is none of those known');
    const page = numberOf(query, 'page', { usual: 0, most: MAX_PAGE });
    const size = Math.max(1, numberOf(query, 'size', { usual: 20, most: MAX_PAGE_SIZE }));
    const withIds = query.get('ids') === '1';
    const request = { filter, page, size, withIds };
    const json: DevicePage = { ...pageOf(roster.devices(), request), scan: roster.scanState };
    return { json };
  };
  const credentials = (): CredentialList => ({
    sets: roster.credentialSets().map((set) => ({
      ...set,
      deviceName: set.group.kind === 'device' ? (roster.find(set.group.id)?.name ?? null) : null,
    })),
  });
  return [
    route(['GET', '/api/devices', 'paired'], list),
    routeWithBody(['POST', '/api/devices', 'paired'], ManualSchema, async ({ body, signal }) => ({
      status: 201,
      json: viewOf(await roster.addManual(body, signal)),
    })),
    route(['GET', '/api/devices/:id', 'paired'], (call) => device(roster.find(idOf(call)))),
    routeWithBody(['PATCH', '/api/devices/:id', 'paired'], NotesSchema, (call) => {
      roster.describe(idOf(call), call.body);
      return device(roster.find(idOf(call)));
    }),
    route(['DELETE', '/api/devices/:id', 'paired'], async (call) => {
      await roster.remove(idOf(call));
      return { status: 204, empty: true };
    }),
    route(['POST', '/api/devices/:id/accept', 'paired'], (call) => {
      roster.acceptIdentity(idOf(call));
      return device(roster.find(idOf(call)));
    }),
    route(['POST', '/api/devices/:id/try', 'paired'], async (call) =>
      device(await roster.tryAgain(idOf(call), call.signal)),
    ),
    route(['POST', '/api/devices/:id/clock', 'paired'], async (call) =>
      device(await roster.setClock(idOf(call), call.signal)),
    ),
    routeWithBody(['POST', '/api/scan', 'paired'], ScanSchema, ({ body }) => {
      roster.scan(body);
      return { status: 202, json: roster.scanState };
    }),
    route(['DELETE', '/api/scan', 'paired'], async () => {
      await roster.cancelScan();
      return { json: roster.scanState };
    }),
    route(['GET', '/api/credentials', 'paired'], () => ({ json: credentials() })),
    routeWithBody(['POST', '/api/credentials', 'paired'], CredentialsSchema, ({ body }) => {
      const { group, username, password } = body;
      roster.setCredentials(group, { username, password });
      return { status: 201, json: credentials() };
    }),
    route(['DELETE', '/api/credentials/:id', 'paired'], (call) => {
      roster.removeCredentials(idOf(call));
      return { json: credentials() };
    }),
  ];
}
