import { Type } from 'typebox';
import { type App, callerOf, FAULTS } from '../app.ts';
import { UuidParamSchema } from '../params.ts';
import type { Services } from '../services.ts';
import { NewUserSchema, UserItemSchema } from './schemas.ts';

const TAGS = ['users'];

/** Who may sign in. There are few: the list is not paged. */
export function userRoutes(app: App, { users }: Services): void {
  app.get(
    '/api/v1/users',
    {
      config: { permission: 'configure' },
      schema: {
        summary: 'Users by name',
        tags: TAGS,
        response: { 200: Type.Object({ items: Type.Array(UserItemSchema), next: Type.Null() }), ...FAULTS },
      },
    },
    async () => ({ items: await users.list(), next: null }),
  );

  app.post(
    '/api/v1/users',
    {
      config: { permission: 'configure' },
      schema: {
        summary: 'Adds a user',
        tags: TAGS,
        body: NewUserSchema,
        response: { 201: UserItemSchema, ...FAULTS },
      },
    },
    async (request, reply) => {
      const actor = callerOf(request).user.username;
      return reply.code(201).send(await users.add({ ...request.body, actor }));
    },
  );

  app.post(
    '/api/v1/users/:id/disable',
    {
      config: { permission: 'configure' },
      schema: {
        summary: 'Ends a user’s sessions and refuses new ones; never one’s own',
        tags: TAGS,
        params: UuidParamSchema,
        response: { 200: UserItemSchema, ...FAULTS },
      },
    },
    (request) => users.disable(request.params.id, callerOf(request).user.username),
  );
}
