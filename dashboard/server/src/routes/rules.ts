import {
  EVENT_KINDS,
  EventDetailSchema,
  EventTypeSchema,
  GatewayIdSchema,
  KeySchema,
  RuleSchema,
  SeveritySchema,
  TimestampSchema,
  VERDICT_REASONS,
  type VerdictReason,
} from '@pingan/models/contract';
import { type Static, type TSchema, Type } from 'typebox';
import { timestamp } from '../base/clock.ts';
import { precisionOf } from '../rules/precision.ts';
import type { TrialView } from '../store/trials.ts';
import { type App, callerOf, FAULTS, found } from './app.ts';
import { decodeCursor, encodeCursor } from './cursor.ts';
import { GatewayParamSchema, UuidParamSchema } from './params.ts';
import { presentConfiguration } from './present.ts';
import { BilingualSchema, GatewayConfigurationSchema, PageOf, PageQuerySchema } from './schemas.ts';
import type { Services } from './services.ts';

const DAY_MS = 86_400_000;
const VERSIONS_SHOWN = 100;
const Text = Type.String();
const Nullable = <S extends TSchema>(schema: S) => Type.Union([schema, Type.Null()]);

const VersionParamSchema = Type.Object({
  id: GatewayIdSchema,
  version: Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER }),
});
const VersionsSchema = Type.Object({
  items: Type.Array(
    Type.Object({
      version: Type.Integer(),
      at: TimestampSchema,
      actor: Text,
      /** The version whose rules these are again. */
      restoredFrom: Nullable(Type.Integer()),
      rules: Type.Integer(),
    }),
  ),
});
const RuleFiguresSchema = Type.Object({
  settings: Type.Object({
    proposeBelowPrecision: Type.Number(),
    minimumVerdicts: Type.Integer(),
    verdictDays: Type.Integer(),
    keepTrialsDays: Type.Integer(),
  }),
  precision: Type.Array(
    Type.Object({
      ruleId: Text,
      cameraId: Text,
      confirmed: Type.Integer(),
      refuted: Type.Integer(),
      /** confirmed / (confirmed + refuted); null while too few are judged. */
      precision: Nullable(Type.Number()),
      /** `proposed`: so often false that a trial is proposed; nothing silences a rule by itself. */
      standing: Type.Enum(['collecting', 'good', 'proposed']),
    }),
  ),
  /** What rules on trial would have raised, per day of the site. */
  trials: Type.Array(
    Type.Object({
      ruleId: Text,
      cameraId: Text,
      day: Text,
      alarms: Type.Integer(),
      confirmed: Type.Integer(),
      refuted: Type.Integer(),
    }),
  ),
});
const TrialItemSchema = Type.Object({
  id: Text,
  type: EventTypeSchema,
  typeName: BilingualSchema,
  severity: SeveritySchema,
  cameraId: Text,
  cameraName: Text,
  ruleId: Nullable(Text),
  occurredAt: TimestampSchema,
  receivedAt: TimestampSchema,
  clearedAt: Nullable(TimestampSchema),
  snapshotUrl: Nullable(Text),
  detail: EventDetailSchema,
  /** What an operator said of it; null when nobody has. */
  verdict: Nullable(Type.Boolean()),
});
const TrialsQuerySchema = Type.Object({ ...PageQuerySchema.properties, ruleId: Type.Optional(KeySchema) });

const ReasonSchema = Type.Enum(Object.keys(VERDICT_REASONS) as VerdictReason[]);
const VerdictBodySchema = Type.Object(
  {
    isTrue: Type.Boolean(),
    reason: ReasonSchema,
    note: Type.Optional(Type.String({ maxLength: 500 })),
  },
  { additionalProperties: false },
);
const VerdictSchema = Type.Object({
  verdict: Nullable(
    Type.Object({ isTrue: Type.Boolean(), reason: Text, note: Text, actor: Text, at: TimestampSchema }),
  ),
});

function presentTrial(row: TrialView): Static<typeof TrialItemSchema> {
  const { zh, en } = EVENT_KINDS[row.type];
  return {
    id: row.id,
    type: row.type,
    typeName: { zh, en },
    severity: row.severity,
    cameraId: `${row.gatewayId}:${row.originId}`,
    cameraName: row.originName,
    ruleId: row.ruleId,
    occurredAt: timestamp(row.occurredAt),
    receivedAt: timestamp(row.receivedAt),
    clearedAt: row.clearedAt === null ? null : timestamp(row.clearedAt),
    snapshotUrl: row.snapshotWidth === null ? null : `/api/v1/trials/${row.id}/snapshot`,
    detail: row.detail,
    verdict: row.verdict,
  };
}

/** Earlier versions of a gateway's rules, and the way back to one. */
function versionRoutes(app: App, { store, rules }: Services): void {
  app.get(
    '/api/v1/gateways/:id/configuration/versions',
    {
      config: { permission: 'read' },
      schema: {
        summary: 'Versions of a gateway’s rules, newest first: who and when',
        tags: ['rules'],
        params: GatewayParamSchema,
        response: { 200: VersionsSchema, ...FAULTS },
      },
    },
    async ({ params }) => {
      const rows = await store.configurationVersions.list(params.id, VERSIONS_SHOWN);
      return { items: rows.map((row) => ({ ...row, at: timestamp(row.at) })) };
    },
  );

  app.get(
    '/api/v1/gateways/:id/configuration/versions/:version',
    {
      config: { permission: 'read' },
      schema: {
        summary: 'The rules of one version',
        tags: ['rules'],
        params: VersionParamSchema,
        response: { 200: Type.Object({ rules: Type.Array(RuleSchema) }), ...FAULTS },
      },
    },
    async ({ params }) => ({
      rules: found(await store.configurationVersions.find(params.id, params.version)),
    }),
  );

  app.post(
    '/api/v1/gateways/:id/configuration/versions/:version/restore',
    {
      config: { permission: 'configure' },
      schema: {
        summary: 'Back to this version: its rules are sent again under a new number',
        tags: ['rules'],
        params: VersionParamSchema,
        response: { 200: GatewayConfigurationSchema, ...FAULTS },
      },
    },
    async (request) => {
      const { id, version } = request.params;
      await rules.desk.restore({ gatewayId: id, version, actor: callerOf(request).user.username });
      return presentConfiguration(found(await store.configurations.find(id)));
    },
  );
}

/** What rules on trial would have raised, and how often the others are right. */
function figureRoutes(app: App, { store, rules, now }: Services): void {
  const { settings } = rules;
  app.get(
    '/api/v1/gateways/:id/rules/figures',
    {
      config: { permission: 'read' },
      schema: {
        summary:
          'Precision per rule and camera by operators’ verdicts; what trials would have raised per day',
        tags: ['rules'],
        params: GatewayParamSchema,
        response: { 200: RuleFiguresSchema, ...FAULTS },
      },
    },
    async ({ params: { id } }) => {
      const since = (days: number) => new Date(now() - days * DAY_MS);
      const [sums, trials] = await Promise.all([
        store.verdicts.sums(id, since(settings.verdictDays)),
        store.trials.days(id, since(settings.keepTrialsDays)),
      ]);
      return {
        settings,
        precision: sums.map((sum) => ({ ...sum, ...precisionOf(sum, settings) })),
        trials,
      };
    },
  );

  app.get(
    '/api/v1/gateways/:id/trials',
    {
      config: { permission: 'read' },
      schema: {
        summary: 'What rules on trial would have raised, last received first; nothing of it rang',
        tags: ['rules'],
        params: GatewayParamSchema,
        querystring: TrialsQuerySchema,
        response: { 200: PageOf(TrialItemSchema), ...FAULTS },
      },
    },
    async ({ params, query: { limit = 50, cursor, ruleId } }) => {
      const rows = await store.trials.list({
        gatewayId: params.id,
        ruleId,
        limit: limit + 1,
        after: decodeCursor(cursor),
      });
      const last = rows[limit - 1];
      return {
        items: rows.slice(0, limit).map(presentTrial),
        next: rows.length > limit && last ? encodeCursor(last) : null,
      };
    },
  );

  app.get(
    '/api/v1/trials/:id/snapshot',
    {
      config: { permission: 'read' },
      schema: {
        summary: 'The picture at which a rule on trial would have raised (JPEG)',
        tags: ['rules'],
        params: UuidParamSchema,
        produces: ['image/jpeg'],
        response: { 200: Type.Unsafe<Buffer>({ type: 'string', format: 'binary' }), ...FAULTS },
      },
    },
    async ({ params }, reply) => {
      const { jpeg, sha256 } = found(await store.trials.snapshot(params.id));
      return reply
        .type('image/jpeg')
        .header('cache-control', 'private, max-age=86400, immutable')
        .header('etag', `"${sha256}"`)
        .send(jpeg);
    },
  );
}

/** Whether an alarm was right, as operators say. */
function verdictRoutes(app: App, { store, rules }: Services): void {
  const verdictOf = async (alarmId: string) => {
    const verdict = await store.verdicts.find(alarmId);
    return { verdict: verdict === undefined ? null : { ...verdict, at: timestamp(verdict.at) } };
  };
  app.get(
    '/api/v1/verdicts/:id',
    {
      config: { permission: 'read' },
      schema: {
        summary: 'What an operator said of an event, or of what a trial would have raised',
        tags: ['rules'],
        params: UuidParamSchema,
        response: { 200: VerdictSchema, ...FAULTS },
      },
    },
    ({ params }) => verdictOf(params.id),
  );

  app.put(
    '/api/v1/verdicts/:id',
    {
      config: { permission: 'dispose' },
      schema: {
        summary: 'Says whether an event was true and why; the last word counts, all are in the audit trail',
        tags: ['rules'],
        params: UuidParamSchema,
        body: VerdictBodySchema,
        response: { 200: VerdictSchema, ...FAULTS },
      },
    },
    async (request) => {
      const { isTrue, reason, note = '' } = request.body;
      const alarmId = request.params.id;
      const actor = callerOf(request).user.username;
      await rules.verdicts.say({ alarmId, isTrue, reason, note, actor });
      return verdictOf(alarmId);
    },
  );
}

/** Rules of gateways beyond the configuration itself: versions, trials, verdicts and what they amount to. */
export function ruleRoutes(app: App, services: Services): void {
  versionRoutes(app, services);
  figureRoutes(app, services);
  verdictRoutes(app, services);
}
