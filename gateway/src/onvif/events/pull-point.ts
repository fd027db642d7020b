import { StreamFaultError } from '../../pipeline.ts';
import { deviceUrlAt } from '../soap/service-url.ts';
import type { SoapSession } from '../soap/session.ts';
import { escapeXml, find, textOf, type XmlElement } from '../soap/xml.ts';

const TEV = 'http://www.onvif.org/ver10/events/wsdl';
const WSNT = 'http://docs.oasis-open.org/wsn/b-2';
const WSA = 'http://www.w3.org/2005/08/addressing';
const REFERENCE_LIMIT = 4096;
/** A gateway that stops does not wait for its cameras. */
const FAREWELL_MS = 1000;

/** Where a pull point answers, and the header elements that name it (WS-Addressing 1.0, §2.1). */
export type PullPoint = { url: string; header: string };

const seconds = (ms: number) => `PT${Math.max(1, Math.round(ms / 1000))}S`;

/** Raw reference parameters with every prefix declared that the document declared: they go back to the device as they came. */
function referenceParameters(raw: string): string {
  const found =
    /<(?:[\w.-]+:)?ReferenceParameters(?:\s[^>]*)?>([\s\S]*?)<\/(?:[\w.-]+:)?ReferenceParameters>/.exec(raw);
  const inner = found?.[1]?.trim() ?? '';
  if (inner === '' || inner.length > REFERENCE_LIMIT) return '';
  const declared = new Map<string, string>();
  for (const [, prefix = '', , uri = ''] of raw
    .slice(0, 16_384)
    .matchAll(/xmlns:([\w.-]+)\s*=\s*(["'])([^"'<>]*)\2/g))
    declared.set(prefix, uri);
  // Declared on each element of the top level, since a SOAP header has no wrapper to declare them on.
  return inner.replace(
    /<([A-Za-z_][\w.-]*):([\w.-]+)((?:\s[^>]*)?)>/g,
    (whole, prefix: string, name: string, rest: string) => {
      const uri = declared.get(prefix);
      if (uri === undefined || rest.includes(`xmlns:${prefix}`)) return whole;
      return `<${prefix}:${name} xmlns:${prefix}="${escapeXml(uri)}"${rest}>`;
    },
  );
}

function addressing(url: string, action: string): string {
  return `<wsa:Action xmlns:wsa="${WSA}">${action}</wsa:Action><wsa:To xmlns:wsa="${WSA}">${escapeXml(url)}</wsa:To>`;
}

/** Makes a pull point. Throws a StreamFaultError. @param eventsUrl the event service */
export async function createPullPoint(
  session: SoapSession,
  eventsUrl: string,
  lifetimeMs: number,
): Promise<PullPoint> {
  const { body, raw } = await session.ask(
    eventsUrl,
    `<CreatePullPointSubscription xmlns="${TEV}"><InitialTerminationTime>${seconds(lifetimeMs)}</InitialTerminationTime></CreatePullPointSubscription>`,
    {
      header: addressing(eventsUrl, `${TEV}/EventPortType/CreatePullPointSubscriptionRequest`),
      once: true,
    },
  );
  const reference = find(body, 'SubscriptionReference');
  const named = reference ? textOf(reference, 'Address') : '';
  // Some firmware answers with nothing at all in it and means the event service itself.
  const url = named === '' ? eventsUrl : deviceUrlAt(named, session.host, 'http:');
  if (url === null) throw new StreamFaultError('protocol', 'the camera’s event subscription has no address');
  return { url, header: referenceParameters(raw) };
}

/** Waits for messages. @param timeoutMs how long the device may wait; the question itself gets a little more */
export async function pullMessages(
  session: SoapSession,
  point: PullPoint,
  timeoutMs: number,
): Promise<XmlElement> {
  const { body } = await session.ask(
    point.url,
    `<PullMessages xmlns="${TEV}"><Timeout>${seconds(timeoutMs)}</Timeout><MessageLimit>50</MessageLimit></PullMessages>`,
    {
      header: addressing(point.url, `${TEV}/PullPointSubscription/PullMessagesRequest`) + point.header,
      timeoutMs: timeoutMs + 5000,
      once: true,
    },
  );
  return body;
}

export async function renewPullPoint(
  session: SoapSession,
  point: PullPoint,
  lifetimeMs: number,
): Promise<void> {
  await session.ask(
    point.url,
    `<Renew xmlns="${WSNT}"><TerminationTime>${seconds(lifetimeMs)}</TerminationTime></Renew>`,
    {
      header:
        addressing(point.url, `${WSNT.replace('b-2', 'bw-2')}/SubscriptionManager/RenewRequest`) +
        point.header,
    },
  );
}

export async function endPullPoint(session: SoapSession, point: PullPoint): Promise<void> {
  await session.ask(point.url, `<Unsubscribe xmlns="${WSNT}"/>`, {
    header:
      addressing(point.url, `${WSNT.replace('b-2', 'bw-2')}/SubscriptionManager/UnsubscribeRequest`) +
      point.header,
    once: true,
    timeoutMs: FAREWELL_MS,
  });
}
