import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import type { App } from '../routes/app.ts';
import {
  AreaResultSchema,
  DecompositionSchema,
  FrameworkHeadSchema,
  FrameworkSchema,
  ImportReportSchema,
  IncidentCategorySchema,
  IncidentSchema,
  IndicatorSheetSchema,
  NodeScoreSchema,
  PreviewSchema,
  PublicationHeadSchema,
  PublicationSchema,
  RedStepSchema,
  SensitivitySchema,
  TrendSchema,
  UserItemSchema,
} from '../routes/safety-index/schemas.ts';
import {
  AreaSchema,
  CameraItemSchema,
  EventFullSchema,
  EventItemSchema,
  GatewayConfigurationSchema,
  GatewayItemSchema,
  IndexAreaSchema,
  IndexSchema,
  LiveTicketSchema,
  ProblemSchema,
  SensorItemSchema,
  SessionSchema,
  UserSchema,
} from '../routes/schemas.ts';

/** Named once in the document, so that generated clients have types of these names. */
const SCHEMAS = {
  Area: AreaSchema,
  CameraItem: CameraItemSchema,
  EventFull: EventFullSchema,
  EventItem: EventItemSchema,
  GatewayConfiguration: GatewayConfigurationSchema,
  GatewayItem: GatewayItemSchema,
  Index: IndexSchema,
  IndexArea: IndexAreaSchema,
  LiveTicket: LiveTicketSchema,
  Problem: ProblemSchema,
  SensorItem: SensorItemSchema,
  Session: SessionSchema,
  User: UserSchema,
  AreaResult: AreaResultSchema,
  Decomposition: DecompositionSchema,
  Framework: FrameworkSchema,
  FrameworkHead: FrameworkHeadSchema,
  ImportReport: ImportReportSchema,
  Incident: IncidentSchema,
  IncidentCategory: IncidentCategorySchema,
  IndicatorSheet: IndicatorSheetSchema,
  NodeScore: NodeScoreSchema,
  Preview: PreviewSchema,
  Publication: PublicationSchema,
  PublicationHead: PublicationHeadSchema,
  RedStep: RedStepSchema,
  Sensitivity: SensitivitySchema,
  Trend: TrendSchema,
  UserItem: UserItemSchema,
};

const plainSchemas = (): Record<string, object> => JSON.parse(JSON.stringify(SCHEMAS));

/** Collects the OpenAPI 3.1 document; must be registered before the routes. */
export async function collectDocs(app: App): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: '平安边缘网关 · Pingan Edge: dashboard',
        version: '1',
        description:
          'State by REST, changes by server-sent events, video by WebSocket. Sign in sets a cookie.',
        license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      },
      tags: [
        'session',
        'events',
        'cameras',
        'sensors',
        'gateways',
        'areas',
        'safety-index',
        'imports',
        'incidents',
        'users',
        'live',
        'stream',
        'operations',
      ].map((name) => ({ name })),
      components: {
        schemas: plainSchemas(),
        securitySchemes: { session: { type: 'apiKey', in: 'cookie', name: 'pingan_session' } },
      },
    },
  });
}

/** The document and a page to read and try it, from this server alone. */
export async function serveDocs(app: App): Promise<void> {
  app.get('/api/openapi.json', { config: { permission: 'public' }, schema: { hide: true } }, async () =>
    app.swagger(),
  );
  await app.register(swaggerUi, {
    routePrefix: '/api/docs',
    staticCSP: true,
    transformStaticCSP: () =>
      "default-src 'self'; img-src 'self' data:; object-src 'none'; frame-ancestors 'none'; base-uri 'self'",
    uiConfig: { validatorUrl: null },
  });
}
