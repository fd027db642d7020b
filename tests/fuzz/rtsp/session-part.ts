import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { StreamFaultError } from '../../../gateway/src/pipeline.ts';
import { RtspSource } from '../../../gateway/src/rtsp/source.ts';
import { below, cutUp, mutate, pick, type Random } from '../mutate.ts';
import { type Corpus, DESCRIPTIONS, TOKENS } from './corpus.ts';

/** Short, so that silence costs little; a session that outlives them by more than a second hangs. */
const LIMITS = { connectMs: 200, responseMs: 150, packetsMs: 200, keyframeMs: 250, reportMs: 50 };
const REQUESTS = 5;
const TEARDOWN_MS = 300;
const ALLOWED_MS = LIMITS.connectMs + REQUESTS * LIMITS.responseMs + LIMITS.keyframeMs + TEARDOWN_MS + 1_000;

/** A camera that answers correctly but for one place, and sends packets of which some are spoiled. */
export class HostileCamera {
  readonly #corpus: Corpus;
  readonly #random: Random;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  /** Beginning of what was sent, to make a failure again. */
  sent: Buffer[] = [];

  constructor(corpus: Corpus, random: Random) {
    this.#corpus = corpus;
    this.#random = random;
    const spoiledAt = below(random, REQUESTS + 2);
    this.#server = createServer((socket) => this.#serve(socket, spoiledAt));
  }

  async start(): Promise<string> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    const { port }: Partial<AddressInfo> = Object(this.#server.address());
    return `rtsp://127.0.0.1:${port}/live`;
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
    await once(this.#server, 'close');
  }

  #serve(socket: Socket, spoiledAt: number): void {
    let asked = 0;
    this.#sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => this.#sockets.delete(socket));
    socket.on('data', (chunk) => {
      for (const [, method = '', cseq = ''] of chunk
        .toString('latin1')
        .matchAll(/^([A-Z_]+) [^$]*?CSeq: (\d+)/gms)) {
        const answer = this.#answer(method, cseq);
        const isSpoiled = asked++ === spoiledAt;
        this.#send(socket, isSpoiled ? mutate(answer, this.#random, { tokens: TOKENS }) : answer);
        if (method === 'PLAY') this.#play(socket);
      }
    });
  }

  #answer(method: string, cseq: string): Buffer {
    const head = (text: string, body = '') =>
      Buffer.from(
        `RTSP/1.0 ${text}\r\nCSeq: ${cseq}\r\n${body === '' ? '' : `Content-Length: ${body.length}\r\n`}\r\n${body}`,
      );
    if (method === 'OPTIONS') return head('200 OK\r\nPublic: OPTIONS, GET_PARAMETER');
    if (method === 'DESCRIBE') return head('200 OK', DESCRIPTIONS[0]);
    if (method === 'SETUP')
      return head('200 OK\r\nSession: 7;timeout=1\r\nTransport: RTP/AVP/TCP;interleaved=0-1');
    return head('200 OK');
  }

  #play(socket: Socket): void {
    const { packets, report } = this.#corpus;
    for (const packet of packets.h264.slice(0, 20)) {
      const isSpoiled = this.#random() < 0.2;
      const bytes = (isSpoiled ? mutate(packet, this.#random) : packet).subarray(0, 65_535);
      const framed = Buffer.concat([Buffer.from([0x24, 0, bytes.length >> 8, bytes.length & 0xff]), bytes]);
      this.#send(socket, this.#random() < 0.02 ? mutate(framed, this.#random, { tokens: TOKENS }) : framed);
    }
    this.#send(
      socket,
      Buffer.concat([
        Buffer.from([0x24, 1, 0, report.length]),
        mutate(report, this.#random).subarray(0, report.length),
      ]),
    );
    if (this.#random() < 0.3) socket.end();
  }

  #send(socket: Socket, bytes: Buffer): void {
    this.sent.push(bytes);
    const pieces = bytes.length < 2_000 && this.#random() < 0.2 ? cutUp(bytes, this.#random) : [bytes];
    for (const piece of pieces) if (socket.writable) socket.write(piece);
  }
}

/** One session with a hostile camera. @throws Error when it ends in another way than by a fault with a name, or not at all */
export async function runSession(camera: HostileCamera, random: Random): Promise<void> {
  const url = await camera.start();
  const abort = new AbortController();
  try {
    const session = play(url, random, abort.signal);
    const limit = new AbortController();
    const late = wait(ALLOWED_MS, 'late' as const, { signal: limit.signal }).catch(() => 'stopped' as const);
    const outcome = await Promise.race([session, late]);
    limit.abort();
    if (outcome === 'late') throw new Error(`the session hangs: not over after ${ALLOWED_MS} ms`);
  } finally {
    abort.abort();
    await camera.stop();
  }
}

async function play(url: string, random: Random, signal: AbortSignal): Promise<void> {
  const redirects = pick(random, ['refuse', 'same-host'] as const);
  try {
    const session = await new RtspSource({ limits: LIMITS }).open(
      { kind: 'rtsp', url, username: 'operator', password: 'CANARY', transport: 'tcp', redirects },
      { onParameterSets() {}, onAccessUnit() {} },
      signal,
    );
    await session.done;
  } catch (error) {
    if (!(error instanceof StreamFaultError)) throw error;
    if (error.message.includes('CANARY')) throw new Error(`a message holds the password: ${error.message}`);
  }
}
