import { messageOf } from '../base/errors.ts';
import { type FrameSession, type PacketFacts, StreamFaultError } from '../pipeline.ts';
import type { RtspClient } from './client.ts';
import { keepAlive } from './handshake.ts';
import type { RtspLimits } from './limits.ts';
import { formatReceiverReport } from './rtcp.ts';
import type { RtpReceiver } from './rtp-receiver.ts';
import type { KeepAliveMethod } from './transport.ts';

export type SessionParts = {
  client: RtspClient;
  receiver: RtpReceiver;
  sessionUrl: string;
  keepAliveMethod: KeepAliveMethod;
  timeoutMs: number;
  limits: RtspLimits;
  monotonic: () => number;
  /** Sends RTCP the way the media comes. */
  sendControl(bytes: Uint8Array): void;
  /** Frees what the media transport holds. */
  closeMedia(): Promise<void>;
};

const TEARDOWN_MS = 300;
/** Half the session's time limit, within these bounds whatever the camera names. */
const KEEP_ALIVE_MS = { min: 500, max: 300_000 };

/** A playing session: keeps it alive, watches packets and keyframes, reports reception, and tears it down. */
export class RtspSession implements FrameSession {
  readonly done: Promise<void>;
  readonly #parts: SessionParts;
  readonly #ssrc = Math.floor(Math.random() * 2 ** 32);
  readonly #timers: NodeJS.Timeout[] = [];
  readonly #startedMs: number;
  #method: KeepAliveMethod;
  #settle: (fault: StreamFaultError | null) => void = () => {};
  #closing: Promise<void> | null = null;

  constructor(parts: SessionParts) {
    this.#parts = parts;
    this.#method = parts.keepAliveMethod;
    this.#startedMs = parts.monotonic();
    this.done = new Promise((resolve, reject) => {
      this.#settle = (fault) => (fault === null ? resolve() : reject(fault));
    });
  }

  get facts(): PacketFacts {
    return this.#parts.receiver.facts;
  }

  /** Begins after PLAY was answered. The signal's abort is a stop. */
  start(signal: AbortSignal): void {
    const { client, limits, timeoutMs } = this.#parts;
    const keepAliveMs = Math.min(Math.max(timeoutMs / 2, KEEP_ALIVE_MS.min), KEEP_ALIVE_MS.max);
    this.#timers.push(
      setInterval(() => this.#watch(), limits.packetsMs / 10),
      setInterval(() => this.#sendReport(), limits.reportMs),
      setInterval(() => this.#keepAlive(), keepAliveMs),
    );
    client.connection.ended.then((fault) => this.#end(fault));
    const onAbort = () => void this.stop();
    signal.addEventListener('abort', onAbort, { once: true });
    this.done.catch(() => {}).finally(() => signal.removeEventListener('abort', onAbort));
    if (signal.aborted) onAbort();
  }

  async stop(): Promise<void> {
    await this.#close(null);
  }

  #end(fault: StreamFaultError): void {
    this.#close(fault).catch(() => {});
  }

  #close(fault: StreamFaultError | null): Promise<void> {
    this.#closing ??= this.#tearDown(fault);
    return this.#closing;
  }

  async #tearDown(fault: StreamFaultError | null): Promise<void> {
    for (const timer of this.#timers) clearInterval(timer);
    const { client, sessionUrl, closeMedia } = this.#parts;
    await client.call({ method: 'TEARDOWN', url: sessionUrl, limitMs: TEARDOWN_MS }).catch(() => {});
    await Promise.all([client.connection.close(), closeMedia()]);
    this.#settle(fault);
  }

  #watch(): void {
    const { limits, monotonic, receiver, client } = this.#parts;
    const { label } = client.connection.address;
    const nowMs = monotonic();
    if (nowMs - (receiver.lastPacketMs ?? this.#startedMs) >= limits.packetsMs) {
      const message = `${label} is connected but sends no packets: restart the camera, or try the other transport`;
      this.#end(new StreamFaultError('no-packets', message));
    } else if (this.#lacksKeyframe(nowMs)) {
      const message = `${label} sends packets but no keyframe: set its keyframe interval to a few seconds`;
      this.#end(new StreamFaultError('no-keyframe', message));
    }
  }

  #lacksKeyframe(nowMs: number): boolean {
    const { limits, receiver } = this.#parts;
    if (!receiver.isDecodable) return nowMs - this.#startedMs >= limits.keyframeMs;
    return receiver.isKeyOverdue(this.#startedMs, limits.keyframeMs);
  }

  #sendReport(): void {
    const report = this.#parts.receiver.takeReport(this.#ssrc);
    if (report !== null) this.#parts.sendControl(formatReceiverReport(report));
  }

  async #keepAlive(): Promise<void> {
    try {
      this.#method = await keepAlive(this.#parts.client, this.#parts.sessionUrl, this.#method);
    } catch (error) {
      this.#end(
        error instanceof StreamFaultError ? error : new StreamFaultError('protocol', messageOf(error)),
      );
    }
  }
}
