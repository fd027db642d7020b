import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { drip } from '../drip.ts';
import { concerns } from '../faults.ts';
import { Listener } from '../listener.ts';
import { deviceService, openOperations } from './device-service.ts';
import type { OnvifHost, OnvifService } from './host.ts';
import { mediaService, SNAPSHOT_PATH } from './media-service.ts';
import { envelope, faultEnvelope, parseSoap } from './soap.ts';
import { TokenGuard } from './ws-security.ts';

const services: readonly OnvifService[] = [deviceService, mediaService];
const MAX_REQUEST_BYTES = 256 * 1024;

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: Buffer | string;
  readonly headers?: Readonly<Record<string, string | string[]>>;
}

/** The HTTP port of one camera: its ONVIF services and its snapshot. */
export function onvifListener(onvif: OnvifHost, host: string, port: number): Listener {
  const guard = new TokenGuard();
  const server = createServer((request, response) => {
    if (concerns(onvif.faults.effects.silences, 'onvif')) return;
    answer(onvif, guard, request)
      .catch((): Answer => ({ status: 500, type: 'text/plain', body: 'internal error' }))
      .then((reply) => send(onvif, response, reply));
  });
  return new Listener(server, host, port);
}

async function answer(onvif: OnvifHost, guard: TokenGuard, request: IncomingMessage): Promise<Answer> {
  const path = request.url ?? '';
  if (request.method === 'GET' && path === SNAPSHOT_PATH) return answerSnapshot(onvif, request);
  const service = services.find((candidate) => candidate.path === path);
  if (service === undefined) return { status: 404, type: 'text/plain', body: 'not found' };
  if (request.method !== 'POST')
    return { status: 405, type: 'text/plain', body: 'SOAP is POST', headers: { Allow: 'POST' } };
  const xml = await readBody(request);
  return xml === undefined
    ? soapFault('ter:InvalidArgs', 'request too large')
    : answerSoap(onvif, guard, xml);
}

function answerSoap(onvif: OnvifHost, guard: TokenGuard, xml: string): Answer {
  try {
    const { operation, namespace } = parseSoap(xml);
    const handler = services.find((service) => service.namespace === namespace)?.operations.get(operation);
    if (!openOperations.has(operation) && !mayEnter(onvif, guard, xml)) {
      return soapFault('ter:NotAuthorized', 'Sender not Authorized');
    }
    if (handler === undefined) return soapFault('ter:ActionNotSupported', `no operation ${operation}`);
    const result = handler(onvif, xml);
    return typeof result === 'string' ? soap(200, envelope(result)) : soapFault(result.fault, result.reason);
  } catch (error) {
    return soapFault('ter:WellFormed', error instanceof Error ? error.message : 'not SOAP');
  }
}

function mayEnter(onvif: OnvifHost, guard: TokenGuard, xml: string): boolean {
  if (concerns(onvif.faults.effects.refusesLogin, 'onvif')) return false;
  return guard.verify(xml, onvif.credentials(), onvif.wallMs()) === 'granted';
}

async function answerSnapshot(onvif: OnvifHost, request: IncomingMessage): Promise<Answer> {
  const { authorization: header } = request.headers;
  const refused = concerns(onvif.faults.effects.refusesLogin, 'onvif');
  const asked = { method: 'GET', uri: SNAPSHOT_PATH, header };
  const verdict = refused ? 'denied' : onvif.authenticator.verify(asked, onvif.credentials());
  if (verdict === 'granted') return { status: 200, type: 'image/jpeg', body: await onvif.snapshot() };
  const challenges = onvif.authenticator.challenges(verdict);
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

function soap(status: number, xml: string): Answer {
  return { status, type: 'application/soap+xml; charset=utf-8', body: xml };
}

/** Faults of the sender travel with HTTP 400 (SOAP 1.2 part 2, table 20). */
function soapFault(subcode: string, reason: string): Answer {
  return soap(400, faultEnvelope(subcode, reason));
}

function send(onvif: OnvifHost, response: ServerResponse, reply: Answer): void {
  const body = Buffer.from(reply.body);
  response.writeHead(reply.status, {
    'Content-Type': reply.type,
    'Content-Length': body.length,
    ...reply.headers,
  });
  const { drips } = onvif.faults.effects;
  if (drips === undefined || !concerns(drips.at, 'onvif')) {
    response.end(body);
    return;
  }
  drip(response, body, { byteEveryMs: drips.byteEveryMs, onDone: () => response.end() });
}
