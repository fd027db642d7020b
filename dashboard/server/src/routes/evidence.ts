import { EVIDENCE_REFUSALS, EvidenceFileNameSchema, UuidSchema } from '@pingan/models/contract';
import type { FastifyReply } from 'fastify';
import { Type } from 'typebox';
import { Problem } from '../base/problem.ts';
import { readManifest } from '../evidence/manifest.ts';
import type { AlarmView } from '../store/alarms.ts';
import type { EvidenceRequestRow, EvidenceRow } from '../store/evidence.ts';
import { type App, callerOf, FAULTS, found } from './app.ts';
import { type EventEvidence, EventEvidenceSchema } from './evidence-schemas.ts';
import { UuidParamSchema } from './params.ts';
import type { Services } from './services.ts';

const FileParamSchema = Type.Object({
  id: UuidSchema,
  name: Type.Union([EvidenceFileNameSchema, Type.Literal('manifest.json')]),
});
const FileQuerySchema = Type.Object({ download: Type.Optional(Type.Literal('1')) });

/** A gateway that was asked and neither refused nor began within this time has not heard it. */
const SILENCE_MS = 180_000;
const RANGE = /^bytes=(\d{0,12})-(\d{0,12})$/;
const NO_ANSWER = { zh: '网关没有应答，请稍后再取', en: 'the gateway did not answer: ask again' };
const MEDIA_TYPES = { mp4: 'video/mp4', jpg: 'image/jpeg', json: 'application/json; charset=utf-8' } as const;

type Range = { start: number; end: number };

/** One range of a `Range` header (RFC 9110 §14.1.2); null for none, several or another unit, `unsatisfiable` beyond the end. */
export function rangeOf(header: string | undefined, size: number): Range | null | 'unsatisfiable' {
  const match = RANGE.exec(header ?? '');
  if (match === null || (match[1] === '' && match[2] === '')) return null;
  const [first, last] = [match[1] ?? '', match[2] ?? ''];
  const start = first === '' ? Math.max(0, size - Number(last)) : Number(first);
  const end = first === '' || last === '' ? size - 1 : Math.min(Number(last), size - 1);
  return start > end || start >= size ? 'unsatisfiable' : { start, end };
}

/** A refusal of a gateway in words. */
function wordsOf(code: string): { zh: string; en: string } {
  const known = Object.entries(EVIDENCE_REFUSALS).find(([name]) => name === code)?.[1];
  return known === undefined ? { zh: `网关拒绝：${code}`, en: `the gateway refused: ${code}` } : { ...known };
}

/** Evidence of alarms: where it is, asking for it, watching it. Every viewing is logged before it begins. */
export function evidenceRoutes(app: App, services: Services): void {
  const { store, now, evidence } = services;
  const alarmOf = async (id: string) => found(await store.alarms.find(id));

  app.get(
    '/api/v1/events/:id/evidence',
    {
      config: { permission: 'read' },
      schema: {
        summary: 'Where the evidence of an event is',
        tags: ['evidence'],
        params: UuidParamSchema,
        response: { 200: EventEvidenceSchema, ...FAULTS },
      },
    },
    async ({ params }) => present(await alarmOf(params.id), services),
  );

  app.post(
    '/api/v1/events/:id/evidence',
    {
      config: { permission: 'watch' },
      schema: {
        summary: 'Asks the gateway to send the evidence of an event',
        tags: ['evidence'],
        params: UuidParamSchema,
        response: { 202: EventEvidenceSchema, ...FAULTS },
      },
    },
    async (request, reply) => {
      const alarm = await alarmOf(request.params.id);
      const current = await present(alarm, services);
      if (current.state === 'asked' || current.state === 'receiving' || current.state === 'stored') {
        return reply.code(202).send(current);
      }
      if (!current.isGatewayOnline) throw new Problem('gateway-offline');
      const actor = callerOf(request).user.username;
      await evidence.requests.ask({ alarmId: alarm.id, gatewayId: alarm.gatewayId, actor });
      return reply.code(202).send(await present(alarm, services));
    },
  );

  app.get(
    '/api/v1/events/:id/evidence/files/:name',
    {
      config: { permission: 'watch' },
      schema: {
        summary: 'A file of the evidence, whole or a range; `manifest.json` proves the others',
        tags: ['evidence'],
        params: FileParamSchema,
        querystring: FileQuerySchema,
        produces: ['video/mp4', 'image/jpeg', 'application/json'],
        response: { 200: Type.Unsafe<Buffer>({ type: 'string', format: 'binary' }), ...FAULTS },
      },
    },
    async (request, reply) => {
      const { id: alarmId, name } = request.params;
      await alarmOf(alarmId);
      const row = found(await store.evidence.ofAlarm(alarmId));
      if (row.state !== 'stored') throw new Problem('not-found');
      const { user, sessionHash } = callerOf(request);
      const isDownload = request.query.download === '1';
      await evidence.viewing.log({
        ...row,
        username: user.username,
        sessionHash,
        alarmId,
        evidenceId: row.id,
        name,
        isDownload,
      });
      if (isDownload) reply.header('content-disposition', `attachment; filename="${alarmId}-${name}"`);
      return send(reply, { row, name, range: request.headers.range });
    },
  );

  async function send(
    reply: FastifyReply,
    { row, name, range }: { row: EvidenceRow; name: string; range: string | undefined },
  ) {
    const extension = name.endsWith('.mp4') ? 'mp4' : name.endsWith('.jpg') ? 'jpg' : 'json';
    reply.type(MEDIA_TYPES[extension]).header('cache-control', 'private, no-store');
    if (extension === 'json') {
      const { signedText: text, signature, publicKey } = row;
      return reply.send(JSON.stringify({ text, signature, publicKey }));
    }
    const file = found(readManifest(row.signedText).files.find((one) => one.name === name));
    if (!(await evidence.files.has(row, file))) throw new Problem('not-found');
    reply.header('accept-ranges', 'bytes').header('etag', `"${file.sha256}"`);
    const part = rangeOf(range, file.bytes);
    if (part === 'unsatisfiable')
      return reply.code(416).header('content-range', `bytes */${file.bytes}`).send();
    const { start, end } = part ?? { start: 0, end: file.bytes - 1 };
    reply.header('content-length', end - start + 1);
    if (part !== null) reply.code(206).header('content-range', `bytes ${start}-${end}/${file.bytes}`);
    return reply.send(evidence.files.read(row, name, { start, end }));
  }

  function progressOf(row: EvidenceRow): Promise<number> {
    const { files } = readManifest(row.signedText);
    return Promise.all(files.map(({ name }) => evidence.files.offset(row, name))).then((offsets) =>
      Math.min(1, offsets.reduce((sum, offset) => sum + offset, 0) / Math.max(1, row.bytes)),
    );
  }

  async function present(alarm: AlarmView, { store }: Services): Promise<EventEvidence> {
    const [row, request, gateways] = await Promise.all([
      store.evidence.ofAlarm(alarm.id),
      store.evidence.request(alarm.id),
      store.gateways.findMany([alarm.gatewayId]),
    ]);
    const { state, reason } = stateOf(row, request, now());
    return {
      state,
      reason,
      progress: row !== undefined && state === 'receiving' ? await progressOf(row) : null,
      isGatewayOnline: gateways[0]?.state === 'online',
      evidence: row === undefined ? null : describe(row, alarm.id),
    };
  }
}

type Standing = Pick<EventEvidence, 'state' | 'reason'>;

function stateOf(
  row: EvidenceRow | undefined,
  request: EvidenceRequestRow | undefined,
  nowMs: number,
): Standing {
  const of = (state: EventEvidence['state'], reason: Standing['reason'] = null): Standing => ({
    state,
    reason,
  });
  if (row?.state === 'stored' || row?.state === 'receiving') return of(row.state);
  if (request !== undefined && request.evidenceId === null) {
    if (request.refusal !== null) return of('refused', wordsOf(request.refusal));
    return nowMs - request.askedAt.getTime() > SILENCE_MS ? of('refused', NO_ANSWER) : of('asked');
  }
  return of(row === undefined ? 'none' : 'removed');
}

function describe(row: EvidenceRow, alarmId: string): NonNullable<EventEvidence['evidence']> {
  const { id, gatewayId, createdAt, clock, alarms, clip, clipMissing, files } = readManifest(row.signedText);
  return {
    id,
    gatewayId,
    createdAt,
    clockTrusted: clock.trusted,
    alarms: alarms.map((alarm) => ({ id: alarm.id, occurredAt: alarm.occurredAt })),
    clip,
    clipMissing: clipMissing ?? null,
    files,
    filesUrl: `/api/v1/events/${alarmId}/evidence/files`,
  };
}
