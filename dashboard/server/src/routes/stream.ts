import { Type } from 'typebox';
import { Problem } from '../base/problem.ts';
import { type App, callerOf, FAULTS } from './app.ts';
import type { Services } from './services.ts';

const StreamHeadersSchema = Type.Object({ 'last-event-id': Type.Optional(Type.String({ maxLength: 32 })) });
const StreamQuerySchema = Type.Object({ lastEventId: Type.Optional(Type.String({ maxLength: 32 })) });

function positionOf(text: string | undefined): number | undefined {
  if (text === undefined || text === '') return undefined;
  const position = Number(text);
  if (Number.isSafeInteger(position) && position >= 0) return position;
  throw new Problem('invalid', {
    field: 'Last-Event-ID',
    message: 'Last-Event-ID must be a number that we sent.',
  });
}

/**
 * Changes as they happen: server-sent events with replay. `id:` is a growing number; a client that sends it back as Last-Event-ID gets
 * what it missed. `event` carries an EventItem, `camera` a CameraItem, `sensor` a SensorItem, `gateway` a GatewayItem, `index`
 * {computedAt}; `reset` {} means that too much was missed: read the lists again.
 */
export function streamRoutes(app: App, { hub }: Services): void {
  app.get(
    '/api/v1/stream',
    {
      config: { permission: 'read' },
      schema: {
        summary:
          'Server-sent events: event, camera, sensor, gateway, index, reset; replays after Last-Event-ID',
        tags: ['stream'],
        headers: StreamHeadersSchema,
        querystring: StreamQuerySchema,
        produces: ['text/event-stream'],
        response: { 200: Type.String(), ...FAULTS },
      },
    },
    async (request, reply) => {
      const after = positionOf(request.headers['last-event-id'] ?? request.query.lastEventId);
      const identity = callerOf(request);
      hub.assertRoom();
      reply.hijack();
      for (const [name, value] of Object.entries(reply.getHeaders())) {
        if (value !== undefined) reply.raw.setHeader(name, value);
      }
      reply.raw.writeHead(200, {
        'content-type': 'text/event-stream; charset=utf-8',
        'cache-control': 'no-cache, no-transform',
        'x-accel-buffering': 'no',
      });
      hub.attach({ response: reply.raw, after, sessionHash: identity.sessionHash });
    },
  );
}
