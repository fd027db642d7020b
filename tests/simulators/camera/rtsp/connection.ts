import { randomInt } from 'node:crypto';
import type { Socket } from 'node:net';
import { drip } from '../drip.ts';
import { concerns } from '../faults.ts';
import { RtpStream } from '../media/rtp-stream.ts';
import {
  accept,
  formatResponse,
  RtspReader,
  type RtspRequest,
  type RtspResponse,
  refuse,
} from './message.ts';
import { describeAudioOnly, describeClip } from './sdp.ts';
import type { RtspHost, RtspMount } from './server.ts';
import { parseTransport, type Transport, tcpTransport, udpTransport } from './transport.ts';

/** `ready` after SETUP, `playing` after PLAY (RFC 2326 appendix A.2). */
type SessionState =
  | { readonly kind: 'none' }
  | { readonly kind: 'ready'; readonly id: string; readonly transport: Transport; readonly stream: RtpStream }
  | {
      readonly kind: 'playing';
      readonly id: string;
      readonly transport: Transport;
      readonly stream: RtpStream;
    };

type Handler = (request: RtspRequest, mount: RtspMount) => RtspResponse | Promise<RtspResponse>;

/** One client of a camera: at most one session, which ends with the connection. */
export class RtspConnection {
  readonly #socket: Socket;
  readonly #host: RtspHost;
  readonly #reader = new RtspReader();
  readonly #handlers: ReadonlyMap<string, Handler>;
  #session: SessionState = { kind: 'none' };
  #work: Promise<void> = Promise.resolve();
  #idleTimer: NodeJS.Timeout | undefined;
  #endTimer: NodeJS.Timeout | undefined;

  constructor(socket: Socket, host: RtspHost) {
    this.#socket = socket;
    this.#host = host;
    this.#handlers = new Map<string, Handler>([
      ['DESCRIBE', (request, mount) => this.#describe(request, mount)],
      ['SETUP', (request, mount) => this.#setUp(request, mount)],
      ['PLAY', (request) => this.#play(request)],
      ['GET_PARAMETER', () => accept(this.#sessionHeaders())],
      ['SET_PARAMETER', () => accept(this.#sessionHeaders())],
      ['TEARDOWN', () => this.#tearDown()],
    ]);
  }

  /** Serves the socket until it closes. */
  start(): void {
    const stopListening = this.#host.faults.onChange(() => this.#armDisconnect());
    this.#socket.setNoDelay(true);
    this.#socket.on('data', (chunk) => this.#receive(chunk));
    this.#socket.on('error', () => undefined);
    this.#socket.once('close', () => {
      stopListening();
      clearTimeout(this.#idleTimer);
      clearTimeout(this.#endTimer);
      this.#endSession();
    });
  }

  #receive(chunk: Buffer): void {
    if (concerns(this.#host.faults.effects.silences, 'rtsp')) return;
    try {
      const reportsBefore = this.#reader.interleavedPackets;
      const requests = this.#reader.push(chunk);
      if (requests.length > 0 || this.#reader.interleavedPackets > reportsBefore) this.#idleTimer?.refresh();
      for (const request of requests) {
        this.#work = this.#work.then(() => this.#serve(request)).catch(() => void this.#socket.destroy());
      }
    } catch {
      this.#socket.end(formatResponse(refuse(400, 'Bad Request'), undefined));
    }
  }

  async #serve(request: RtspRequest): Promise<void> {
    const response = await this.#answer(request);
    const bytes = formatResponse(response, request.headers.get('cseq'));
    const { drips } = this.#host.faults.effects;
    if (drips !== undefined && concerns(drips.at, 'rtsp')) drip(this.#socket, bytes, drips);
    else if (this.#socket.writable) this.#socket.write(bytes);
    if (this.#session.kind === 'playing') {
      this.#host.pacer.add(this.#session.stream);
      this.#host.streams.add(this.#session.stream);
    }
    if (request.method === 'TEARDOWN') this.#socket.end();
  }

  #answer(request: RtspRequest): RtspResponse | Promise<RtspResponse> {
    const { effects } = this.#host.faults;
    const allowed = ['OPTIONS', ...this.#handlers.keys()].join(', ');
    if (request.method === 'OPTIONS') return accept([['Public', allowed], ...this.#sessionHeaders()]);
    if (effects.redirectsTo !== undefined)
      return refuse(302, 'Moved Temporarily', [['Location', effects.redirectsTo]]);
    const verdict = this.#host.authorise(request.method, request.url, request.headers.get('authorization'));
    if (verdict !== 'granted') {
      const challenges = this.#host.authenticator.challenges(verdict);
      return refuse(
        401,
        'Unauthorized',
        challenges.map((challenge) => ['WWW-Authenticate', challenge] as const),
      );
    }
    const handler = this.#handlers.get(request.method);
    if (handler === undefined) return refuse(501, 'Not Implemented', [['Allow', allowed]]);
    const mount = this.#host.mountAt(request.url);
    if (mount === undefined) return refuse(404, 'Not Found');
    const claimed = request.headers.get('session');
    const owned = this.#session.kind === 'none' ? undefined : this.#session.id;
    if (claimed !== undefined && claimed.split(';')[0] !== owned) return refuse(454, 'Session Not Found');
    return handler(request, mount);
  }

  #describe(request: RtspRequest, mount: RtspMount): RtspResponse {
    const { faults, name } = this.#host;
    const sdp = faults.effects.describesAudioOnly ? describeAudioOnly(name) : describeClip(mount.clip, name);
    const base = request.url.endsWith('/') ? request.url : `${request.url}/`;
    return accept(
      [
        ['Content-Base', base],
        ['Content-Type', 'application/sdp'],
      ],
      sdp,
    );
  }

  async #setUp(request: RtspRequest, mount: RtspMount): Promise<RtspResponse> {
    if (this.#session.kind !== 'none') return refuse(459, 'Aggregate Operation Not Allowed');
    const wish = parseTransport(request.headers.get('transport') ?? '');
    if (wish === undefined) return refuse(461, 'Unsupported Transport');
    const [local, remote] = [this.#socket.localAddress, this.#socket.remoteAddress];
    if (local === undefined || remote === undefined) return refuse(500, 'Internal Server Error');
    const transport =
      wish.kind === 'tcp'
        ? tcpTransport(this.#socket, wish)
        : await udpTransport({ local, remote }, wish, () => this.#idleTimer?.refresh());
    if (this.#socket.destroyed) {
      transport.close();
      return refuse(500, 'Internal Server Error');
    }
    const { faults, wallMs, random, stampBuffer } = this.#host;
    const positionTicks = mount.positionTicks();
    const stream = new RtpStream({
      clip: mount.clip,
      positionTicks,
      faults,
      wallMs,
      random,
      stampBuffer,
      sink: transport,
    });
    this.#session = { kind: 'ready', id: String(randomInt(1e8, 1e9)), transport, stream };
    this.#idleTimer = setTimeout(() => this.#socket.destroy(), this.#host.sessionTimeoutS * 1000);
    const ssrc = stream.ssrc.toString(16).padStart(8, '0').toUpperCase();
    return accept([['Transport', `${transport.header};ssrc=${ssrc}`], ...this.#sessionHeaders()]);
  }

  #play(request: RtspRequest): RtspResponse {
    if (this.#session.kind === 'none') return refuse(455, 'Method Not Valid in This State');
    const { stream } = this.#session;
    this.#session = { ...this.#session, kind: 'playing' };
    this.#armDisconnect();
    const track = `${request.url.replace(/\/$/, '')}/trackID=0`;
    const info = `url=${track};seq=${stream.nextSequence};rtptime=${stream.nextTimestamp}`;
    return accept([['Range', 'npt=now-'], ['RTP-Info', info], ...this.#sessionHeaders()]);
  }

  #tearDown(): RtspResponse {
    const headers = this.#sessionHeaders();
    this.#endSession();
    return accept(headers);
  }

  #sessionHeaders(): (readonly [string, string])[] {
    return this.#session.kind === 'none'
      ? []
      : [['Session', `${this.#session.id};timeout=${this.#host.sessionTimeoutS}`]];
  }

  #armDisconnect(): void {
    clearTimeout(this.#endTimer);
    const { endsAfterMs } = this.#host.faults.effects;
    if (endsAfterMs === undefined || this.#session.kind !== 'playing') return;
    this.#endTimer = setTimeout(() => this.#socket.destroy(), endsAfterMs);
  }

  #endSession(): void {
    if (this.#session.kind === 'none') return;
    this.#host.pacer.delete(this.#session.stream);
    this.#host.streams.delete(this.#session.stream);
    this.#session.transport.close();
    this.#session = { kind: 'none' };
  }
}
