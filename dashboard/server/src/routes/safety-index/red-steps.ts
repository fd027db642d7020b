import { Type } from 'typebox';
import { type App, callerOf, FAULTS } from '../app.ts';
import { UuidParamSchema } from '../params.ts';
import { PageOf, PageQuerySchema } from '../schemas.ts';
import type { Services } from '../services.ts';
import { RedStepDoneSchema, RedStepSchema } from './schemas.ts';

const TAGS = ['safety-index'];
const QuerySchema = Type.Object({
  ...PageQuerySchema.properties,
  state: Type.Optional(Type.Enum(['open', 'done'])),
});

/** What follows when an area stays in the worst band: notice, interview … */
export function redStepRoutes(app: App, { redSteps }: Services): void {
  app.get(
    '/api/v1/index/red-steps',
    {
      config: { permission: 'read' },
      schema: {
        summary: 'Steps after published periods in the worst band, newest first',
        tags: TAGS,
        querystring: QuerySchema,
        response: { 200: PageOf(RedStepSchema), ...FAULTS },
      },
    },
    ({ query }) => redSteps.list(query),
  );

  app.post(
    '/api/v1/index/red-steps/:id/done',
    {
      config: { permission: 'analyse' },
      schema: {
        summary: 'Notes that a step was taken',
        tags: TAGS,
        params: UuidParamSchema,
        body: RedStepDoneSchema,
        response: { 200: RedStepSchema, ...FAULTS },
      },
    },
    (request) =>
      redSteps.finish(request.params.id, { note: request.body.note, actor: callerOf(request).user.username }),
  );
}
