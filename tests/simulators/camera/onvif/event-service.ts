import type { CameraNotification } from './event-hub.ts';
import type { OnvifHost, OnvifService, Operation, RequestFacts } from './host.ts';
import { escapeXml, textOf } from './soap.ts';

export const EVENTS_PATH = '/onvif/event_service';
const SUBSCRIPTION_PATH = '/onvif/subscription';
const DEFAULT_LIFETIME_MS = 60_000;

const unknownSubscription = { fault: 'wsrf-rw:ResourceUnknownFault', reason: 'no such subscription' };

/** Milliseconds of an xs:duration in seconds or minutes, or until an absolute time of the camera's clock. */
function lifetimeOf(text: string | undefined, nowMs: number): number {
  const match = /^PT(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?$/.exec(text ?? '');
  if (match !== null) return Number(match[1] ?? 0) * 60_000 + Number(match[2] ?? 0) * 1000;
  const absolute = Date.parse(text ?? '');
  return Number.isFinite(absolute) ? absolute - nowMs : DEFAULT_LIFETIME_MS;
}

/** Which subscription a request is for: by path, by query or by reference parameter, as the camera's reference said. */
function subscriptionOf(xml: string, { url }: RequestFacts): number {
  const inUrl = /(?:\/onvif\/subscription\/|[?&]Idx=)(\d+)/.exec(url)?.[1];
  return Number(inUrl ?? textOf(xml, 'SubscriptionId') ?? -1);
}

function referenceXml(host: OnvifHost, id: number): string {
  const base = host.httpUrl('events');
  switch (host.quirk.subscriptionReference) {
    case 'query':
      return `<wsa5:Address>${base}${EVENTS_PATH}/PullMessagesManager?Idx=${id}</wsa5:Address>`;
    case 'parameters':
      return (
        `<wsa5:Address>${base}${EVENTS_PATH}</wsa5:Address><wsa5:ReferenceParameters>` +
        `<dom0:SubscriptionId xmlns:dom0="http://www.axis.com/2009/event">${id}</dom0:SubscriptionId></wsa5:ReferenceParameters>`
      );
    default:
      return `<wsa5:Address>${base}${SUBSCRIPTION_PATH}/${id}</wsa5:Address>`;
  }
}

function timesXml(host: OnvifHost, lifetimeMs: number): string {
  const at = (ms: number) => new Date(ms).toISOString();
  return (
    `<wsnt:CurrentTime>${at(host.wallMs())}</wsnt:CurrentTime>` +
    `<wsnt:TerminationTime>${at(host.wallMs() + lifetimeMs)}</wsnt:TerminationTime>`
  );
}

const itemsXml = (items: Readonly<Record<string, string>>) =>
  Object.entries(items)
    .map(([name, value]) => `<tt:SimpleItem Name="${escapeXml(name)}" Value="${escapeXml(value)}"/>`)
    .join('');

function messageXml(
  host: OnvifHost,
  { topic, source, data, operation = 'Changed' }: CameraNotification,
): string {
  return (
    '<wsnt:NotificationMessage><wsnt:Topic Dialect="http://www.onvif.org/ver10/tev/topicExpression/ConcreteSet">' +
    `${escapeXml(topic)}</wsnt:Topic><wsnt:Message>` +
    `<tt:Message UtcTime="${new Date(host.wallMs()).toISOString()}" PropertyOperation="${operation}">` +
    `<tt:Source>${itemsXml(source)}</tt:Source><tt:Data>${itemsXml(data)}</tt:Data></tt:Message>` +
    '</wsnt:Message></wsnt:NotificationMessage>'
  );
}

const createPullPoint: Operation = (host, xml) => {
  const lifetimeMs = lifetimeOf(textOf(xml, 'InitialTerminationTime'), host.wallMs());
  const id = host.state.events.create(lifetimeMs);
  if (id === undefined) return { fault: 'ter:MaxSubscriptions', reason: 'no more subscriptions' };
  return (
    `<tev:CreatePullPointSubscriptionResponse><tev:SubscriptionReference>${referenceXml(host, id)}</tev:SubscriptionReference>` +
    `${timesXml(host, lifetimeMs)}</tev:CreatePullPointSubscriptionResponse>`
  );
};

const pullMessages: Operation = async (host, xml, request) => {
  const timeoutMs = Math.min(lifetimeOf(textOf(xml, 'Timeout'), host.wallMs()), 60_000);
  const limit = Number(textOf(xml, 'MessageLimit') ?? 10);
  const messages = await host.state.events.pull(subscriptionOf(xml, request), timeoutMs, limit);
  if (messages === undefined) return unknownSubscription;
  const bodies = messages.map((message) => messageXml(host, message)).join('');
  return `<tev:PullMessagesResponse>${timesXml(host, DEFAULT_LIFETIME_MS).replaceAll('wsnt:', 'tev:')}${bodies}</tev:PullMessagesResponse>`;
};

const renew: Operation = (host, xml, request) => {
  const lifetimeMs = lifetimeOf(textOf(xml, 'TerminationTime'), host.wallMs());
  if (!host.state.events.renew(subscriptionOf(xml, request), lifetimeMs)) return unknownSubscription;
  return `<wsnt:RenewResponse>${timesXml(host, lifetimeMs)}</wsnt:RenewResponse>`;
};

const unsubscribe: Operation = (host, xml, request) =>
  host.state.events.end(subscriptionOf(xml, request)) ? '<wsnt:UnsubscribeResponse/>' : unknownSubscription;

const getEventProperties: Operation = () =>
  '<tev:GetEventPropertiesResponse><tev:TopicNamespaceLocation/><wsnt:FixedTopicSet>true</wsnt:FixedTopicSet>' +
  '<wstop:TopicSet xmlns:wstop="http://docs.oasis-open.org/wsn/t-1"><VideoSource><MotionAlarm wstop:topic="true"/></VideoSource></wstop:TopicSet>' +
  '</tev:GetEventPropertiesResponse>';

const NAMESPACE = 'http://www.onvif.org/ver10/events/wsdl';

export const eventService: OnvifService = {
  namespace: NAMESPACE,
  path: EVENTS_PATH,
  operations: new Map<string, Operation>([
    ['CreatePullPointSubscription', createPullPoint],
    ['PullMessages', pullMessages],
    ['GetEventProperties', getEventProperties],
    ['SetSynchronizationPoint', () => '<tev:SetSynchronizationPointResponse/>'],
  ]),
};

/** Renew and Unsubscribe belong to WS-BaseNotification. */
export const subscriptionService: OnvifService = {
  namespace: 'http://docs.oasis-open.org/wsn/b-2',
  path: SUBSCRIPTION_PATH,
  operations: new Map<string, Operation>([
    ['Renew', renew],
    ['Unsubscribe', unsubscribe],
  ]),
};
