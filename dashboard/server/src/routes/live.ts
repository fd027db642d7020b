import { timestamp } from '../base/clock.ts';
import { Problem } from '../base/problem.ts';
import { type App, callerOf, FAULTS, found } from './app.ts';
import { CameraParamSchema, parseDeviceId } from './params.ts';
import { LiveRequestSchema, LiveTicketSchema } from './schemas.ts';
import type { Services } from './services.ts';

/** Permission to watch a camera once; the video itself goes over the WebSocket that the ticket opens. */
export function liveRoutes(app: App, { store, tickets }: Services): void {
  app.post(
    '/api/v1/cameras/:id/live',
    {
      config: { permission: 'watch' },
      schema: {
        summary: 'A ticket for one viewing; it is written into the viewing log with its reason',
        tags: ['live'],
        params: CameraParamSchema,
        body: LiveRequestSchema,
        response: { 200: LiveTicketSchema, ...FAULTS },
      },
    },
    async (request, reply) => {
      const { gatewayId, deviceId } = parseDeviceId(request.params.id);
      const camera = found(await store.cameras.find(gatewayId, deviceId));
      if (camera.gatewayState !== 'online') throw new Problem('camera-unavailable');
      const { reason, eventId, profile } = request.body;
      const identity = callerOf(request);
      const ticket = await tickets.issue({
        identity,
        gatewayId,
        cameraId: deviceId,
        profile,
        reason,
        eventId,
      });
      reply.header('cache-control', 'no-store');
      return { url: `/api/v1/live?ticket=${ticket.token}`, expiresAt: timestamp(ticket.expiresAtMs) };
    },
  );
}
