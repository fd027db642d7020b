import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { drip } from '../drip.ts';
import { concerns } from '../faults.ts';
import { Listener } from '../listener.ts';
import { deviceService } from './device-service.ts';
import { eventService, subscriptionService } from './event-service.ts';
import type { Gate } from './gate.ts';
import type { OnvifHost, OnvifService } from './host.ts';
import { imagingService } from './imaging-service.ts';
import { mediaService, SNAPSHOT_PATH } from './media-service.ts';
import { media2Service } from './media2-service.ts';
import { ptzService } from './ptz-service.ts';
import { envelope, faultEnvelope, parseSoap } from './soap.ts';

const services: readonly OnvifService[] = [
  deviceService,
  mediaService,
  media2Service,
  eventService,
  subscriptionService,
  ptzService,
  imagingService,
];
const MAX_REQUEST_BYTES = 256 * 1024;

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: Buffer | string;
  readonly headers?: Readonly<Record<string, string | string[]>>;
}

/** An HTTP port of one camera: its ONVIF services and its snapshot. All ports of a camera share one gate. */
export function onvifListener(onvif: OnvifHost, gate: Gate, host: string, port: number): Listener {
  const server = createServer((request, response) => {
    if (concerns(onvif.faults.effects.silences, 'onvif')) return;
    const { closesEventsAfterMs } = onvif.quirk;
    if (closesEventsAfterMs !== undefined && isEventRequest(request)) {
      const timer = setTimeout(() => request.socket.destroy(), closesEventsAfterMs);
      response.once('close', () => clearTimeout(timer));
    }
    answer(onvif, gate, request)
      .catch((): Answer => ({ status: 500, type: 'text/plain', body: 'internal error' }))
      .then((reply) => send(onvif, response, reply));
  });
  return new Listener(server, host, port);
}

const pathOf = (request: IncomingMessage) => (request.url ?? '').split('?')[0] ?? '';
const isEventRequest = (request: IncomingMessage) =>
  pathOf(request).startsWith(eventService.path) || pathOf(request).startsWith(subscriptionService.path);

async function answer(onvif: OnvifHost, gate: Gate, request: IncomingMessage): Promise<Answer> {
  const path = pathOf(request);
  if (request.method === 'GET' && path === SNAPSHOT_PATH) return answerSnapshot(onvif, gate, request);
  const service = services.find((candidate) => path.startsWith(candidate.path));
  if (service === undefined) return { status: 404, type: 'text/plain', body: 'not found' };
  if (request.method !== 'POST')
    return { status: 405, type: 'text/plain', body: 'SOAP is POST', headers: { Allow: 'POST' } };
  const xml = await readBody(request);
  return xml === undefined
    ? soapFault(onvif, 'ter:InvalidArgs', 'request too large')
    : answerSoap(onvif, gate, request, xml);
}

async function answerSoap(
  onvif: OnvifHost,
  gate: Gate,
  request: IncomingMessage,
  xml: string,
): Promise<Answer> {
  try {
    const { operation, namespace } = parseSoap(xml);
    const handler = services.find((service) => service.namespace === namespace)?.operations.get(operation);
    const refusal = gate.refusal(operation, xml, request);
    if (refusal !== undefined && 'challenges' in refusal) return unauthorized(refusal.challenges);
    if (refusal !== undefined) return soapFault(onvif, 'ter:NotAuthorized', refusal.reason);
    if (handler === undefined) return soapFault(onvif, 'ter:ActionNotSupported', `no operation ${operation}`);
    if (onvif.quirk.media2 === 'broken' && namespace === media2Service.namespace)
      return soapFault(onvif, 'ter:ActionNotSupported', 'Optional Action Not Implemented');
    const result = await handler(onvif, xml, { url: request.url ?? '' });
    if (typeof result !== 'string') return soapFault(onvif, result.fault, result.reason);
    const whole = envelope(result);
    return soap(200, onvif.quirk.rewrite?.(operation, whole) ?? whole);
  } catch (error) {
    return soapFault(onvif, 'ter:WellFormed', error instanceof Error ? error.message : 'not SOAP');
  }
}

async function answerSnapshot(onvif: OnvifHost, gate: Gate, request: IncomingMessage): Promise<Answer> {
  const challenges = gate.httpChallenges(request);
  return challenges === undefined
    ? { status: 200, type: 'image/jpeg', body: await onvif.snapshot() }
    : unauthorized(challenges);
}

function unauthorized(challenges: string[]): Answer {
  return {
    status: 401,
    type: 'text/plain',
    body: 'unauthorized',
    headers: { 'WWW-Authenticate': challenges },
  };
}

/** The body as text; undefined when it is longer than the limit. */
async function readBody(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request) {
    const bytes = Buffer.from(chunk);
    length += bytes.length;
    if (length > MAX_REQUEST_BYTES) return undefined;
    chunks.push(bytes);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function soap(status: number, xml: string | Buffer): Answer {
  return { status, type: 'application/soap+xml; charset=utf-8', body: xml };
}

/** Faults of the sender travel with HTTP 400 (SOAP 1.2 part 2, table 20). */
function soapFault(onvif: OnvifHost, subcode: string, reason: string): Answer {
  return soap(onvif.quirk.faultStatus ?? 400, faultEnvelope(subcode, reason));
}

function send(onvif: OnvifHost, response: ServerResponse, reply: Answer): void {
  const body = Buffer.from(reply.body);
  response.sendDate = false;
  response.writeHead(reply.status, {
    'Content-Type': reply.type,
    'Content-Length': body.length,
    ...(onvif.quirk.hidesDate ? {} : { Date: new Date(onvif.wallMs()).toUTCString() }),
    ...reply.headers,
    // Otherwise the server shuts the connection down itself, and Node loses a handle that is reset while it shuts down.
    ...(onvif.quirk.resetsAfterReply ? { Connection: 'keep-alive' } : {}),
  });
  if (onvif.quirk.resetsAfterReply) response.once('finish', () => response.req.socket.resetAndDestroy());
  const { drips } = onvif.faults.effects;
  if (drips === undefined || !concerns(drips.at, 'onvif')) {
    response.end(body);
    return;
  }
  drip(response, body, { byteEveryMs: drips.byteEveryMs, onDone: () => response.end() });
}
