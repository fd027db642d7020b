import { MAX_UNIT_BYTES } from './limits.ts';

/** Where a depacketiser puts what it finds. NAL units are copies; `onDamage` says that a part of the picture is missing. */
export type NalSink = { onNal(nal: Uint8Array): void; onDamage(): void };

/** Turns RTP payloads, in order, into NAL units. Never throws: what is not sound is damage. */
export type Depacketiser = {
  push(payload: Uint8Array): void;
  /** Nothing that was begun goes on: packets are missing, or the picture is over. */
  cut(): void;
};

/** A NAL unit under reassembly. The buffer is kept for the next one. */
export class FragmentBuffer {
  readonly #sink: NalSink;
  #bytes = new Uint8Array(16_384);
  #length = 0;

  constructor(sink: NalSink) {
    this.#sink = sink;
  }

  begin(header: readonly number[]): void {
    this.cut();
    this.#bytes.set(header);
    this.#length = header.length;
  }

  add(part: Uint8Array): void {
    if (this.#length === 0 || this.#length + part.length > MAX_UNIT_BYTES) {
      this.#length = 0;
      this.#sink.onDamage();
      return;
    }
    if (this.#length + part.length > this.#bytes.length) this.#grow(this.#length + part.length);
    this.#bytes.set(part, this.#length);
    this.#length += part.length;
  }

  end(): void {
    if (this.#length > 0) this.#sink.onNal(this.#bytes.slice(0, this.#length));
    this.#length = 0;
  }

  cut(): void {
    if (this.#length > 0) this.#sink.onDamage();
    this.#length = 0;
  }

  #grow(needed: number): void {
    const larger = new Uint8Array(Math.max(needed, this.#bytes.length * 2));
    larger.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = larger;
  }
}

/** Aggregated NAL units, each behind its 16-bit size, from `start` on (RFC 6184 §5.7.1, RFC 7798 §4.4.2). */
export function splitAggregate(payload: Uint8Array, start: number, sink: NalSink): void {
  let at = start;
  while (at + 2 <= payload.length) {
    const size = ((payload[at] ?? 0) << 8) | (payload[at + 1] ?? 0);
    at += 2;
    if (size === 0 || at + size > payload.length) {
      sink.onDamage();
      return;
    }
    sink.onNal(new Uint8Array(payload.subarray(at, at + size)));
    at += size;
  }
  if (at !== payload.length || at === start) sink.onDamage();
}
