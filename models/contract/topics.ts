import { GATEWAY_ID_PATTERN } from './scalars.ts';
import { CONTRACT_VERSION } from './version.ts';

/** What a gateway sends. */
export const UP_CHANNELS = ['state', 'event', 'health', 'reported', 'reply'] as const;
/** What the centre sends. Commands have their name as one more level. */
export const DOWN_CHANNELS = ['receipt', 'desired', 'cmd'] as const;
export type UpChannel = (typeof UP_CHANNELS)[number];
export type DownChannel = (typeof DOWN_CHANNELS)[number];

const PREFIX = `pingan/v${CONTRACT_VERSION}`;
const GATEWAY_ID = new RegExp(GATEWAY_ID_PATTERN);

/** `pingan/v1/<gatewayId>/<channel>[/<command>]`. Throws a RangeError for an id that is not one. */
export function topicOf(gatewayId: string, channel: UpChannel | DownChannel, command?: string): string {
  if (!GATEWAY_ID.test(gatewayId)) throw new RangeError(`not a gateway id: "${gatewayId}"`);
  return command === undefined
    ? `${PREFIX}/${gatewayId}/${channel}`
    : `${PREFIX}/${gatewayId}/${channel}/${command}`;
}

export type ParsedTopic = { gatewayId: string; channel: UpChannel | DownChannel; command?: string };

/** Reads a topic; null when it is none of ours. */
export function parseTopic(topic: string): ParsedTopic | null {
  const [root, version, gatewayId, channel, command, ...rest] = topic.split('/');
  if (
    `${root}/${version}` !== PREFIX ||
    gatewayId === undefined ||
    !GATEWAY_ID.test(gatewayId) ||
    rest.length
  )
    return null;
  const known = [...UP_CHANNELS, ...DOWN_CHANNELS].find((name) => name === channel);
  if (known === undefined || (known === 'cmd') !== (command !== undefined)) return null;
  return command === undefined ? { gatewayId, channel: known } : { gatewayId, channel: known, command };
}

/** Subscription of the centre: everything that gateways send on one channel. */
export function upFilter(channel: UpChannel): string {
  return `${PREFIX}/+/${channel}`;
}
