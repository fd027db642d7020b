import { readFileSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';

const RESOLUTION_MS = 10;
const NANOSECONDS_PER_MS = 1e6;

type Ticks = { busy: number; all: number };

/** Measures this machine: its processors' use (/proc/stat, proc(5)) and how late the event loop is. */
export class LoadMeter {
  readonly #delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  #ticks: Ticks | null = null;

  start(): void {
    this.#delay.enable();
    this.#ticks = readTicks();
  }

  stop(): void {
    this.#delay.disable();
  }

  /** Since the last call. */
  take(): { cpuBusy: number | null; loopDelayMs: number } {
    const before = this.#ticks;
    this.#ticks = readTicks();
    const loopDelayMs = Math.max(0, this.#delay.percentile(99) / NANOSECONDS_PER_MS - RESOLUTION_MS);
    this.#delay.reset();
    const all = (this.#ticks?.all ?? 0) - (before?.all ?? 0);
    if (before === null || this.#ticks === null || all <= 0) return { cpuBusy: null, loopDelayMs };
    return { cpuBusy: Math.min(1, Math.max(0, (this.#ticks.busy - before.busy) / all)), loopDelayMs };
  }
}

/** user nice system idle iowait irq softirq steal, of all processors together. */
function readTicks(): Ticks | null {
  try {
    const line = readFileSync('/proc/stat', 'latin1').split('\n', 1)[0] ?? '';
    const values = line.trim().split(/\s+/).slice(1, 9).map(Number);
    const all = values.reduce((sum, value) => sum + value, 0);
    if (values.length < 8 || !Number.isFinite(all)) return null;
    return { busy: all - (values[3] ?? 0) - (values[4] ?? 0), all };
  } catch {
    return null;
  }
}
