import { type IncomingMessage, request } from 'node:http';
import { codeOf, messageOf } from '../../base/errors.ts';
import { StreamFaultError } from '../../pipeline.ts';
import { XmlError } from './xml.ts';

export type HttpQuestion = {
  url: string;
  method: 'GET' | 'POST';
  headers?: Readonly<Record<string, string>>;
  body?: string;
  /** Longer answers are refused, bytes. */
  limitBytes: number;
  /** In all, however slowly the device drips, ms. */
  timeoutMs: number;
  signal?: AbortSignal | undefined;
};

export type HttpAnswer = {
  status: number;
  body: Buffer;
  /** Each WWW-Authenticate header, at most eight. */
  challenges: readonly string[];
  /** The Date header, ms since the epoch; null when absent or no date. */
  dateMs: number | null;
  contentType: string;
};

function collect(incoming: IncomingMessage, limitBytes: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    incoming.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > limitBytes) incoming.destroy(new XmlError(`the answer is larger than ${limitBytes} bytes`));
      else chunks.push(chunk);
    });
    incoming.once('end', () => resolve(Buffer.concat(chunks)));
    incoming.once('error', (error) => {
      // Some devices promise more bytes than they send and hang up: what came may be whole all the same.
      if (codeOf(error) === 'ECONNRESET' && size > 0) resolve(Buffer.concat(chunks));
      else reject(error);
    });
  });
}

function describe(incoming: IncomingMessage, body: Buffer): HttpAnswer {
  const dateMs = Date.parse(incoming.headers.date ?? '');
  return {
    status: incoming.statusCode ?? 0,
    body,
    challenges: (incoming.headersDistinct['www-authenticate'] ?? []).slice(0, 8),
    dateMs: Number.isFinite(dateMs) ? dateMs : null,
    contentType: incoming.headers['content-type'] ?? '',
  };
}

/**
 * One question by HTTP: no redirects, no proxy, no kept connection, bounded in bytes and in time.
 * @throws StreamFaultError `port-closed`, `unreachable`, `no-response`, `disconnected` or `protocol`
 */
export function askHttp(question: HttpQuestion): Promise<HttpAnswer> {
  const { url, method, body, timeoutMs, limitBytes, signal } = question;
  const deadline = AbortSignal.timeout(timeoutMs);
  const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
  const headers = { ...question.headers, ...length, connection: 'close' };
  let connected = false;
  return new Promise<HttpAnswer>((resolve, reject) => {
    const signals = signal ? AbortSignal.any([deadline, signal]) : deadline;
    const outgoing = request(url, { method, headers, signal: signals, agent: false }, (incoming) => {
      collect(incoming, limitBytes).then((bytes) => {
        resolve(describe(incoming, bytes));
        outgoing.destroy();
      }, reject);
    });
    outgoing.on('socket', (socket) => {
      socket.once('connect', () => {
        connected = true;
      });
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  }).catch((error: unknown) => {
    throw deadline.aborted ? timedOut(connected, error) : toFault(error);
  });
}

const UNREACHABLE = 'the camera does not answer: check its power, cable and address';

function timedOut(connected: boolean, cause: unknown): StreamFaultError {
  return connected
    ? new StreamFaultError('no-response', 'the ONVIF service does not answer in time: restart the camera', {
        cause,
      })
    : new StreamFaultError('unreachable', UNREACHABLE, { cause });
}

/** A foreign error as a fault of ours; faults stay what they are. */
export function toFault(error: unknown): StreamFaultError {
  if (error instanceof StreamFaultError) return error;
  const cause = { cause: error };
  switch (codeOf(error)) {
    case 'ECONNREFUSED':
      return new StreamFaultError(
        'port-closed',
        'the ONVIF port is closed: switch ONVIF on in the camera',
        cause,
      );
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
    case 'ETIMEDOUT':
    case 'ENOTFOUND':
      return new StreamFaultError('unreachable', UNREACHABLE, cause);
    case 'ECONNRESET':
    case 'EPIPE':
      return new StreamFaultError(
        'disconnected',
        'the camera closed the connection without an answer',
        cause,
      );
    default:
      return new StreamFaultError(
        'protocol',
        `ONVIF answer not understood: ${messageOf(error)}`.slice(0, 250),
        cause,
      );
  }
}
