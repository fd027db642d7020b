import multipart, { type MultipartFile } from '@fastify/multipart';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import { Problem } from '../../base/problem.ts';
import { type App, callerOf, FAULTS } from '../app.ts';
import { PageOf, PageQuerySchema } from '../schemas.ts';
import type { Services } from '../services.ts';
import { ImportKindSchema, ImportReportSchema } from './schemas.ts';

const TAGS = ['imports'];
const FILE_LIMIT_BYTES = 20_000_000;
const KindParamSchema = Type.Object({ kind: ImportKindSchema });
const FileSchema = Type.Unsafe<Buffer>({ type: 'string', format: 'binary' });
/** A part of a multipart form; only its documentation is of JSON Schema. */
const FormSchema = Type.Object({
  file: Type.Unsafe<MultipartFile>({ description: 'CSV (UTF-8 or GB 18030) or XLSX', format: 'binary' }),
});

/** Files of incidents, measures and population: upload, templates, reports. */
export function importRoutes(app: App, services: Services): void {
  const { imports } = services;
  app.get(
    '/api/v1/imports',
    {
      config: { permission: 'analyse' },
      schema: {
        summary: 'Reports of imports, newest first',
        tags: TAGS,
        querystring: PageQuerySchema,
        response: { 200: PageOf(ImportReportSchema), ...FAULTS },
      },
    },
    ({ query }) => imports.list(query),
  );

  for (const format of ['csv', 'xlsx'] as const) {
    app.get(
      `/api/v1/imports/:kind/template.${format}`,
      {
        config: { permission: 'analyse' },
        schema: {
          summary: `The columns that an import wants, with an example row (${format})`,
          tags: TAGS,
          params: KindParamSchema,
          response: { 200: FileSchema, ...FAULTS },
        },
      },
      async ({ params }, reply) => {
        const { name, type, bytes } = await imports.template(params.kind, format);
        return reply.type(type).header('content-disposition', `attachment; filename="${name}"`).send(bytes);
      },
    );
  }

  // In a scope of its own: no other route takes forms.
  app.register(async (plain) => {
    await plain.register(multipart, {
      attachFieldsToBody: true,
      limits: {
        files: 1,
        fields: 4,
        parts: 5,
        fileSize: FILE_LIMIT_BYTES,
        fieldSize: 10_000,
        headerPairs: 100,
      },
    });
    uploadRoute(plain.withTypeProvider<TypeBoxTypeProvider>(), services);
  });
}

function uploadRoute(app: App, { imports }: Services): void {
  app.post(
    '/api/v1/imports/:kind',
    {
      config: { permission: 'analyse' },
      bodyLimit: FILE_LIMIT_BYTES,
      schema: {
        summary: 'Imports a file; good rows are kept, bad ones listed with row, column and remedy',
        tags: TAGS,
        consumes: ['multipart/form-data'],
        params: KindParamSchema,
        body: FormSchema,
        response: { 200: ImportReportSchema, ...FAULTS },
      },
    },
    async (request) => {
      const { file } = request.body;
      if (file.type !== 'file') {
        throw new Problem('invalid', {
          field: 'body.file',
          message: 'Send the file as a form part named "file".',
        });
      }
      const actor = callerOf(request).user.username;
      const bytes = await file.toBuffer();
      return imports.run({ kind: request.params.kind, fileName: file.filename, bytes, actor });
    },
  );
}
