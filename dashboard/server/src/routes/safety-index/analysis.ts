import { Type } from 'typebox';
import { type App, FAULTS, found } from '../app.ts';
import { UuidParamSchema } from '../params.ts';
import type { Services } from '../services.ts';
import {
  DecompositionQuerySchema,
  DecompositionSchema,
  IndicatorSheetSchema,
  SensitivityQuerySchema,
  SensitivitySchema,
  TrendQuerySchema,
  TrendSchema,
} from './schemas.ts';

const TAGS = ['safety-index'];
const FileSchema = Type.Unsafe<Buffer>({ type: 'string', format: 'binary' });

/** What can be asked about publications: why a score changed, how certain ranks are, what indicators mean; and files of them. */
export function analysisRoutes(app: App, { publications, analysis }: Services): void {
  app.get(
    '/api/v1/index/trend',
    {
      config: { permission: 'read' },
      schema: {
        summary: 'Scores of one area over periods, oldest first; `provisional` until published',
        tags: TAGS,
        querystring: TrendQuerySchema,
        response: { 200: TrendSchema, ...FAULTS },
      },
    },
    ({ query }) => analysis.trend(query.area, query.kind, query.limit ?? 60),
  );

  app.get(
    '/api/v1/index/decomposition',
    {
      config: { permission: 'read' },
      schema: {
        summary: 'Exact parts of the difference between two publications of an area, or two areas',
        tags: TAGS,
        querystring: DecompositionQuerySchema,
        response: { 200: DecompositionSchema, ...FAULTS },
      },
    },
    ({ query }) => analysis.decompose(query),
  );

  app.get(
    '/api/v1/index/publications/:id/sensitivity',
    {
      config: { permission: 'analyse' },
      schema: {
        summary: 'How certain the ranks of one level are; kept with the publication',
        tags: TAGS,
        params: UuidParamSchema,
        querystring: SensitivityQuerySchema,
        response: { 200: SensitivitySchema, ...FAULTS },
      },
    },
    ({ params, query: { level, runs = 1000, seed = 1 } }) =>
      analysis.sensitivity(params.id, { level, runs, seed }),
  );

  app.get(
    '/api/v1/index/publications/:id/sheet',
    {
      config: { permission: 'read' },
      schema: {
        summary: 'What each indicator means, and for how many areas it is known',
        tags: TAGS,
        params: UuidParamSchema,
        response: {
          200: Type.Object({ items: Type.Array(IndicatorSheetSchema), next: Type.Null() }),
          ...FAULTS,
        },
      },
    },
    async ({ params }) => ({ items: await analysis.sheets(params.id), next: null }),
  );

  for (const [format, type] of [
    ['xlsx', 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'],
    ['pdf', 'application/pdf'],
  ] as const) {
    app.get(
      `/api/v1/index/publications/:id/export.${format}`,
      {
        config: { permission: 'read' },
        schema: {
          summary: `The publication as a file (${format})`,
          tags: TAGS,
          params: UuidParamSchema,
          produces: [type],
          response: { 200: FileSchema, ...FAULTS },
        },
      },
      async ({ params }, reply) => {
        const { name, bytes } = found(await publications.exportAs(params.id, format));
        return reply.type(type).header('content-disposition', `attachment; filename="${name}"`).send(bytes);
      },
    );
  }
}
