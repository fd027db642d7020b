export interface RtspRequest {
  readonly method: string;
  readonly url: string;
  /** Names in lower case. */
  readonly headers: ReadonlyMap<string, string>;
}

export interface RtspResponse {
  readonly status: number;
  readonly reason: string;
  /** Pairs, because a name may come twice (WWW-Authenticate). */
  readonly headers: readonly (readonly [string, string])[];
  readonly body?: string;
}

const MAX_HEAD_BYTES = 16 * 1024;
const MAX_BODY_BYTES = 64 * 1024;

/**
 * Takes requests out of a byte stream; interleaved packets from the client (its RTCP) are counted and passed over (RFC 2326 §10.12).
 * `push` throws when the peer does not speak RTSP.
 */
export class RtspReader {
  interleavedPackets = 0;
  #pending: Buffer = Buffer.alloc(0);

  push(chunk: Buffer): RtspRequest[] {
    this.#pending = this.#pending.length === 0 ? chunk : Buffer.concat([this.#pending, chunk]);
    const requests: RtspRequest[] = [];
    while (this.#pending.length > 0) {
      const taken = this.#pending[0] === 0x24 ? this.#skipInterleaved() : this.#takeRequest(requests);
      if (taken === 0) break;
      this.#pending = this.#pending.subarray(taken);
    }
    return requests;
  }

  #skipInterleaved(): number {
    if (this.#pending.length < 4) return 0;
    const length = 4 + this.#pending.readUInt16BE(2);
    if (this.#pending.length < length) return 0;
    this.interleavedPackets++;
    return length;
  }

  #takeRequest(requests: RtspRequest[]): number {
    const end = this.#pending.indexOf('\r\n\r\n');
    if (end > MAX_HEAD_BYTES || (end < 0 && this.#pending.length > MAX_HEAD_BYTES))
      throw new Error('RTSP header is too long');
    if (end < 0) return 0;
    const request = parseHead(this.#pending.toString('utf8', 0, end));
    const bodyBytes = Number(request.headers.get('content-length') ?? 0);
    if (!Number.isInteger(bodyBytes) || bodyBytes < 0 || bodyBytes > MAX_BODY_BYTES)
      throw new Error('RTSP body is too long');
    if (this.#pending.length < end + 4 + bodyBytes) return 0;
    requests.push(request);
    return end + 4 + bodyBytes;
  }
}

function parseHead(head: string): RtspRequest {
  const [first = '', ...lines] = head.replace(/^(\r\n)+/, '').split('\r\n');
  const match = /^([A-Z_]+) (\S+) RTSP\/1\.0$/.exec(first);
  if (match === null) throw new Error('not an RTSP 1.0 request');
  const headers = new Map<string, string>();
  for (const line of lines) {
    const colon = line.indexOf(':');
    if (colon > 0) headers.set(line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim());
  }
  return { method: match[1] ?? '', url: match[2] ?? '', headers };
}

/** The bytes of a response; CSeq is the request's (RFC 2326 §12.17). */
export function formatResponse(response: RtspResponse, cseq: string | undefined): Buffer {
  const body = Buffer.from(response.body ?? '');
  const lines = [
    `RTSP/1.0 ${response.status} ${response.reason}`,
    `CSeq: ${cseq ?? '0'}`,
    ...response.headers.map(([name, value]) => `${name}: ${value}`),
    ...(body.length > 0 ? [`Content-Length: ${body.length}`] : []),
  ];
  return Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`), body]);
}

/** The common refusals (RFC 2326 §7.1.1). */
export function refuse(status: number, reason: string, headers: RtspResponse['headers'] = []): RtspResponse {
  return { status, reason, headers };
}

export function accept(headers: RtspResponse['headers'], body?: string): RtspResponse {
  return { status: 200, reason: 'OK', headers, ...(body === undefined ? {} : { body }) };
}
