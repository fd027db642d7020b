import { Type } from 'typebox';
import { DISPOSAL_ACTIONS, type DisposalAction } from '../workflow/disposal.ts';
import { type App, callerOf, FAULTS, found } from './app.ts';
import { decodeCursor, encodeCursor } from './cursor.ts';
import { UuidParamSchema } from './params.ts';
import { presentEvent, presentSteps } from './present.ts';
import { DisposalSchema, EventFullSchema, EventItemSchema, EventsQuerySchema, PageOf } from './schemas.ts';
import type { Services } from './services.ts';

const ACTION_PATHS: Record<DisposalAction, string> = {
  acknowledge: 'acknowledge',
  'false-alarm': 'false',
  close: 'close',
};

/** Alarms: list, one, its picture, and what an operator does with it. */
export function eventRoutes(app: App, services: Services): void {
  const { store, areas, disposal } = services;
  const full = async (id: string) => {
    const row = found(await store.alarms.find(id));
    return { ...presentEvent(row, areas), steps: presentSteps(row, await store.alarms.steps(id)) };
  };

  app.get(
    '/api/v1/events',
    {
      config: { permission: 'read' },
      schema: {
        summary: 'Events, last received first; `since` compares receivedAt',
        tags: ['events'],
        querystring: EventsQuerySchema,
        response: { 200: PageOf(EventItemSchema), ...FAULTS },
      },
    },
    async ({ query }) => {
      const limit = query.limit ?? 50;
      const rows = await store.alarms.list({ ...query, limit: limit + 1, after: decodeCursor(query.cursor) });
      const last = rows[limit - 1];
      return {
        items: rows.slice(0, limit).map((row) => presentEvent(row, areas)),
        next: rows.length > limit && last ? encodeCursor(last) : null,
      };
    },
  );

  app.get(
    '/api/v1/events/:id',
    {
      config: { permission: 'read' },
      schema: {
        summary: 'One event with what was done about it',
        tags: ['events'],
        params: UuidParamSchema,
        response: { 200: EventFullSchema, ...FAULTS },
      },
    },
    ({ params }) => full(params.id),
  );

  app.get(
    '/api/v1/events/:id/snapshot',
    {
      config: { permission: 'read' },
      schema: {
        summary: 'The picture that raised the event (JPEG)',
        tags: ['events'],
        params: UuidParamSchema,
        produces: ['image/jpeg'],
        response: { 200: Type.Unsafe<Buffer>({ type: 'string', format: 'binary' }), ...FAULTS },
      },
    },
    async ({ params }, reply) => {
      const { jpeg, sha256 } = found(await store.alarms.snapshot(params.id));
      return reply
        .type('image/jpeg')
        .header('cache-control', 'private, max-age=86400, immutable')
        .header('etag', `"${sha256}"`)
        .send(jpeg);
    },
  );

  for (const action of DISPOSAL_ACTIONS) {
    app.post(
      `/api/v1/events/:id/${ACTION_PATHS[action]}`,
      {
        config: { permission: 'dispose' },
        schema: {
          summary: `Disposal: ${action}; 409 when the event's state does not allow it`,
          tags: ['events'],
          params: UuidParamSchema,
          body: DisposalSchema,
          response: { 200: EventFullSchema, ...FAULTS },
        },
      },
      async (request) => {
        const { id } = request.params;
        const { user } = callerOf(request);
        await disposal.apply({ alarmId: id, action, actor: user.username, note: request.body.note ?? '' });
        return full(id);
      },
    );
  }
}
