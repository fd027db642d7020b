import {
  DeviceCodeSchema,
  GatewayIdSchema,
  KeySchema,
  LabelSchema,
  PrivacyMaskSchema,
  RuleSchema,
} from '@pingan/models/contract';
import { type Static, Type } from 'typebox';

const closed = { additionalProperties: false } as const;
const FilePath = Type.String({ minLength: 1, maxLength: 4096, pattern: '^[^\\u0000]+$' });
const Port = Type.Integer({ minimum: 1, maximum: 65_535 });
const Username = Type.String({ minLength: 1, maxLength: 64 });
const Host = Type.String({ minLength: 1, maxLength: 255, pattern: '^[A-Za-z0-9.:_-]+$' });
const Cidr = Type.String({
  pattern: '^\\d{1,3}(\\.\\d{1,3}){3}/\\d{1,2}$',
  description: 'IPv4 network, for example 192.168.1.0/24',
});

export const CameraEntrySchema = Type.Union([
  Type.Object(
    {
      source: Type.Literal('rtsp'),
      key: KeySchema,
      name: LabelSchema,
      code: Type.Optional(DeviceCodeSchema),
      url: Type.String({
        pattern: '^rtsps?://[^@\\s]+$',
        maxLength: 1024,
        description: 'without user name or password',
      }),
      subUrl: Type.Optional(
        Type.String({
          pattern: '^rtsps?://[^@\\s]+$',
          maxLength: 1024,
          description: 'a smaller H.264 stream of the same camera, watched all the time instead of url',
        }),
      ),
      username: Type.Optional(Username),
      passwordFile: Type.Optional(FilePath),
      transport: Type.Optional(Type.Enum(['tcp', 'udp'])),
      certificate: Type.Optional(
        Type.String({
          pattern: '^(verify|insecure|sha256:([0-9A-Fa-f]{2}:?){32})$',
          description:
            'for rtsps: verify (default), sha256: and the fingerprint of the one certificate, or insecure',
        }),
      ),
      redirects: Type.Optional(
        Type.Enum(['refuse', 'same-host'], {
          description: 'whether the camera may name another port or path of its own host (refuse)',
        }),
      ),
    },
    closed,
  ),
  Type.Object(
    {
      source: Type.Literal('file'),
      key: KeySchema,
      name: LabelSchema,
      code: Type.Optional(DeviceCodeSchema),
      path: FilePath,
    },
    closed,
  ),
]);
export type CameraEntry = Static<typeof CameraEntrySchema>;

export const GatewayConfigSchema = Type.Object(
  {
    gateway: Type.Object(
      {
        id: GatewayIdSchema,
        dataDir: FilePath,
        logLevel: Type.Optional(Type.Enum(['debug', 'info', 'warn', 'error', 'silent'])),
        http: Type.Optional(Type.Object({ host: Type.Optional(Host), port: Port }, closed)),
      },
      closed,
    ),
    site: Type.Object(
      {
        centre: Type.String({ pattern: '^\\d{8}$', description: 'first eight digits of every device code' }),
        industry: Type.String({ pattern: '^\\d{2}$' }),
        network: Type.String({ pattern: '^\\d$' }),
      },
      closed,
    ),
    centre: Type.Object({ credentialsFile: FilePath }, closed),
    discovery: Type.Optional(
      Type.Object(
        {
          enabled: Type.Boolean(),
          interfaces: Type.Optional(
            Type.Array(Type.String({ pattern: '^\\d{1,3}(\\.\\d{1,3}){3}$' }), { maxItems: 32 }),
          ),
          multicastPort: Type.Optional(Port),
          periodSeconds: Type.Optional(Type.Number({ minimum: 2, maximum: 3600 })),
        },
        closed,
      ),
    ),
    cameras: Type.Object(
      {
        networks: Type.Array(Cidr, { maxItems: 64 }),
        allowLoopback: Type.Optional(Type.Boolean()),
        limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 512 })),
        deviceEvents: Type.Optional(
          Type.Array(Type.Enum(['motion', 'tamper', 'digital-input']), {
            maxItems: 3,
            description: 'what cameras report by themselves and becomes an event (tamper, digital-input)',
          }),
        ),
        followMoved: Type.Optional(
          Type.Enum(['digest', 'ask'], {
            description:
              'a known camera at a new address: log in by digest once its identity is proven, or wait for a person',
          }),
        ),
        credentials: Type.Optional(
          Type.Array(Type.Object({ username: Username, passwordFile: FilePath }, closed), { maxItems: 16 }),
        ),
        entries: Type.Optional(Type.Array(CameraEntrySchema, { maxItems: 512 })),
      },
      closed,
    ),
    health: Type.Optional(
      Type.Object(
        {
          flapSeconds: Type.Optional(
            Type.Number({
              minimum: 0,
              maximum: 3600,
              description: 'a camera that is back sooner makes no alarm (10)',
            }),
          ),
        },
        closed,
      ),
    ),
    detection: Type.Optional(
      Type.Object(
        {
          enabled: Type.Optional(
            Type.Boolean({ description: 'false: decoding and health only, no detector is loaded (true)' }),
          ),
          workers: Type.Optional(Type.Integer({ minimum: 1, maximum: 16 })),
          sampleFps: Type.Optional(Type.Number({ minimum: 0.5, maximum: 25 })),
          idleFps: Type.Optional(
            Type.Number({
              minimum: 0.5,
              maximum: 25,
              description: 'pictures per second of a still camera for which no rule is armed (2)',
            }),
          ),
          longSide: Type.Optional(Type.Integer({ minimum: 160, maximum: 960, multipleOf: 32 })),
        },
        closed,
      ),
    ),
    evidence: Type.Optional(
      Type.Object(
        {
          enabled: Type.Optional(Type.Boolean({ default: true })),
          mainStream: Type.Optional(
            Type.Boolean({
              default: false,
              description: 'clips of the main stream where a camera has a sub-stream too',
            }),
          ),
          upload: Type.Optional(Type.Enum(['on-demand', 'alarms'], { default: 'on-demand' })),
          uploadSeverity: Type.Optional(
            Type.Integer({
              minimum: 1,
              maximum: 4,
              default: 2,
              description: 'with upload: alarms, up to this one',
            }),
          ),
          clipsMegabytes: Type.Optional(Type.Integer({ minimum: 10, maximum: 10_000_000, default: 4096 })),
          snapshotsMegabytes: Type.Optional(Type.Integer({ minimum: 1, maximum: 1_000_000, default: 512 })),
          totalMegabytes: Type.Optional(Type.Integer({ minimum: 10, maximum: 10_000_000 })),
          reserveMegabytes: Type.Optional(
            Type.Integer({
              minimum: 0,
              maximum: 1_000_000,
              default: 512,
              description: 'of the disk, kept free for events',
            }),
          ),
          ringMegabytes: Type.Optional(
            Type.Integer({ minimum: 1, maximum: 256, default: 16, description: 'memory per stream' }),
          ),
        },
        closed,
      ),
    ),
    privacyMasks: Type.Optional(Type.Array(PrivacyMaskSchema, { maxItems: 512 })),
    rules: Type.Optional(Type.Array(RuleSchema, { maxItems: 512 })),
    sensors: Type.Optional(
      Type.Object(
        {
          homeAssistant: Type.Optional(
            Type.Object(
              {
                brokerUrl: Type.String({
                  pattern: '^mqtts?://[^@\\s]+$',
                  maxLength: 1024,
                  description: 'without user name or password',
                }),
                username: Type.Optional(Username),
                passwordFile: Type.Optional(FilePath),
                prefix: Type.Optional(Type.String({ pattern: '^[^+#\\s]{1,128}$' })),
                node: Type.Optional(
                  Type.String({ pattern: '^[A-Za-z0-9_-]{1,64}$', description: 'only sensors of this node' }),
                ),
              },
              closed,
            ),
          ),
        },
        closed,
      ),
    ),
  },
  closed,
);
export type GatewayConfig = Static<typeof GatewayConfigSchema>;

/** What the centre hands out for one gateway. A secret file, mode 0600. */
export const CredentialsSchema = Type.Object({
  gatewayId: GatewayIdSchema,
  token: Type.String({ minLength: 16, maxLength: 256 }),
  brokerUrl: Type.String({ pattern: '^mqtts?://[^@\\s]+$', maxLength: 1024 }),
  mediaUrl: Type.String({ pattern: '^wss?://[^@\\s]+$', maxLength: 1024 }),
  commandPublicKey: Type.String({ minLength: 32, maxLength: 1024 }),
});
export type Credentials = Static<typeof CredentialsSchema>;
