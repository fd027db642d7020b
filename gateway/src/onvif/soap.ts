import { createHash, randomBytes } from 'node:crypto';
import { request } from 'node:http';
import { codeOf, messageOf } from '../base/errors.ts';
import { type Login, StreamFaultError } from '../pipeline.ts';
import { escapeXml, find, parseXml, textOf, XML_LIMIT, type XmlElement, XmlError } from './xml.ts';

const ENVELOPE = 'http://www.w3.org/2003/05/soap-envelope';
const WSSE = 'http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd';
const WSU = 'http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd';
const DIGEST =
  'http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-username-token-profile-1.0#PasswordDigest';
const BASE64 =
  'http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-soap-message-security-1.0#Base64Binary';

/** WS-Security UsernameToken Profile 1.0: digest = Base64(SHA-1(nonce + created + password)), created by the device's clock. */
export function usernameToken(login: Login, createdMs: number, nonce: Uint8Array = randomBytes(16)): string {
  const created = new Date(createdMs).toISOString();
  const digest = createHash('sha1').update(nonce).update(created).update(login.password).digest('base64');
  return (
    `<wsse:Security s:mustUnderstand="1" xmlns:wsse="${WSSE}" xmlns:wsu="${WSU}"><wsse:UsernameToken>` +
    `<wsse:Username>${escapeXml(login.username)}</wsse:Username><wsse:Password Type="${DIGEST}">${digest}</wsse:Password>` +
    `<wsse:Nonce EncodingType="${BASE64}">${Buffer.from(nonce).toString('base64')}</wsse:Nonce>` +
    `<wsu:Created>${created}</wsu:Created></wsse:UsernameToken></wsse:Security>`
  );
}

/** A SOAP 1.2 envelope. */
export function envelope(header: string, body: string): string {
  return `<?xml version="1.0" encoding="UTF-8"?><s:Envelope xmlns:s="${ENVELOPE}"><s:Header>${header}</s:Header><s:Body>${body}</s:Body></s:Envelope>`;
}

type HttpAnswer = { status: number; body: string };
const TIMEOUT_MS = 5000;

/** One POST: no redirects, no proxy, at most 256 kB, 5 s in all however slowly the device drips. */
function post(url: string, body: string): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    const deadline = AbortSignal.timeout(TIMEOUT_MS);
    const headers = {
      'content-type': 'application/soap+xml; charset=utf-8',
      'content-length': Buffer.byteLength(body),
      connection: 'close',
    };
    const outgoing = request(url, { method: 'POST', headers, signal: deadline, agent: false }, (incoming) => {
      const chunks: Buffer[] = [];
      let size = 0;
      incoming.on('data', (chunk: Buffer) => {
        size += chunk.length;
        if (size > XML_LIMIT) outgoing.destroy(new XmlError(`the answer is larger than ${XML_LIMIT} bytes`));
        else chunks.push(chunk);
      });
      incoming.on('end', () =>
        resolve({ status: incoming.statusCode ?? 0, body: Buffer.concat(chunks).toString('utf8') }),
      );
      incoming.on('error', reject);
    });
    let connected = false;
    outgoing.on('socket', (socket) => socket.once('connect', () => (connected = true)));
    outgoing.on('error', (error) => reject(deadline.aborted ? timeout(connected, error) : error));
    outgoing.end(body);
  });
}

function timeout(connected: boolean, cause: unknown): StreamFaultError {
  return connected
    ? new StreamFaultError(
        'no-response',
        `the ONVIF service did not answer within ${TIMEOUT_MS / 1000} s: restart the camera`,
        { cause },
      )
    : new StreamFaultError('unreachable', 'the camera does not answer: check its power, cable and address', {
        cause,
      });
}

function toFault(error: unknown): StreamFaultError {
  if (error instanceof StreamFaultError) return error;
  const code = codeOf(error);
  if (code === 'ECONNREFUSED') {
    return new StreamFaultError('port-closed', 'the ONVIF port is closed: switch ONVIF on in the camera', {
      cause: error,
    });
  }
  if (code === 'EHOSTUNREACH' || code === 'ENETUNREACH' || code === 'ETIMEDOUT' || code === 'ENOTFOUND') {
    return new StreamFaultError(
      'unreachable',
      'the camera does not answer: check its power, cable and address',
      { cause: error },
    );
  }
  return new StreamFaultError('protocol', `ONVIF answer not understood: ${messageOf(error)}`.slice(0, 250), {
    cause: error,
  });
}

const isNotAuthorized = (fault: XmlElement) => {
  const said = fault.children
    .map((child) => JSON.stringify(child, (key, value) => (key === 'attributes' ? undefined : value)))
    .join(' ');
  return /NotAuthorized|Sender not Authorized|not authorized|FailedAuthentication|unauthorized/i.test(said);
};

/**
 * Calls one operation and returns the Body element. A fault is an error whatever the HTTP status says.
 * @param header security header or ''
 * @throws StreamFaultError `unauthorized`, `port-closed`, `unreachable`, `no-response` or `protocol`
 */
export async function callSoap(url: string, header: string, operation: string): Promise<XmlElement> {
  try {
    const { status, body } = await post(url, envelope(header, operation));
    if (status === 401) throw new StreamFaultError('unauthorized', 'wrong user name or password for ONVIF');
    const document = parseXml(body);
    const fault = find(document, 'Fault');
    if (fault) {
      if (isNotAuthorized(fault))
        throw new StreamFaultError('unauthorized', 'wrong user name or password for ONVIF');
      throw new StreamFaultError(
        'protocol',
        `ONVIF fault: ${textOf(fault, 'Text') || textOf(fault, 'faultstring') || 'no reason given'}`.slice(
          0,
          250,
        ),
      );
    }
    const content = find(document, 'Body');
    if (!content) throw new StreamFaultError('protocol', `ONVIF answer without a body (HTTP ${status})`);
    return content;
  } catch (error) {
    throw toFault(error);
  }
}
