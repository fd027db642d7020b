import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import type { Credentials } from './authenticator.ts';

export interface ProbeResponse {
  readonly status: number;
  /** Names in lower case; values of repeated headers are joined by newlines. */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: string;
}

export interface InterleavedPacket {
  readonly channel: number;
  readonly bytes: Buffer;
}

type Waiter = () => void;

/**
 * A plain RTSP client for checking the simulator; it shares no code with the simulator's server nor with the product.
 * It keeps every packet until it is asked for: for short probes only.
 */
export class ProbeClient {
  readonly #url: string;
  readonly #credentials: Credentials | undefined;
  readonly #socket: Socket;
  readonly #responses: ProbeResponse[] = [];
  readonly #packets: InterleavedPacket[] = [];
  #waiters: Waiter[] = [];
  #pending: Buffer = Buffer.alloc(0);
  #cseq = 0;
  #challenge = '';
  #error: Error | undefined;
  session = '';

  private constructor(socket: Socket, url: string, credentials: Credentials | undefined) {
    this.#socket = socket;
    this.#url = url;
    this.#credentials = credentials;
    socket.on('data', (chunk) => this.#receive(chunk));
    socket.on('error', () => undefined);
    socket.on('close', () => this.#wake(new Error('connection closed')));
  }

  /** @throws the socket's error, e.g. ECONNREFUSED. */
  static async connect(url: string, credentials?: Credentials): Promise<ProbeClient> {
    const { hostname, port } = new URL(url);
    const socket = connect({ host: hostname, port: Number(port) });
    await once(socket, 'connect');
    return new ProbeClient(socket, url, credentials);
  }

  /** Sends one request, answering a challenge once, and gives the final response. */
  async request(
    method: string,
    url = this.#url,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<ProbeResponse> {
    const first = await this.requestOnce(method, url, headers);
    if (first.status !== 401 || this.#credentials === undefined) return first;
    this.#challenge = first.headers.get('www-authenticate')?.split('\n')[0] ?? '';
    return this.requestOnce(method, url, headers);
  }

  async requestOnce(
    method: string,
    url: string,
    headers: Readonly<Record<string, string>>,
  ): Promise<ProbeResponse> {
    const authorization = this.#authorization(method, url);
    const lines = [
      `${method} ${url} RTSP/1.0`,
      `CSeq: ${++this.#cseq}`,
      ...(this.session === '' ? [] : [`Session: ${this.session}`]),
      ...(authorization === undefined ? [] : [`Authorization: ${authorization}`]),
      ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
    ];
    this.#socket.write(`${lines.join('\r\n')}\r\n\r\n`);
    const response = await this.#take(this.#responses);
    this.session = response.headers.get('session')?.split(';')[0] ?? this.session;
    return response;
  }

  /** DESCRIBE, SETUP and PLAY over TCP. @throws Error with the first status that is not 200. */
  async play(
    transport = 'RTP/AVP/TCP;unicast;interleaved=0-1',
  ): Promise<{ sdp: string; setup: ProbeResponse; play: ProbeResponse }> {
    const description = await this.#expectOk('DESCRIBE', this.#url);
    const setup = await this.#expectOk('SETUP', `${this.#url}/trackID=0`, { Transport: transport });
    const play = await this.#expectOk('PLAY', this.#url);
    return { sdp: description.body, setup, play };
  }

  /** The next interleaved packet. @throws Error when the connection ends first. */
  nextPacket(): Promise<InterleavedPacket> {
    return this.#take(this.#packets);
  }

  /** Packets of a channel until there are `count`. */
  async collect(count: number, channel = 0): Promise<Buffer[]> {
    const packets: Buffer[] = [];
    while (packets.length < count) {
      const packet = await this.nextPacket();
      if (packet.channel === channel) packets.push(packet.bytes);
    }
    return packets;
  }

  /** Drops the packets that have come and were not asked for. */
  forgetPackets(): void {
    this.#packets.length = 0;
  }

  /** Resolves when the other side has closed. */
  async closed(): Promise<void> {
    if (!this.#socket.destroyed) await once(this.#socket, 'close');
  }

  /** From now on everything that comes is counted and thrown away; returns the counter of bytes. */
  discard(): () => number {
    let bytes = 0;
    this.#socket.removeAllListeners('data');
    this.#socket.on('data', (chunk) => {
      bytes += chunk.length;
    });
    return () => bytes;
  }

  close(): void {
    this.#socket.destroy();
  }

  async #expectOk(
    method: string,
    url: string,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<ProbeResponse> {
    const response = await this.request(method, url, headers);
    if (response.status !== 200) throw new Error(`${method} was answered with ${response.status}`);
    return response;
  }

  #authorization(method: string, url: string): string | undefined {
    const login = this.#credentials;
    if (login === undefined || this.#challenge === '') return undefined;
    if (this.#challenge.startsWith('Basic'))
      return `Basic ${Buffer.from(`${login.username}:${login.password}`).toString('base64')}`;
    const value = (name: string) => new RegExp(`${name}="?([^",]+)`).exec(this.#challenge)?.[1] ?? '';
    const [realm, nonce, isSha] = [value('realm'), value('nonce'), this.#challenge.includes('SHA-256')];
    const hash = (text: string) =>
      createHash(isSha ? 'sha256' : 'md5')
        .update(text)
        .digest('hex');
    const [secret, target] = [hash(`${login.username}:${realm}:${login.password}`), hash(`${method}:${url}`)];
    const fields = `username="${login.username}", realm="${realm}", nonce="${nonce}", uri="${url}"`;
    if (!isSha) return `Digest ${fields}, response="${hash(`${secret}:${nonce}:${target}`)}"`;
    const response = hash(`${secret}:${nonce}:00000001:0a4f113b:auth:${target}`);
    return `Digest ${fields}, algorithm=SHA-256, qop=auth, nc=00000001, cnonce="0a4f113b", response="${response}"`;
  }

  async #take<Item>(queue: Item[]): Promise<Item> {
    for (;;) {
      const item = queue.shift();
      if (item !== undefined) return item;
      if (this.#error !== undefined) throw this.#error;
      await new Promise<void>((resolve) => this.#waiters.push(resolve));
    }
  }

  #wake(error?: Error): void {
    this.#error ??= error;
    const waiters = this.#waiters;
    this.#waiters = [];
    for (const waiter of waiters) waiter();
  }

  #receive(chunk: Buffer): void {
    this.#pending = Buffer.concat([this.#pending, chunk]);
    while (this.#pending.length >= 4) {
      const taken = this.#pending[0] === 0x24 ? this.#takePacket() : this.#takeResponse();
      if (taken === 0) break;
      this.#pending = this.#pending.subarray(taken);
    }
    this.#wake();
  }

  #takePacket(): number {
    const length = 4 + this.#pending.readUInt16BE(2);
    if (this.#pending.length < length) return 0;
    this.#packets.push({ channel: this.#pending[1] ?? 0, bytes: this.#pending.subarray(4, length) });
    return length;
  }

  #takeResponse(): number {
    const end = this.#pending.indexOf('\r\n\r\n');
    if (end < 0) return 0;
    const [first = '', ...lines] = this.#pending.toString('utf8', 0, end).split('\r\n');
    const headers = new Map<string, string>();
    for (const line of lines) {
      const name = line.slice(0, line.indexOf(':')).toLowerCase();
      const value = line.slice(line.indexOf(':') + 1).trim();
      headers.set(name, headers.has(name) ? `${headers.get(name)}\n${value}` : value);
    }
    const length = end + 4 + Number(headers.get('content-length') ?? 0);
    if (this.#pending.length < length) return 0;
    const body = this.#pending.toString('utf8', end + 4, length);
    this.#responses.push({ status: Number(first.split(' ')[1]), headers, body });
    return length;
  }
}
