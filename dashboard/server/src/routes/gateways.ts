import { GatewayIdSchema } from '@pingan/models/contract';
import { Type } from 'typebox';
import { type App, callerOf, FAULTS, found } from './app.ts';
import { decodeKeyCursor, encodeKeyCursor } from './cursor.ts';
import { GatewayParamSchema } from './params.ts';
import { presentConfiguration, presentGateway } from './present.ts';
import {
  GatewayConfigurationSchema,
  GatewayItemSchema,
  PageOf,
  PageQuerySchema,
  RulesBodySchema,
} from './schemas.ts';
import type { Services } from './services.ts';

const NewGatewaySchema = Type.Object(
  {
    id: GatewayIdSchema,
    name: Type.String({ minLength: 1, maxLength: 128 }),
    area: Type.Optional(Type.String({ maxLength: 32, description: 'code of the grid it stands in' })),
  },
  { additionalProperties: false },
);

/** What a gateway needs to reach the centre. The token is shown this once. */
const CredentialsSchema = Type.Object({
  gatewayId: Type.String(),
  token: Type.String(),
  brokerUrl: Type.String(),
  mediaUrl: Type.String(),
  commandPublicKey: Type.String(),
});

/** Gateways: list, enrolment, rules. */
export function gatewayRoutes(app: App, services: Services): void {
  const { store, areas, fleet, rules } = services;

  app.get(
    '/api/v1/gateways',
    {
      config: { permission: 'read' },
      schema: {
        summary: 'Gateways with their state',
        tags: ['gateways'],
        querystring: PageQuerySchema,
        response: { 200: PageOf(GatewayItemSchema), ...FAULTS },
      },
    },
    async ({ query: { limit = 50, cursor } }) => {
      const rows = await store.gateways.list({ limit: limit + 1, after: decodeKeyCursor(cursor) });
      const items = rows.slice(0, limit).map((row) => presentGateway(row, areas));
      const last = items.at(-1);
      return { items, next: rows.length > limit && last ? encodeKeyCursor(last.id) : null };
    },
  );

  app.post(
    '/api/v1/gateways',
    {
      config: { permission: 'configure' },
      schema: {
        summary: 'Enrols a gateway; the answer is the only time its token is shown',
        tags: ['gateways'],
        body: NewGatewaySchema,
        response: { 201: CredentialsSchema, ...FAULTS },
      },
    },
    async (request, reply) => {
      const { id, name, area } = request.body;
      const actor = callerOf(request).user.username;
      const credentials = await fleet.addGateway({ id, name, areaCode: area ?? null, actor });
      return reply.code(201).header('cache-control', 'no-store').send(credentials);
    },
  );

  app.get(
    '/api/v1/gateways/:id/configuration',
    {
      config: { permission: 'read' },
      schema: {
        summary: 'What a gateway should do and what it applied',
        tags: ['gateways'],
        params: GatewayParamSchema,
        response: { 200: GatewayConfigurationSchema, ...FAULTS },
      },
    },
    async ({ params }) => presentConfiguration(found(await store.configurations.find(params.id))),
  );

  app.put(
    '/api/v1/gateways/:id/configuration',
    {
      config: { permission: 'configure' },
      schema: {
        summary: 'Sets the rules of a gateway: signed and sent at once, or when it is back',
        tags: ['gateways'],
        params: GatewayParamSchema,
        body: RulesBodySchema,
        response: { 200: GatewayConfigurationSchema, ...FAULTS },
      },
    },
    async (request) => {
      const actor = callerOf(request).user.username;
      const { rules: changed, baseVersion } = request.body;
      await rules.desk.set({ gatewayId: request.params.id, rules: changed, actor, baseVersion });
      return presentConfiguration(found(await store.configurations.find(request.params.id)));
    },
  );
}
