import { MAX_HEAD_BYTES } from './limits.ts';
import { type ParsedHead, parseHead, protocolFault, type RtspRequest, type RtspResponse } from './message.ts';

export type StreamParserEvents = {
  onResponse(response: RtspResponse): void;
  onRequest(request: RtspRequest): void;
  /** One interleaved frame (RFC 2326 §10.12). `payload` is valid during the call only. */
  onInterleaved(channel: number, payload: Buffer): void;
};

const HEAD_END = Buffer.from('\r\n\r\n');
const DOLLAR = 0x24;
const INTERLEAVED_BYTES = 4;

/**
 * Cuts the bytes of an RTSP connection into messages and interleaved frames, whatever the sizes they arrive in.
 * Whole messages are read straight from the chunk; only an unfinished one is kept, in a buffer that is reused, so memory and work
 * stay bounded even when a camera sends single bytes.
 */
export class StreamParser {
  readonly #events: StreamParserEvents;
  #held = Buffer.alloc(0);
  #heldBytes = 0;
  /** Bytes of the unfinished head already searched for its end. */
  #searched = 0;
  #head: (ParsedHead & { headBytes: number }) | null = null;

  constructor(events: StreamParserEvents) {
    this.#events = events;
  }

  /** @throws StreamFaultError `protocol`; the connection cannot be read any further then */
  push(chunk: Buffer): void {
    const data = this.#heldBytes === 0 ? chunk : this.#append(chunk);
    let at = 0;
    while (at < data.length) {
      const used = this.#read(data, at);
      if (used === 0) break;
      at += used;
    }
    this.#keep(data, at);
  }

  #read(data: Buffer, at: number): number {
    const first = data[at] ?? 0;
    if (first === DOLLAR) return this.#readInterleaved(data, at);
    if (first === 0x0d || first === 0x0a) return 1;
    if (first < 0x41 || first > 0x5a) throw protocolFault('neither a message nor a packet');
    return this.#readMessage(data, at);
  }

  #readInterleaved(data: Buffer, at: number): number {
    if (data.length - at < INTERLEAVED_BYTES) return 0;
    const end = at + INTERLEAVED_BYTES + data.readUInt16BE(at + 2);
    if (end > data.length) return 0;
    this.#events.onInterleaved(data[at + 1] ?? 0, data.subarray(at + INTERLEAVED_BYTES, end));
    return end - at;
  }

  #readMessage(data: Buffer, at: number): number {
    this.#head ??= this.#readHead(data, at);
    if (this.#head === null) return 0;
    const { head, headers, headBytes, bodyBytes } = this.#head;
    if (data.length - at < headBytes + bodyBytes) return 0;
    this.#head = null;
    if (head.kind === 'request') this.#events.onRequest({ method: head.method, headers });
    else {
      const body = Buffer.from(data.subarray(at + headBytes, at + headBytes + bodyBytes));
      this.#events.onResponse({ status: head.status, headers, body });
    }
    return headBytes + bodyBytes;
  }

  #readHead(data: Buffer, at: number) {
    const end = data.indexOf(HEAD_END, at + this.#searched);
    const length = end < 0 ? data.length - at : end - at;
    if (length > MAX_HEAD_BYTES) throw protocolFault(`head of more than ${MAX_HEAD_BYTES} bytes`);
    if (end < 0) {
      this.#searched = Math.max(0, length - HEAD_END.length + 1);
      return null;
    }
    this.#searched = 0;
    return { ...parseHead(data.toString('latin1', at, end)), headBytes: length + HEAD_END.length };
  }

  #append(chunk: Buffer): Buffer {
    const needed = this.#heldBytes + chunk.length;
    if (needed > this.#held.length) this.#grow(needed);
    chunk.copy(this.#held, this.#heldBytes);
    this.#heldBytes = needed;
    return this.#held.subarray(0, needed);
  }

  #keep(data: Buffer, from: number): void {
    const rest = data.length - from;
    const inPlace = data.buffer === this.#held.buffer && this.#heldBytes > 0;
    if (inPlace && from > 0) this.#held.copyWithin(0, from, data.length);
    else if (!inPlace && rest > 0) {
      if (rest > this.#held.length) this.#grow(rest);
      data.copy(this.#held, 0, from);
    }
    this.#heldBytes = rest;
  }

  #grow(needed: number): void {
    const larger = Buffer.alloc(Math.max(needed, this.#held.length * 2, 4_096));
    this.#held.copy(larger, 0, 0, this.#heldBytes);
    this.#held = larger;
  }
}
