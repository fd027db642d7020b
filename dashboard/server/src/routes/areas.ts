import { Type } from 'typebox';
import { Problem } from '../base/problem.ts';
import { type App, FAULTS } from './app.ts';
import { AreaSchema, IndexSchema } from './schemas.ts';
import type { Services } from './services.ts';

/** The tree of areas and the index over it. */
export function areaRoutes(app: App, { areas, index }: Services): void {
  app.get(
    '/api/v1/areas',
    {
      config: { permission: 'read' },
      schema: {
        summary: 'District, streets, communities and grids, parents first',
        tags: ['areas'],
        response: { 200: Type.Object({ items: Type.Array(AreaSchema), next: Type.Null() }), ...FAULTS },
      },
    },
    async () => ({ items: areas.all(), next: null }),
  );

  app.get(
    '/api/v1/index',
    {
      config: { permission: 'read' },
      schema: {
        summary: '平安指数 of every area with what it is made of',
        tags: ['areas'],
        response: { 200: IndexSchema, ...FAULTS },
      },
    },
    async () => {
      const result = index.current();
      if (result === null) throw new Problem('not-ready');
      return result;
    },
  );
}
