import { DOWN_CHANNELS, parseTopic, topicOf, UP_CHANNELS } from '@pingan/models/contract';
import type { Account } from './broker.ts';

/** Prefix of Home Assistant's MQTT discovery: `homeassistant/<component>/<node>/<object>/config`. */
const DISCOVERY = 'homeassistant';

/** True for a sensor topic of the site of `gatewayId`: its node in discovery, or below its own prefixes. */
function isSensorTopic(topic: string, gatewayId: string): boolean {
  const [root, second, third] = topic.split('/');
  if (root === DISCOVERY) return third === gatewayId;
  return (root === 'sensors' && second === gatewayId) || root === gatewayId;
}

const isHomeAssistantStatus = (topic: string) => topic === `${DISCOVERY}/status`;

/** May this account send on this topic? */
export function mayPublish(account: Account, topic: string): boolean {
  if (account.kind === 'sensors') return isSensorTopic(topic, account.gatewayId);
  const parsed = parseTopic(topic);
  return (
    parsed !== null &&
    parsed.gatewayId === account.gatewayId &&
    UP_CHANNELS.some((channel) => channel === parsed.channel)
  );
}

/** Filters that a sensor account and its gateway may subscribe to; what is forwarded is checked again per message. */
function isSensorFilter(filter: string, gatewayId: string): boolean {
  const [root, second, third] = filter.split('/');
  if (root === DISCOVERY)
    return second === '#' || second === 'status' || third === '#' || third === '+' || third === gatewayId;
  return isSensorTopic(filter, gatewayId);
}

/** May this account subscribe to this filter? */
export function maySubscribe(account: Account, filter: string): boolean {
  if (isSensorFilter(filter, account.gatewayId)) return true;
  if (account.kind === 'sensors') return false;
  const own = DOWN_CHANNELS.map((channel) => topicOf(account.gatewayId, channel));
  return own.some((topic) => filter === topic || filter === `${topic}/+` || filter === `${topic}/#`);
}

/** May this message reach this account? The last line: holds whatever was subscribed, for retained messages too. */
export function mayReceive(account: Account, topic: string): boolean {
  if (isSensorTopic(topic, account.gatewayId) || isHomeAssistantStatus(topic)) return true;
  if (account.kind === 'sensors') return false;
  const parsed = parseTopic(topic);
  return (
    parsed !== null &&
    parsed.gatewayId === account.gatewayId &&
    DOWN_CHANNELS.some((channel) => channel === parsed.channel)
  );
}

/** True when the centre's ingest reads the topic. */
export const isUpTopic = (topic: string): boolean => {
  const parsed = parseTopic(topic);
  return parsed !== null && UP_CHANNELS.some((channel) => channel === parsed.channel);
};
