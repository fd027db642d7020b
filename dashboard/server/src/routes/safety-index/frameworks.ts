import { type App, callerOf, FAULTS, found } from '../app.ts';
import { UuidParamSchema } from '../params.ts';
import { PageOf, PageQuerySchema } from '../schemas.ts';
import type { Services } from '../services.ts';
import { FrameworkBodySchema, FrameworkHeadSchema, FrameworkSchema, PreviewSchema } from './schemas.ts';

const TAGS = ['safety-index'];

/** Frameworks of the index: versions that one person drafts and another approves. */
export function frameworkRoutes(app: App, { frameworks }: Services): void {
  app.get(
    '/api/v1/index/frameworks',
    {
      config: { permission: 'read' },
      schema: {
        summary: 'Versions of the framework, newest first',
        tags: TAGS,
        querystring: PageQuerySchema,
        response: { 200: PageOf(FrameworkHeadSchema), ...FAULTS },
      },
    },
    ({ query }) => frameworks.list(query),
  );

  app.get(
    '/api/v1/index/frameworks/:id',
    {
      config: { permission: 'read' },
      schema: {
        summary: 'One version with its text',
        tags: TAGS,
        params: UuidParamSchema,
        response: { 200: FrameworkSchema, ...FAULTS },
      },
    },
    async ({ params }) => found(await frameworks.find(params.id)),
  );

  app.post(
    '/api/v1/index/frameworks',
    {
      config: { permission: 'analyse' },
      schema: {
        summary: 'Keeps a new version as a draft; every problem is named with its path',
        tags: TAGS,
        body: FrameworkBodySchema,
        response: { 201: FrameworkSchema, ...FAULTS },
      },
    },
    async (request, reply) => {
      const actor = callerOf(request).user.username;
      return reply.code(201).send(await frameworks.add(request.body.yaml, actor));
    },
  );

  app.post(
    '/api/v1/index/frameworks/preview',
    {
      config: { permission: 'analyse' },
      schema: {
        summary: 'What a framework would say of the newest publication’s inputs; nothing is kept',
        tags: TAGS,
        body: FrameworkBodySchema,
        response: { 200: PreviewSchema, ...FAULTS },
      },
    },
    ({ body }) => frameworks.preview(body.yaml),
  );

  app.post(
    '/api/v1/index/frameworks/:id/submit',
    {
      config: { permission: 'analyse' },
      schema: {
        summary: 'Hands a draft in for approval',
        tags: TAGS,
        params: UuidParamSchema,
        response: { 200: FrameworkHeadSchema, ...FAULTS },
      },
    },
    (request) => frameworks.submit(request.params.id, callerOf(request).user.username),
  );

  app.post(
    '/api/v1/index/frameworks/:id/approve',
    {
      config: { permission: 'approve' },
      schema: {
        summary: 'Makes a version the one in force; refused to its author',
        tags: TAGS,
        params: UuidParamSchema,
        response: { 200: FrameworkHeadSchema, ...FAULTS },
      },
    },
    (request) => frameworks.approve(request.params.id, callerOf(request).user.username),
  );
}
