import { type Static, Type } from 'typebox';

const closed = { additionalProperties: false } as const;
const Port = (fallback: number) => Type.Integer({ minimum: 0, maximum: 65_535, default: fallback });
const Host = Type.String({ minLength: 1, maxLength: 253, default: '127.0.0.1' });
const FilePath = Type.String({ minLength: 1, maxLength: 4096, pattern: '^[^\\u0000]+$' });

const HttpSchema = Type.Object(
  {
    host: Host,
    /** 0 = any free port. */
    port: Port(8080),
    /** Where browsers and gateways reach this server, when a proxy stands in front: https://duty.example.cn */
    publicUrl: Type.Optional(Type.String({ pattern: '^https?://[^/\\s]+$', maxLength: 300 })),
  },
  { ...closed, default: {} },
);

const BrokerSchema = Type.Object(
  {
    kind: Type.Literal('embedded', { default: 'embedded' }),
    host: Host,
    port: Port(1883),
    /** What gateways connect to, when it differs from host and port: mqtts://duty.example.cn:8883 */
    publicUrl: Type.Optional(Type.String({ pattern: '^mqtts?://[^/\\s@]+$', maxLength: 300 })),
    connectionLimit: Type.Integer({ minimum: 1, maximum: 100_000, default: 2000 }),
  },
  { ...closed, default: {} },
);

const DatabaseSchema = Type.Union(
  [
    Type.Object({ kind: Type.Literal('embedded') }, closed),
    Type.Object({ kind: Type.Literal('url'), urlFile: Type.Optional(FilePath) }, closed),
  ],
  { default: { kind: 'embedded' } },
);

const Name = Type.String({ minLength: 1, maxLength: 100 });
const RedStepSchema = Type.Object(
  {
    code: Type.String({ minLength: 1, maxLength: 64, pattern: '^[a-z0-9-]+$' }),
    name: Type.Object({ zh: Name, en: Name }, closed),
    afterPeriods: Type.Integer({ minimum: 1, maximum: 100 }),
  },
  closed,
);

const IndexSchema = Type.Object(
  {
    frameworkFile: Type.Optional(FilePath),
    /** How far back the index looks. */
    windowHours: Type.Integer({ minimum: 1, maximum: 8784, default: 24 }),
    recomputeSeconds: Type.Number({ minimum: 1, maximum: 3600, default: 10 }),
    /** A camera observed for less in the window does not count: its area reads "insufficient data". */
    minimumObservedSeconds: Type.Number({ minimum: 1, maximum: 604_800, default: 30 }),
    /** Publications are computed from the daily figures this often, in minutes, where a period has ended. */
    publishMinutes: Type.Number({ minimum: 1, maximum: 1440, default: 5 }),
    /** A confirmed alarm counts as handled in time when it was closed within so many hours. */
    alarmDueHours: Type.Number({ minimum: 1, maximum: 720, default: 24 }),
    /** What follows after so many published weeks or months in a row in an alert band. */
    redSteps: Type.Array(RedStepSchema, {
      maxItems: 20,
      default: [
        { code: 'notice', name: { zh: '发函提醒', en: 'Written notice' }, afterPeriods: 1 },
        { code: 'interview', name: { zh: '约谈', en: 'Interview' }, afterPeriods: 2 },
        { code: 'supervision', name: { zh: '挂牌督办', en: 'Supervision' }, afterPeriods: 3 },
      ],
    }),
  },
  { ...closed, default: {} },
);

const HealthSchema = Type.Object(
  {
    /** A figure of which less than this share was observed reads "collecting". */
    minimumCoverage: Type.Number({ minimum: 0, maximum: 1, default: 0.5 }),
    /** 时钟准确率: a sample is accurate within so many seconds … */
    clockToleranceSeconds: Type.Number({ minimum: 0.1, maximum: 3600, default: 10 }),
    /** … a camera with so many samples (one per five minutes) has data … */
    clockMinimumSamples: Type.Integer({ minimum: 1, maximum: 10_000, default: 6 }),
    /** … and is accurate when this share of them is. */
    clockAccurateShare: Type.Number({ minimum: 0, maximum: 1, default: 0.95 }),
    /** How long samples of packets and clocks are kept. */
    keepSamplesDays: Type.Integer({ minimum: 2, maximum: 400, default: 35 }),
  },
  { ...closed, default: {} },
);

const EvidenceSchema = Type.Object(
  {
    /** Of each gateway's clips and snapshots kept here; the oldest give way, those of closed alarms first. */
    megabytesPerGateway: Type.Integer({ minimum: 10, maximum: 10_000_000, default: 4096 }),
  },
  { ...closed, default: {} },
);

const RulesSchema = Type.Object(
  {
    /** A rule of which a smaller share of alarms was true is proposed for a trial, never silenced by itself. */
    proposeBelowPrecision: Type.Number({ minimum: 0, maximum: 1, default: 0.5 }),
    /** With fewer verdicts a rule's precision reads "collecting". */
    minimumVerdicts: Type.Integer({ minimum: 1, maximum: 10_000, default: 10 }),
    /** Verdicts on alarms of so many days count. */
    verdictDays: Type.Integer({ minimum: 1, maximum: 400, default: 30 }),
    /** How long what rules on trial would have raised is kept. */
    keepTrialsDays: Type.Integer({ minimum: 1, maximum: 400, default: 30 }),
  },
  { ...closed, default: {} },
);

/** The configuration file of the dashboard. Secrets are never in it: they are files or environment. */
export const ConfigSchema = Type.Object(
  {
    http: HttpSchema,
    /** Of days, weeks and months of the index: an IANA name. */
    timeZone: Type.String({ minLength: 1, maxLength: 64, default: 'Asia/Shanghai' }),
    dataDir: Type.String({ minLength: 1, maxLength: 4096, pattern: '^[^\\u0000]+$', default: './data' }),
    broker: BrokerSchema,
    database: DatabaseSchema,
    index: IndexSchema,
    health: HealthSchema,
    evidence: EvidenceSchema,
    rules: RulesSchema,
    logLevel: Type.Enum(['debug', 'info', 'warn', 'error', 'silent'], { default: 'info' }),
    /** Installs the made-up sample areas at the first start. */
    sampleAreas: Type.Boolean({ default: true }),
  },
  closed,
);
export type ConfigFile = Static<typeof ConfigSchema>;

/** The whole configuration: the file, the environment's overrides and the secrets, paths absolute. */
export type Config = Omit<ConfigFile, 'database'> & {
  database: { kind: 'embedded' } | { kind: 'url'; url: string };
  /** PINGAN_ADMIN_PASSWORD; undefined = generate one at the first start. */
  adminPassword: string | undefined;
};
