import { Type } from 'typebox';
import { type App, callerOf, FAULTS } from '../app.ts';
import { PageOf } from '../schemas.ts';
import type { Services } from '../services.ts';
import {
  IncidentCategorySchema,
  IncidentSchema,
  IncidentsAnswerSchema,
  IncidentsBodySchema,
  IncidentsQuerySchema,
} from './schemas.ts';

const TAGS = ['incidents'];

/** Reported incidents (110, grid, property), never machine alerts. */
export function incidentRoutes(app: App, { incidents }: Services): void {
  app.get(
    '/api/v1/incidents',
    {
      config: { permission: 'read' },
      schema: {
        summary: 'Reported incidents, last occurred first; `area` takes those below it too',
        tags: TAGS,
        querystring: IncidentsQuerySchema,
        response: { 200: PageOf(IncidentSchema), ...FAULTS },
      },
    },
    ({ query }) => incidents.list(query),
  );

  app.get(
    '/api/v1/incidents/categories',
    {
      config: { permission: 'read' },
      schema: {
        summary: 'Kinds of incidents',
        tags: TAGS,
        response: {
          200: Type.Object({ items: Type.Array(IncidentCategorySchema), next: Type.Null() }),
          ...FAULTS,
        },
      },
    },
    async () => ({ items: incidents.categories(), next: null }),
  );

  app.post(
    '/api/v1/incidents',
    {
      config: { permission: 'analyse' },
      schema: {
        summary: 'Takes one report or up to 1,000; idempotent by source and externalId',
        tags: TAGS,
        body: IncidentsBodySchema,
        response: { 200: IncidentsAnswerSchema, ...FAULTS },
      },
    },
    (request) => {
      const reports = Array.isArray(request.body) ? request.body : [request.body];
      return incidents.accept(reports, callerOf(request).user.username);
    },
  );
}
