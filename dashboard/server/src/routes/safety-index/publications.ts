import { type App, callerOf, FAULTS, found } from '../app.ts';
import { UuidParamSchema } from '../params.ts';
import { PageOf } from '../schemas.ts';
import type { Services } from '../services.ts';
import {
  ComputeBodySchema,
  EditTextSchema,
  PublicationHeadSchema,
  PublicationQuerySchema,
  PublicationSchema,
  PublicationsQuerySchema,
} from './schemas.ts';

const TAGS = ['safety-index'];

/** Publications of the index: computed, edited, submitted by one person and approved by another. */
export function publicationRoutes(app: App, { publications }: Services): void {
  app.get(
    '/api/v1/index/publications',
    {
      config: { permission: 'read' },
      schema: {
        summary: 'Publications, newest period first, then highest version',
        tags: TAGS,
        querystring: PublicationsQuerySchema,
        response: { 200: PageOf(PublicationHeadSchema), ...FAULTS },
      },
    },
    ({ query }) => publications.list(query),
  );

  app.post(
    '/api/v1/index/publications',
    {
      config: { permission: 'analyse' },
      schema: {
        summary: 'Computes a new version of a period, as a draft',
        tags: TAGS,
        body: ComputeBodySchema,
        response: { 201: PublicationHeadSchema, ...FAULTS },
      },
    },
    async (request, reply) => {
      const actor = callerOf(request).user.username;
      return reply.code(201).send(await publications.compute(request.body.period, actor));
    },
  );

  app.get(
    '/api/v1/index/publications/:id',
    {
      config: { permission: 'read' },
      schema: {
        summary: 'One publication; `level` or `area` (with those right below it) give a part of its areas',
        tags: TAGS,
        params: UuidParamSchema,
        querystring: PublicationQuerySchema,
        response: { 200: PublicationSchema, ...FAULTS },
      },
    },
    async ({ params, query }) => found(await publications.find(params.id, query)),
  );

  app.patch(
    '/api/v1/index/publications/:id',
    {
      config: { permission: 'analyse' },
      schema: {
        summary: 'Edits the text of a draft',
        tags: TAGS,
        params: UuidParamSchema,
        body: EditTextSchema,
        response: { 200: PublicationHeadSchema, ...FAULTS },
      },
    },
    (request) => publications.edit(request.params.id, request.body.text, callerOf(request).user.username),
  );

  app.post(
    '/api/v1/index/publications/:id/submit',
    {
      config: { permission: 'analyse' },
      schema: {
        summary: 'Hands a draft in for approval',
        tags: TAGS,
        params: UuidParamSchema,
        response: { 200: PublicationHeadSchema, ...FAULTS },
      },
    },
    (request) => publications.submit(request.params.id, callerOf(request).user.username),
  );

  app.post(
    '/api/v1/index/publications/:id/approve',
    {
      config: { permission: 'approve' },
      schema: {
        summary: 'Publishes; refused to the author and to the last editor',
        tags: TAGS,
        params: UuidParamSchema,
        response: { 200: PublicationHeadSchema, ...FAULTS },
      },
    },
    (request) => publications.approve(request.params.id, callerOf(request).user.username),
  );
}
