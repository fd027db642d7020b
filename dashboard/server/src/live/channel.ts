import { decodeMedia, decoderOf, MediaStartSchema } from '@pingan/models/contract';
import { Viewer, type ViewerSocket } from './viewer.ts';

const starts = decoderOf(MediaStartSchema);

/** Bounds of what is kept since the last keyframe for viewers who come in the middle. */
const GOP_BYTES = 16_000_000;
const GOP_UNITS = 1000;

/** One camera's stream on its way to its viewers: the start message, the init segment, the pictures since the last keyframe. */
export class Channel {
  readonly #viewers = new Set<Viewer>();
  #start: string | null = null;
  #init: Uint8Array | null = null;
  #gop: Uint8Array[] = [];
  #gopBytes = 0;
  #isGopWhole = false;

  get viewerCount(): number {
    return this.#viewers.size;
  }

  get viewers(): ReadonlySet<Viewer> {
    return this.#viewers;
  }

  /** A viewer gets what it needs to show a picture at once. Returns the function that takes it away. */
  add(socket: ViewerSocket, nowMs: number): () => boolean {
    const viewer = new Viewer(socket, nowMs);
    this.#viewers.add(viewer);
    if (this.#start !== null) viewer.sendText(this.#start);
    if (this.#init !== null) viewer.sendInit(this.#init);
    if (this.#isGopWhole) for (const [i, unit] of this.#gop.entries()) viewer.sendUnit(unit, i === 0, nowMs);
    return () => this.#viewers.delete(viewer);
  }

  /** A text message of the publisher. Returns false when it breaks the contract. */
  onText(text: string): boolean {
    try {
      starts.decode(text);
    } catch {
      return false;
    }
    this.#start = text;
    this.#init = null;
    this.#dropGop();
    for (const viewer of this.#viewers) viewer.sendText(text);
    return true;
  }

  /** A binary message of the publisher. Returns false when it breaks the contract. */
  onBinary(message: Uint8Array, nowMs: number): boolean {
    const media = decodeMedia(message);
    if (media === null || this.#start === null) return false;
    if (media.kind === 'init') {
      this.#init = message;
      this.#dropGop();
      for (const viewer of this.#viewers) viewer.sendInit(message);
      return true;
    }
    if (this.#init === null) return false;
    this.#keep(message, media.kind === 'key');
    for (const viewer of this.#viewers) viewer.sendUnit(message, media.kind === 'key', nowMs);
    return true;
  }

  /** The publisher is gone: nothing of it may reach a later viewer. */
  reset(): void {
    this.#start = null;
    this.#init = null;
    this.#dropGop();
  }

  #dropGop(): void {
    this.#gop = [];
    this.#gopBytes = 0;
    this.#isGopWhole = false;
  }

  #keep(message: Uint8Array, isKey: boolean): void {
    if (isKey) {
      this.#dropGop();
      this.#isGopWhole = true;
    }
    if (!this.#isGopWhole) return;
    this.#gop.push(message);
    this.#gopBytes += message.length;
    if (this.#gopBytes > GOP_BYTES || this.#gop.length > GOP_UNITS) this.#dropGop();
  }
}
