import { Type } from 'typebox';
import { Value } from 'typebox/value';
import { type Drain, openDrain } from './drains.ts';

const TicketSchema = Type.Object({ url: Type.String() });
const CamerasSchema = Type.Object({ items: Type.Array(Type.Object({ id: Type.String() })) });
const StreamsSchema = Type.Object({
  streams: Type.Array(
    Type.Object({
      clip: Type.String(),
      originMs: Type.Number(),
      first: Type.Integer(),
      pictures: Type.Integer(),
      durationMs: Type.Number(),
    }),
  ),
});

type Access = { url: string; cookie: string };
export type Profile = 'main' | 'sub';

/** Ids of the cameras that the centre knows. */
export async function cameraIds({ url, cookie }: Access): Promise<string[]> {
  const answer = await fetch(`${url}/api/v1/cameras?limit=200`, { headers: { cookie } });
  return Value.Parse(CamerasSchema, await answer.json()).items.map(({ id }) => id);
}

/** The address of one viewing, good once. */
export async function ticketUrl({ url, cookie }: Access, id: string, profile: Profile): Promise<string> {
  const answer = await fetch(`${url}/api/v1/cameras/${encodeURIComponent(id)}/live`, {
    method: 'POST',
    headers: { cookie, 'content-type': 'application/json' },
    body: JSON.stringify({ reason: 'maintenance', profile }),
  });
  if (answer.status !== 200) throw new Error(`the centre answered ${answer.status} to a viewing`);
  return `${url.replace('http', 'ws')}${Value.Parse(TicketSchema, await answer.json()).url}`;
}

/** One more viewer of a camera at the centre, who shows nothing. */
export const viewSilently = async (access: Access, id: string, profile: Profile): Promise<Drain> =>
  openDrain(await ticketUrl(access, id, profile));

/** What the simulator's first camera sends of this clip. Throws unless exactly one client plays it. */
export async function scheduleOf(controlUrl: string, clip: string) {
  const answer = await fetch(`${controlUrl}/cameras/0/streams`);
  const { streams } = Value.Parse(StreamsSchema, await answer.json());
  const [stream, ...more] = streams.filter((one) => one.clip === clip);
  if (stream === undefined || more.length > 0)
    throw new Error(`${more.length + (stream ? 1 : 0)} clients play ${clip}, expected one`);
  return stream;
}
