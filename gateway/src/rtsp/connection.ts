import type { Socket } from 'node:net';
import { StreamFaultError } from '../pipeline.ts';
import type { StreamAddress } from './address.ts';
import { disconnected, socketFault } from './faults.ts';
import type { RtspLimits } from './limits.ts';
import {
  formatRequest,
  headerOf,
  type OutgoingRequest,
  protocolFault,
  type RtspRequest,
  type RtspResponse,
} from './message.ts';
import { redirectFault } from './redirect.ts';
import { openSocket } from './socket.ts';
import { StreamParser } from './stream-parser.ts';

type Pending = { resolve(response: RtspResponse): void; reject(error: StreamFaultError): void };

/** What we may have queued towards a camera; a camera that reads nothing but makes us answer is cut off. */
const MAX_UNSENT_BYTES = 256 * 1024;
const FRAME_MARK = 0x24;

/** One TCP connection to a camera: requests matched to answers, interleaved frames passed on. */
export class RtspConnection {
  readonly address: StreamAddress;
  /** Resolves with the reason when the connection is over. */
  readonly ended: Promise<StreamFaultError>;
  /** Interleaved frames; the payload is valid during the call only. */
  onInterleaved: (channel: number, payload: Buffer) => void = () => {};
  readonly #socket: Socket;
  readonly #pending = new Map<number, Pending>();
  readonly #parser: StreamParser;
  #nextSequence = 1;
  #end: (fault: StreamFaultError) => void = () => {};
  #fault: StreamFaultError | null = null;

  private constructor(socket: Socket, address: StreamAddress) {
    this.#socket = socket;
    this.address = address;
    this.ended = new Promise((resolve) => {
      this.#end = resolve;
    });
    this.#parser = new StreamParser({
      onResponse: (response) => this.#onResponse(response),
      onRequest: (request) => this.#onRequest(request),
      onInterleaved: (channel, payload) => this.onInterleaved(channel, payload),
    });
  }

  /** @throws StreamFaultError `port-closed`, `unreachable`, `certificate-refused`, `protocol` */
  static async open(
    address: StreamAddress,
    limits: RtspLimits,
    signal: AbortSignal,
  ): Promise<RtspConnection> {
    const socket = await openSocket(address, limits.connectMs, signal);
    const connection = new RtspConnection(socket, address);
    connection.#listen();
    return connection;
  }

  /** The addresses in use, as UDP needs them. */
  get addresses(): { local: string; remote: string } {
    return { local: this.#socket.localAddress ?? '', remote: this.#socket.remoteAddress ?? '' };
  }

  /** @throws StreamFaultError `no-response` when the whole answer has not come in time, else why the connection ended */
  async request(request: Omit<OutgoingRequest, 'cseq'>, limitMs: number): Promise<RtspResponse> {
    if (this.#fault !== null) throw this.#fault;
    const cseq = this.#nextSequence++;
    const answer = new Promise<RtspResponse>((resolve, reject) =>
      this.#pending.set(cseq, { resolve, reject }),
    );
    const timer = setTimeout(
      () => this.#pending.get(cseq)?.reject(this.#noResponse(request.method)),
      limitMs,
    );
    try {
      this.#socket.write(formatRequest({ ...request, cseq }));
      return await answer;
    } finally {
      clearTimeout(timer);
      this.#pending.delete(cseq);
    }
  }

  sendInterleaved(channel: number, payload: Uint8Array): void {
    if (this.#fault !== null || this.#socket.writableLength > MAX_UNSENT_BYTES) return;
    const head = Buffer.from([FRAME_MARK, channel, payload.length >> 8, payload.length & 0xff]);
    this.#socket.write(Buffer.concat([head, payload]));
  }

  /** Ends the connection; resolves when the socket is gone. Further calls give the same. */
  async close(): Promise<void> {
    this.#fail(disconnected(this.address));
    if (this.#socket.closed) return;
    await new Promise<void>((resolve) => this.#socket.once('close', () => resolve()));
  }

  #listen(): void {
    this.#socket.on('data', (chunk) => this.#onData(chunk));
    this.#socket.on('error', (error) => this.#fail(socketFault(error, this.address)));
    this.#socket.on('end', () => this.#fail(disconnected(this.address)));
    this.#socket.on('close', () => this.#fail(disconnected(this.address)));
  }

  #onData(chunk: Buffer): void {
    if (this.#fault !== null) return;
    try {
      this.#parser.push(chunk);
    } catch (error) {
      this.#fail(socketFault(error, this.address));
    }
  }

  #onResponse(response: RtspResponse): void {
    const named = headerOf(response.headers, 'cseq');
    const only = this.#pending.size === 1 ? [...this.#pending.values()][0] : undefined;
    const pending = named === undefined ? only : this.#pending.get(Number(named));
    pending?.resolve(response);
  }

  #onRequest(request: RtspRequest): void {
    if (request.method === 'REDIRECT') {
      this.#fail(redirectFault(request, this.address));
      return;
    }
    const cseq = headerOf(request.headers, 'cseq') ?? '';
    if (!/^\d{1,10}$/.test(cseq)) return;
    if (this.#socket.writableLength > MAX_UNSENT_BYTES) {
      this.#fail(protocolFault('a flood of requests'));
      return;
    }
    const status = request.method === 'OPTIONS' ? '200 OK' : '501 Not Implemented';
    this.#socket.write(`RTSP/1.0 ${status}\r\nCSeq: ${cseq}\r\n\r\n`);
  }

  #noResponse(method: string): StreamFaultError {
    return new StreamFaultError(
      'no-response',
      `${this.address.label} accepts the connection but does not answer ${method}: restart the camera, or check the port`,
    );
  }

  #fail(fault: StreamFaultError): void {
    if (this.#fault !== null) return;
    this.#fault = fault;
    for (const pending of this.#pending.values()) pending.reject(fault);
    this.#socket.destroy();
    this.#end(fault);
  }
}
