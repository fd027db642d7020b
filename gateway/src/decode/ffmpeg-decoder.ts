import { availableParallelism, loadavg } from 'node:os';
import { backoffMs } from '../base/backoff.ts';
import { type Clock, systemClock } from '../base/clock.ts';
import { messageOf } from '../base/errors.ts';
import type { Logger } from '../base/log.ts';
import { MalformedParameterSetError, sameParameterSets, videoFormat } from '../base/mp4/index.ts';
import type { AccessUnit, DecodePace, Decoder, DecoderStats, ParameterSets, Picture } from '../pipeline.ts';
import { type DecodeHealth, DecodeWindow } from './decode-window.ts';
import { DecodingRun } from './decoding-run.ts';
import { detectorSize } from './detector-size.ts';
import { DecoderMissingError, type FfmpegLauncher } from './ffmpeg-launcher.ts';

export type DecodeFault = { kind: 'decode-errors' | 'decoder-missing'; message: string };

export type FfmpegDecoderOptions = {
  cameraId: string;
  launcher: Pick<FfmpegLauncher, 'prepare' | 'spawn'>;
  /** Must not throw and must not block; the picture's buffer is handed over. */
  onPicture(picture: Picture): void;
  /** Once per change from healthy (or unknown) to faulty, and when the kind or message changes. */
  onFault(fault: DecodeFault): void;
  /** Once per change from faulty (or unknown) to healthy. */
  onHealthy(): void;
  log: Logger;
  /** Until `setPace` says otherwise; 0.1..30, default 5. */
  picturesPerSecond?: number;
  /** Longer side of the pictures, pixels, default 416. */
  longSide?: number;
  /** Fed but without a picture for so long, ffmpeg is killed. */
  silenceLimitMs?: number;
  /** First upper bound of the wait before a new ffmpeg. */
  restartBaseMs?: number;
  /** Processes that want to run, per core. */
  load?: () => number;
  clock?: Clock;
  random?: () => number;
};

/**
 * - idle: not started
 * - waiting: no ffmpeg; the next keyframe at or after `fromMs` starts one
 * - running: ffmpeg is fed
 *
 * idle → waiting (start) → running (keyframe) → waiting (new parameter sets, or after a failure with backoff) → … → idle (stop)
 */
type State = { kind: 'idle' } | { kind: 'waiting'; fromMs: number } | { kind: 'running'; run: DecodingRun };

const TICK_MS = 1000;
const RESTART_CAP_MS = 30_000;
/** Least time from one start to the next when parameter sets change. */
const CHANGE_SPACING_MS = 500;
/** Where processes queue for the cores, a decoder that waits its turn is none that hangs: up to four times the silence. */
const MOST_PATIENCE = 4;
const loadPerCore = (): number => (loadavg()[0] ?? 0) / availableParallelism();

/** One ffmpeg per camera: access units in, sampled pictures out, restarted when it dies, hangs or the stream changes. */
export class FfmpegDecoder implements Decoder {
  readonly stats: DecoderStats = { pictures: 0, droppedUnits: 0, restarts: 0, failures: 0 };
  readonly #options: FfmpegDecoderOptions;
  readonly #clock: Clock;
  #pace: DecodePace;
  readonly #ending = new Set<Promise<void>>();
  #state: State = { kind: 'idle' };
  #window = new DecodeWindow();
  #timer: NodeJS.Timeout | undefined;
  #attempt = 0;
  /** Whether ffmpeg is being looked for. */
  #isSearching = false;
  /** What was reported last, in words; null before the first report. */
  #reported: string | null = null;

  constructor(options: FfmpegDecoderOptions) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#pace = { picturesPerSecond: options.picturesPerSecond ?? 5, keyframesOnly: false };
  }

  get lagMs(): number {
    return this.#state.kind === 'running' ? this.#state.run.lagMs : 0;
  }

  setPace(pace: DecodePace): void {
    this.#pace = pace;
    if (this.#state.kind === 'running') this.#state.run.setPace(pace);
  }

  start(): void {
    if (this.#state.kind !== 'idle') return;
    this.#state = { kind: 'waiting', fromMs: 0 };
    this.#reported = null;
    this.#window = new DecodeWindow();
    this.#timer = setInterval(() => this.#tick(), Math.min(TICK_MS, this.#silenceLimitMs() / 2));
    this.#prepare();
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    if (this.#state.kind === 'running') this.#end(this.#state.run);
    this.#state = { kind: 'idle' };
    await Promise.all(this.#ending);
  }

  push(unit: AccessUnit, sets: ParameterSets): void {
    if (this.#state.kind === 'idle') return;
    if (this.#state.kind === 'running' && !sameParameterSets(this.#state.run.sets, sets)) {
      this.#changed(this.#state.run);
    }
    if (this.#state.kind === 'waiting' && unit.key && this.#clock.monotonic() >= this.#state.fromMs) {
      this.#begin(sets);
    }
    const fate = this.#state.kind === 'running' ? this.#state.run.feed(unit) : 'dropped';
    if (fate === 'fed') this.#window.fed();
    else if (fate === 'dropped') this.stats.droppedUnits += 1;
  }

  /** A camera that changes its parameter sets all the time, or damaged ones, must not cost a process each. */
  #changed(run: DecodingRun): void {
    this.#end(run);
    if (run.hasDelivered) this.#state = { kind: 'waiting', fromMs: run.begunMs + CHANGE_SPACING_MS };
    else this.#failed(new Error('parameter sets change before a picture decodes'));
  }

  #begin(sets: ParameterSets): void {
    try {
      const { width, height } = videoFormat(sets);
      const run = new DecodingRun({
        cameraId: this.#options.cameraId,
        sets,
        size: detectorSize(width, height, this.#options.longSide),
        pace: this.#pace,
        spawn: (parameters) => this.#options.launcher.spawn(parameters),
        clock: this.#clock,
        onPicture: (picture) => this.#deliver(run, picture),
        onExit: (reason) => this.#exited(run, reason),
      });
      this.#state = { kind: 'running', run };
    } catch (error) {
      // Not found yet is no fault: the next keyframe tries again, and a search that fails reports by itself.
      if (!(error instanceof DecoderMissingError && this.#isSearching)) this.#failed(error);
    }
  }

  #deliver(run: DecodingRun, picture: Picture): void {
    if (this.#state.kind !== 'running' || this.#state.run !== run) return;
    this.stats.pictures += 1;
    this.#attempt = 0;
    this.#window.picture();
    if (this.#reported === null && run.isWhole) this.#report({ kind: 'healthy' });
    this.#options.onPicture(picture);
  }

  #exited(run: DecodingRun, reason: string): void {
    if (this.#state.kind === 'running' && this.#state.run === run) this.#failed(new Error(reason));
  }

  /** Waits for a later keyframe, the longer the more often it failed without a picture in between. */
  #failed(error: unknown): void {
    this.stats.failures += 1;
    if (this.#state.kind === 'running') this.stats.restarts += 1;
    const baseMs = this.#options.restartBaseMs ?? 1000;
    const { random = Math.random } = this.#options;
    const waitMs = backoffMs(this.#attempt, { baseMs, capMs: RESTART_CAP_MS, random });
    this.#attempt += 1;
    this.#state = { kind: 'waiting', fromMs: this.#clock.monotonic() + waitMs };
    const missing = error instanceof DecoderMissingError;
    if (missing) this.#prepare();
    const what = error instanceof MalformedParameterSetError ? 'parameter sets cannot be read: ' : '';
    this.#report({
      kind: missing ? 'decoder-missing' : 'decode-errors',
      message: `${what}${messageOf(error)}`.slice(0, 256),
    });
  }

  #tick(): void {
    if (this.#state.kind !== 'running') return;
    const { run } = this.#state;
    if (run.silentMs() > this.#silenceLimitMs()) {
      const seconds = Math.round(run.silentMs() / 1000);
      this.#end(run);
      this.#failed(new Error(`no picture for ${seconds} s although data flows${run.lastWords}`));
      return;
    }
    const health = this.#window.tick(run.takeDamaged());
    if (health !== null) this.#report(health);
  }

  #silenceLimitMs(): number {
    const { silenceLimitMs = 5000, load = loadPerCore } = this.#options;
    const patience = Math.min(MOST_PATIENCE, Math.max(1, load()));
    return Math.max(silenceLimitMs, 2000 / this.#pace.picturesPerSecond) * patience;
  }

  #report(health: DecodeHealth | DecodeFault): void {
    const key = health.kind === 'healthy' ? 'healthy' : `${health.kind} ${health.message}`;
    if (key === this.#reported) return;
    this.#reported = key;
    if (health.kind === 'healthy') {
      this.#options.onHealthy();
      return;
    }
    this.#options.log.warn({ cameraId: this.#options.cameraId, fault: health }, 'decoding fails');
    this.#options.onFault(health);
  }

  #prepare(): void {
    this.#isSearching = true;
    const report = (error: unknown) => {
      if (this.#state.kind !== 'idle') this.#report({ kind: 'decoder-missing', message: messageOf(error) });
    };
    const finish = () => {
      this.#isSearching = false;
    };
    void this.#options.launcher.prepare().catch(report).finally(finish);
  }

  #end(run: DecodingRun): void {
    const ending = run.kill().finally(() => this.#ending.delete(ending));
    this.#ending.add(ending);
  }
}
