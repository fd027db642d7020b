import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';

export type Asked = { method: string; url: string; headers: Map<string, string> };
/** The answer to one request: status line and headers behind `RTSP/1.0 `, a body, or null to stay silent. */
export type Answer = { head: string; body?: string } | null;

/** A camera that answers by script, for what no well-made camera does. */
export class ScriptedCamera {
  readonly asked: Asked[] = [];
  readonly #server: Server;
  readonly #answer: (request: Asked, socket: Socket) => Answer;
  readonly #sockets = new Set<Socket>();

  constructor(answer: (request: Asked, socket: Socket) => Answer) {
    this.#answer = answer;
    this.#server = createServer((socket) => this.accept(socket));
  }

  /** Serves a connection, also one that came through TLS. */
  accept(socket: Socket): void {
    const answer = this.#answer;
    this.#sockets.add(socket);
    let held = '';
    socket.on('error', () => {});
    socket.on('close', () => this.#sockets.delete(socket));
    socket.on('data', (chunk) => {
      held = (held + chunk.toString('latin1')).replace(/^\$[\s\S]*$/, '');
      for (let end = held.indexOf('\r\n\r\n'); end >= 0; end = held.indexOf('\r\n\r\n')) {
        const request = read(held.slice(0, end));
        held = held.slice(end + 4);
        this.asked.push(request);
        const reply = answer(request, socket);
        if (reply !== null && socket.writable)
          socket.write(format(reply, request.headers.get('cseq') ?? '0'));
      }
    });
  }

  async start(): Promise<void> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
  }

  get url(): string {
    const address: AddressInfo | string | null = this.#server.address();
    return `rtsp://127.0.0.1:${typeof address === 'object' ? address?.port : 0}/live`;
  }

  methods(): string[] {
    return this.asked.map(({ method }) => method);
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
    await once(this.#server, 'close');
  }
}

function read(text: string): Asked {
  const [first = '', ...lines] = text.split('\r\n');
  const [method = '', url = ''] = first.split(' ');
  const headers = new Map(
    lines.map((line): [string, string] => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
    }),
  );
  return { method, url, headers };
}

function format({ head, body = '' }: { head: string; body?: string }, cseq: string): string {
  const length = body === '' ? '' : `Content-Length: ${Buffer.byteLength(body)}\r\n`;
  return `RTSP/1.0 ${head}\r\nCSeq: ${cseq}\r\n${length}\r\n${body}`;
}

export const SDP = [
  'v=0',
  's=scripted',
  'm=video 0 RTP/AVP 96',
  'a=rtpmap:96 H264/90000',
  'a=fmtp:96 sprop-parameter-sets=Z0IAKQ==,aM48gA==',
  'a=control:trackID=0',
  '',
].join('\r\n');

/** Answers as a healthy camera without password would. */
export function healthy({ method }: Asked): Answer {
  if (method === 'OPTIONS') return { head: '200 OK\r\nPublic: OPTIONS, DESCRIBE, SETUP, PLAY, TEARDOWN' };
  if (method === 'DESCRIBE') return { head: '200 OK', body: SDP };
  if (method === 'SETUP')
    return { head: '200 OK\r\nSession: 77;timeout=1\r\nTransport: RTP/AVP/TCP;interleaved=0-1' };
  return { head: '200 OK' };
}

/** One interleaved RTP packet with a whole NAL unit. */
export function packet(sequence: number, nal: readonly number[]): Buffer {
  const bytes = Buffer.alloc(4 + 12 + nal.length);
  bytes[0] = 0x24;
  bytes.writeUInt16BE(12 + nal.length, 2);
  bytes[4] = 0x80;
  bytes[5] = 96 | 0x80;
  bytes.writeUInt16BE(sequence, 6);
  bytes.writeUInt32BE(sequence * 3_600, 8);
  bytes.set(nal, 16);
  return bytes;
}
