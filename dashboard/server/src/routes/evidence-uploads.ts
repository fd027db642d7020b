import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import {
  EvidenceFileNameSchema,
  EvidenceUploadRequestSchema,
  EvidenceUploadStateSchema,
  UuidSchema,
} from '@pingan/models/contract';
import { Type } from 'typebox';
import { Problem } from '../base/problem.ts';
import { OffsetError, OverflowError } from '../evidence/evidence-files.ts';
import type { UploadOpener } from '../evidence/intake.ts';
import { type App, FAULTS } from './app.ts';
import type { Services } from './services.ts';

const UploadParamSchema = Type.Object({ id: UuidSchema });
const FileParamSchema = Type.Object({ id: UuidSchema, name: EvidenceFileNameSchema });
const OffsetSchema = Type.Object({ offset: Type.Integer({ minimum: 0 }) });
const RANGE = /^bytes (\d{1,12})-(\d{1,12})\/(\d{1,12})$/;
/** Of one request; a gateway sends half a megabyte at a time. */
const PIECE_LIMIT_BYTES = 16 * 1024 * 1024;

const tokenOf = (authorization: string | undefined) =>
  /^Bearer ([\w-]{32,128})$/.exec(authorization ?? '')?.[1] ?? '';

/** A ticket, or a gateway's own credentials. Throws `upload-refused` when it is neither. */
function openerOf(authorization: string | undefined): UploadOpener {
  const ticket = tokenOf(authorization);
  if (ticket !== '') return { kind: 'ticket', ticket };
  const encoded = /^Basic ([\w+/=-]{4,1000})$/.exec(authorization ?? '')?.[1];
  const text = encoded === undefined ? '' : Buffer.from(encoded, 'base64').toString();
  const colon = text.indexOf(':');
  if (colon < 1) throw new Problem('upload-refused');
  return { kind: 'gateway', gatewayId: text.slice(0, colon), token: text.slice(colon + 1) };
}

/** First byte of a `Content-Range`. Throws `invalid`. */
function offsetOf(range: string | undefined): number {
  const match = RANGE.exec(range ?? '');
  const [from, to] = [Number(match?.[1]), Number(match?.[2])];
  if (match === null || to < from || to - from >= PIECE_LIMIT_BYTES) {
    throw new Problem('invalid', {
      field: 'header.content-range',
      message: `Content-Range must be "bytes <from>-<to>/<total>" with at most ${PIECE_LIMIT_BYTES} bytes.`,
    });
  }
  return from;
}

/** Where gateways bring evidence. Opened by a ticket or the gateway's credentials, never by a session. */
export function evidenceUploadRoutes(app: App, { evidence: { intake } }: Services): void {
  app.post(
    '/api/v1/evidence/uploads',
    {
      config: { permission: 'public' },
      schema: {
        summary: 'A gateway declares evidence: the signed manifest, before any file',
        tags: ['evidence'],
        body: EvidenceUploadRequestSchema,
        response: { 200: EvidenceUploadStateSchema, ...FAULTS },
      },
    },
    (request) => intake.open(request.body, openerOf(request.headers.authorization)),
  );

  app.head(
    '/api/v1/evidence/uploads/:id/files/:name',
    {
      config: { permission: 'public' },
      schema: {
        summary: 'How many bytes of a file have come: header Upload-Offset',
        tags: ['evidence'],
        params: FileParamSchema,
        response: { 200: Type.Null(), ...FAULTS },
      },
    },
    async ({ params, headers }, reply) => {
      const offset = await intake.offset(params.id, tokenOf(headers.authorization), params.name);
      return reply.header('upload-offset', offset).header('cache-control', 'no-store').send(null);
    },
  );

  app.post(
    '/api/v1/evidence/uploads/:id/finish',
    {
      config: { permission: 'public' },
      schema: {
        summary: 'Everything is sent: checked against the manifest and kept; 422 when a file is another',
        tags: ['evidence'],
        params: UploadParamSchema,
        response: { 200: Type.Object({ stored: Type.Literal(true) }), ...FAULTS },
      },
    },
    async ({ params, headers }) => {
      await intake.finish(params.id, tokenOf(headers.authorization));
      return { stored: true as const };
    },
  );

  // A scope of its own: raw bytes are taken here and nowhere else.
  app.register(async (scope) => {
    scope.addContentTypeParser('application/octet-stream', (_request, payload, done) => done(null, payload));
    scope.withTypeProvider<TypeBoxTypeProvider>().put(
      '/api/v1/evidence/uploads/:id/files/:name',
      {
        config: { permission: 'public' },
        schema: {
          summary: 'A piece of a file, with Content-Range; 409 names the offset at which to go on',
          tags: ['evidence'],
          consumes: ['application/octet-stream'],
          params: FileParamSchema,
          response: { 200: OffsetSchema, 409: OffsetSchema, ...FAULTS },
        },
      },
      async ({ params, headers, raw }, reply) => {
        if (headers['content-type'] !== 'application/octet-stream') throw new Problem('invalid');
        const token = tokenOf(headers.authorization);
        const offset = offsetOf(headers['content-range']);
        try {
          return { offset: await intake.append({ ...params, token, offset }, raw) };
        } catch (error) {
          if (error instanceof OffsetError) return reply.code(409).send({ offset: error.offset });
          if (error instanceof OverflowError) throw new Problem('too-large', { cause: error });
          throw error;
        }
      },
    );
  });
}
