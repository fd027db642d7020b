/** The contract for readers of other languages: JSON Schemas and an AsyncAPI 3.0 document, made from the TypeBox schemas. */

import { EventBatchSchema } from './cloud-event.ts';
import { CommandSchema, ReplySchema, SignedTextSchema } from './command.ts';
import { DesiredConfigurationSchema, ReportedConfigurationSchema } from './configuration.ts';
import { SafetyEventSchema } from './event.ts';
import { EvidenceManifestSchema } from './evidence.ts';
import { GatewayStateSchema } from './gateway-state.ts';
import { HealthReportSchema } from './health-report.ts';
import { MediaStartSchema } from './media.ts';
import { ReceiptSchema } from './receipt.ts';
import { EVENT_KINDS } from './taxonomy.ts';
import { CONTRACT_VERSION } from './version.ts';

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** A schema as plain JSON: TypeBox's hidden marks are not enumerable and fall away. */
function plain(schema: unknown): Json {
  return JSON.parse(JSON.stringify(schema));
}

type Channel = {
  name: string;
  address: string;
  schema: unknown;
  from: 'gateway' | 'centre';
  title: string;
  retained?: boolean;
};

const CHANNELS: readonly Channel[] = [
  {
    name: 'state',
    address: 'state',
    schema: GatewayStateSchema,
    from: 'gateway',
    title: 'birth and last will',
    retained: true,
  },
  {
    name: 'event',
    address: 'event',
    schema: EventBatchSchema,
    from: 'gateway',
    title: 'events, CloudEvents 1.0 JSON batch',
  },
  {
    name: 'health',
    address: 'health',
    schema: HealthReportSchema,
    from: 'gateway',
    title: 'health of cameras, sensors and gateway',
  },
  {
    name: 'reported',
    address: 'reported',
    schema: ReportedConfigurationSchema,
    from: 'gateway',
    title: 'the applied configuration',
    retained: true,
  },
  { name: 'reply', address: 'reply', schema: ReplySchema, from: 'gateway', title: 'answers to commands' },
  {
    name: 'receipt',
    address: 'receipt',
    schema: ReceiptSchema,
    from: 'centre',
    title: 'what the centre has committed',
  },
  {
    name: 'desired',
    address: 'desired',
    schema: SignedTextSchema,
    from: 'centre',
    title: 'signed desired configuration',
    retained: true,
  },
  {
    name: 'command',
    address: 'cmd/{command}',
    schema: SignedTextSchema,
    from: 'centre',
    title: 'signed commands',
  },
];

function withHeader(title: string, schema: Json): Json {
  const body = typeof schema === 'object' && schema !== null && !Array.isArray(schema) ? schema : {};
  return { $schema: 'https://json-schema.org/draft/2020-12/schema', title, ...body };
}

/** JSON Schemas (2020-12) by file name. */
export function jsonSchemas(): Record<string, Json> {
  const schemas: Record<string, unknown> = {
    'safety-event': SafetyEventSchema,
    'event-batch': EventBatchSchema,
    'gateway-state': GatewayStateSchema,
    'health-report': HealthReportSchema,
    receipt: ReceiptSchema,
    command: CommandSchema,
    reply: ReplySchema,
    'signed-text': SignedTextSchema,
    'desired-configuration': DesiredConfigurationSchema,
    'reported-configuration': ReportedConfigurationSchema,
    'media-start': MediaStartSchema,
    'evidence-manifest': EvidenceManifestSchema,
  };
  return Object.fromEntries(
    Object.entries(schemas).map(([name, schema]) => [name, withHeader(name, plain(schema))]),
  );
}

function describe({ name, address, title, retained }: Channel): Json {
  const parameters: { [key: string]: Json } = {
    gatewayId: { description: 'name of the gateway, also its MQTT user name' },
  };
  if (address.includes('{command}'))
    parameters['command'] = { description: 'name of the command, for example live.start' };
  return {
    address: `pingan/v${CONTRACT_VERSION}/{gatewayId}/${address}`,
    title,
    description: retained ? 'retained' : 'not retained',
    parameters,
    messages: {
      message: { contentType: 'application/json', payload: { $ref: `#/components/schemas/${name}` } },
    },
  };
}

/** AsyncAPI 3.0: the topics, who sends, and what. */
export function asyncApiDocument(): Json {
  const channels: { [key: string]: Json } = {};
  const operations: { [key: string]: Json } = {};
  const schemas: { [key: string]: Json } = {};
  for (const channel of CHANNELS) {
    channels[channel.name] = describe(channel);
    schemas[channel.name] = plain(channel.schema);
    operations[`${channel.from === 'gateway' ? 'gatewaySends' : 'centreSends'}.${channel.name}`] = {
      action: channel.from === 'gateway' ? 'receive' : 'send',
      channel: { $ref: `#/channels/${channel.name}` },
      summary: channel.title,
    };
  }
  schemas['signedCommand'] = plain(CommandSchema);
  schemas['signedDesiredConfiguration'] = plain(DesiredConfigurationSchema);
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'Pingan Edge wire contract',
      version: `${CONTRACT_VERSION}.0.0`,
      description:
        'MQTT 3.1.1, QoS 1, seen from the centre: it receives what gateways send and sends what they obey.',
      license: { name: 'Apache-2.0' },
    },
    channels,
    operations,
    components: { schemas },
    'x-event-kinds': plain(EVENT_KINDS),
  };
}
