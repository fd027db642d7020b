import { type Static, type TSchema, Type } from 'typebox';
import { Value } from 'typebox/value';
import { CameraItemSchema, EventItemSchema, PageOf } from '../../dashboard/server/src/routes/schemas.ts';
import { ADMIN_PASSWORD } from './running-demo.ts';

type Camera = Static<typeof CameraItemSchema>;
type Event = Static<typeof EventItemSchema>;

export type CentreClient = {
  events(query?: string): Promise<Event[]>;
  cameras(): Promise<Camera[]>;
  get(path: string): Promise<Response>;
};

/** Signs in at a running centre; every answer is checked against the schema of the interface. */
export async function signIn(url: string): Promise<CentreClient> {
  const session = await fetch(`${url}/api/v1/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ username: 'admin', password: ADMIN_PASSWORD }),
  });
  if (session.status !== 200) throw new Error(`the sign-in answered ${session.status}`);
  const cookie = session.headers.get('set-cookie')?.split(';')[0] ?? '';
  const get = (path: string) => fetch(`${url}${path}`, { headers: { cookie } });
  const list = async <S extends TSchema>(path: string, item: S): Promise<Static<S>[]> => {
    const page: unknown = await (await get(path)).json();
    return Value.Parse(Type.Array(item), Value.Parse(PageOf(Type.Unknown()), page).items);
  };
  return {
    get,
    events: (query = '') => list(`/api/v1/events?limit=200${query}`, EventItemSchema),
    cameras: () => list('/api/v1/cameras?limit=200', CameraItemSchema),
  };
}
