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

const IndexSchema = Type.Object(
  {
    frameworkFile: Type.Optional(FilePath),
    /** How far back the index looks. */
    windowHours: Type.Integer({ minimum: 1, maximum: 8784, default: 24 }),
    recomputeSeconds: Type.Number({ minimum: 1, maximum: 3600, default: 10 }),
    /** A camera observed for less in the window does not count: its area reads "insufficient data". */
    minimumObservedSeconds: Type.Number({ minimum: 1, maximum: 604_800, default: 30 }),
  },
  { ...closed, default: {} },
);

/** The configuration file of the dashboard. Secrets are never in it: they are files or environment. */
export const ConfigSchema = Type.Object(
  {
    http: HttpSchema,
    dataDir: Type.String({ minLength: 1, maxLength: 4096, pattern: '^[^\\u0000]+$', default: './data' }),
    broker: BrokerSchema,
    database: DatabaseSchema,
    index: IndexSchema,
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
