/** What the REST interface says, as the screens use it: names for parts of the generated types. */
import type { paths } from './schema.generated.ts';

/** As the client gives bodies back: it turns pairs into plain arrays. */
type Plain<T> = T extends (infer E)[] ? Plain<E>[] : T extends object ? { [K in keyof T]: Plain<T[K]> } : T;
export type Read<P extends keyof paths> = paths[P] extends {
  get: { responses: { 200: { content: { 'application/json': infer Body } } } };
}
  ? Plain<Body>
  : never;
export type ItemOf<P extends keyof paths> = Read<P> extends { items: (infer Item)[] } ? Item : never;

export type EventItem = ItemOf<'/api/v1/events'>;
export type EventFull = Read<'/api/v1/events/{id}'>;
export type CameraItem = ItemOf<'/api/v1/cameras'>;
export type SensorItem = ItemOf<'/api/v1/sensors'>;
export type GatewayItem = ItemOf<'/api/v1/gateways'>;
export type IndexResult = Read<'/api/v1/index'>;
export type IndexArea = IndexResult['areas'][number];
export type Session = Read<'/api/v1/session'>;
export type Problem = { code: string; message: string; field?: string };
export type LiveTicket =
  paths['/api/v1/cameras/{id}/live']['post']['responses'][200]['content']['application/json'];
export type LiveRequest =
  paths['/api/v1/cameras/{id}/live']['post']['requestBody']['content']['application/json'];
export type EventState = EventItem['state'];
export type EventType = EventItem['type'];
export type Severity = 1 | 2 | 3 | 4;
/** What the list of events can be narrowed to. */
export type EventFilter = { state?: EventState; type?: EventType; severity?: Severity };
export type AreaLevel = IndexArea['level'];
export type IndexIndicator = IndexArea['indicators'][number];
export type Bilingual = EventItem['typeName'];
export type Page<T> = { items: T[]; next: string | null };
