import { StreamFaultError } from '../pipeline.ts';
import { MAX_BODY_BYTES, MAX_HEADERS } from './limits.ts';

/** Header values by lower-case name, in the order sent. */
export type RtspHeaders = ReadonlyMap<string, readonly string[]>;
export type RtspResponse = { status: number; headers: RtspHeaders; body: Buffer };
/** What a camera may ask of us (RFC 2326 §10: OPTIONS, REDIRECT, …). */
export type RtspRequest = { method: string; headers: RtspHeaders };
export type RtspHead = { kind: 'response'; status: number } | { kind: 'request'; method: string };
export type ParsedHead = { head: RtspHead; headers: RtspHeaders; bodyBytes: number };

export type OutgoingRequest = {
  method: string;
  url: string;
  cseq: number;
  headers: readonly (readonly [name: string, value: string])[];
};

const STATUS_LINE = /^RTSP\/1\.\d (\d{3})(?: |$)/;
const REQUEST_LINE = /^([A-Z_]{3,32}) \S+ RTSP\/1\.\d$/;

/** The first value of a header, or undefined. */
export function headerOf(headers: RtspHeaders, name: string): string | undefined {
  return headers.get(name)?.[0];
}

/** A request as it goes on the wire (RFC 2326 §6). Values must be free of line breaks: whoever builds them checks. */
export function formatRequest({ method, url, cseq, headers }: OutgoingRequest): string {
  const lines = [`${method} ${url} RTSP/1.0`, `CSeq: ${cseq}`, 'User-Agent: pingan-edge'];
  for (const [name, value] of headers) lines.push(`${name}: ${value}`);
  return `${lines.join('\r\n')}\r\n\r\n`;
}

/**
 * Reads a message head, without its final empty line.
 * @throws StreamFaultError `protocol` when it is no RTSP, or has too many headers, or announces too large a body
 */
export function parseHead(text: string): ParsedHead {
  const [first = '', ...lines] = text.split('\r\n');
  const head = parseFirstLine(first);
  if (lines.length > MAX_HEADERS) throw protocolFault(`more than ${MAX_HEADERS} header lines`);
  const headers = parseHeaders(lines);
  return { head, headers, bodyBytes: bodyLength(headerOf(headers, 'content-length')) };
}

export function protocolFault(detail: string): StreamFaultError {
  return new StreamFaultError(
    'protocol',
    `the camera's answer is not valid RTSP (${detail}): check the port, or update the camera's firmware`,
  );
}

function parseFirstLine(line: string): RtspHead {
  const status = STATUS_LINE.exec(line);
  if (status !== null) return { kind: 'response', status: Number(status[1]) };
  const method = REQUEST_LINE.exec(line)?.[1];
  if (method === undefined) throw protocolFault('first line');
  return { kind: 'request', method };
}

function parseHeaders(lines: readonly string[]): Map<string, string[]> {
  const headers = new Map<string, string[]>();
  let values: string[] = [];
  for (const line of lines) {
    if (line.startsWith(' ') || line.startsWith('\t')) {
      const last = values.pop();
      if (last !== undefined) values.push(`${last} ${line.trim()}`);
      continue;
    }
    const colon = line.indexOf(':');
    if (colon <= 0) continue;
    const name = line.slice(0, colon).trim().toLowerCase();
    values = headers.get(name) ?? [];
    values.push(line.slice(colon + 1).trim());
    headers.set(name, values);
  }
  return headers;
}

function bodyLength(value: string | undefined): number {
  if (value === undefined) return 0;
  if (!/^\d{1,9}$/.test(value)) throw protocolFault('Content-Length');
  const length = Number(value);
  if (length > MAX_BODY_BYTES) throw protocolFault(`body of more than ${MAX_BODY_BYTES} bytes`);
  return length;
}
