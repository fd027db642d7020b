import type { PacketFinding, PacketHealth } from '@pingan/models/contract';
import type { PacketFacts } from '../pipeline.ts';
import { Confirmation } from './confirmation.ts';
import { packetHealth } from './packet-health.ts';

/** Length of a measuring window: five seconds, less what the call that ends it may come early. */
const WINDOW_MS = 4_900;
/** Windows remembered to learn the usual frame rate: five minutes; and how many make a guess. */
const LEARN_WINDOWS = 60;
const LEARN_MINIMUM = 6;
/** An announced rate is believed while the best windows come near it: many cameras announce what they were not set to. */
const BELIEVED_SHARE = 0.9;

/**
 * When a window is bad. The frame rate and loss at which motion visibly breaks up; jitter beyond what live view can bridge without a
 * pause; a clock beyond five seconds cannot be brought together with other evidence. A finding holds when three of four windows agree.
 */
const LIMITS = { fpsShare: 0.7, lossRatio: 0.01, jitterMs: 200, incompleteRatio: 0.02, clockMs: 5_000 };
const CONFIRM = { window: 4, needed: 3 };

const TESTS: Readonly<Record<PacketFinding, (health: PacketHealth) => boolean>> = {
  'low-frame-rate': ({ fps, expectedFps = 0 }) => fps < expectedFps * LIMITS.fpsShare,
  'packet-loss': ({ lossRatio }) => lossRatio > LIMITS.lossRatio,
  jitter: ({ jitterMs }) => jitterMs > LIMITS.jitterMs,
  'timestamp-jumps': ({ timestampJumps = 0 }) => timestampJumps > 0,
  'incomplete-frames': ({ incompleteRatio = 0 }) => incompleteRatio > LIMITS.incompleteRatio,
  'clock-wrong': ({ clockOffsetMs }) => Math.abs(clockOffsetMs ?? 0) > LIMITS.clockMs,
};

/** Packet health of one camera, window by window, with what was learned and confirmed over time. */
export class PacketMeter {
  readonly #rates: number[] = [];
  readonly #verdicts = new Map<PacketFinding, Confirmation>();
  #start: { atMs: number; facts: PacketFacts } | null = null;
  #health: PacketHealth | undefined;

  /** Of the last whole window; undefined while there is no session or no window yet. */
  get health(): PacketHealth | undefined {
    return this.#health;
  }

  /**
   * Call about once a second.
   * @param facts counters of the running session, null without one
   * @param nowMs monotonic
   */
  observe(facts: PacketFacts | null, nowMs: number): void {
    if (facts === null) {
      this.#start = null;
      this.#health = undefined;
      return;
    }
    const start = this.#start;
    if (start !== null && nowMs - start.atMs < WINDOW_MS) return;
    this.#start = { atMs: nowMs, facts: { ...facts } };
    if (start === null) return;
    const health = packetHealth(start.facts, facts, (nowMs - start.atMs) / 1000);
    // A session that began within the window says nothing of the usual rate.
    if (facts.packets >= start.facts.packets) this.#learn(health.fps);
    const expectedFps = this.#expectedFps(facts.announcedFps);
    const whole = expectedFps === null ? health : { ...health, expectedFps };
    this.#health = { ...whole, findings: this.#findings(whole, nowMs) };
  }

  #learn(fps: number): void {
    this.#rates.push(fps);
    if (this.#rates.length > LEARN_WINDOWS) this.#rates.shift();
  }

  /** The rate of the best fifth of the windows, or the announced one when these come near it. */
  #expectedFps(announced: number | undefined): number | null {
    if (this.#rates.length < LEARN_MINIMUM) return announced ?? null;
    const sorted = this.#rates.toSorted((a, b) => a - b);
    const usual = sorted[Math.floor(sorted.length * 0.8)] ?? 0;
    return announced !== undefined && usual >= announced * BELIEVED_SHARE ? announced : usual;
  }

  #findings(health: PacketHealth, nowMs: number): PacketFinding[] {
    const found: PacketFinding[] = [];
    for (const [finding, isBad] of typedEntries(TESTS)) {
      const verdict = this.#verdicts.get(finding) ?? new Confirmation(CONFIRM);
      this.#verdicts.set(finding, verdict);
      verdict.look(isBad(health), nowMs);
      if (verdict.confirmed) found.push(finding);
    }
    return found;
  }
}

function typedEntries<K extends string, V>(table: Readonly<Record<K, V>>): [K, V][] {
  const entries: [K, V][] = [];
  for (const key in table) entries.push([key, table[key]]);
  return entries;
}
