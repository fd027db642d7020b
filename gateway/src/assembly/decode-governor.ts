import type { DecodeHealth, DecodeNeed } from '@pingan/models/contract';
import type { Clock } from '../base/clock.ts';
import type { Startable } from '../base/lifecycle.ts';
import type { Logger } from '../base/log.ts';
import type { Decoder } from '../pipeline.ts';
import { LoadLevel, type LoadSample, MOST_LOAD } from './load-level.ts';

/** What the governor must know of a camera. */
export type GovernedCamera = {
  cameraId: string;
  decoder: Pick<Decoder, 'setPace' | 'lagMs' | 'stats'>;
  /** Pictures with something moving so far. */
  movingPictures(): number;
  /** Whether a rule watches it now. */
  isArmed(nowMs: number): boolean;
};

export type GovernedPlace = { health(): DecodeHealth; leave(): void };

export type DecodeGovernorOptions = {
  /** Pictures per second where something moves or a rule is armed, 0.1..30. */
  fullFps: number;
  /** Pictures per second where neither is so, 0.1..30. */
  idleFps: number;
  meter: { start(): void; stop(): void; take(): Pick<LoadSample, 'cpuBusy' | 'loopDelayMs'> };
  /** A camera's mode of decoding has changed. */
  onChange(): void;
  clock: Clock;
  log: Logger;
};

type Place = {
  camera: GovernedCamera;
  need: DecodeNeed;
  movingPictures: number;
  movedAtMs: number;
  degradedSinceMs: number | null;
  degradations: number;
  degradedMs: number;
};

const TICK_MS = 1000;
/** A camera counts as moving for so long after it last did. */
const MOTION_HOLD_MS = 10_000;
/** A decoder that owes a picture for longer lags. */
const LAG_MS = 1000;
/** Who is the first to have keyframes only. */
const SHED_ORDER: readonly DecodeNeed[] = ['idle', 'armed', 'motion'];

/**
 * Gives every camera the decoding that it needs, and less while the machine cannot bear it:
 *
 *     need: motion or an armed rule → `fullFps`; neither → `idleFps`
 *     load: level n of 4 leaves n quarters of the cameras with keyframes only, those with the least need first
 *
 * A keyframe still gives picture health and the motion gate something to see, every few seconds.
 */
export class DecodeGovernor implements Startable {
  readonly #options: DecodeGovernorOptions;
  readonly #places = new Set<Place>();
  readonly #load = new LoadLevel();
  #timer: NodeJS.Timeout | undefined;

  constructor(options: DecodeGovernorOptions) {
    this.#options = options;
  }

  start(): void {
    this.#options.meter.start();
    this.#timer ??= setInterval(() => this.govern(), TICK_MS);
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#options.meter.stop();
  }

  /** Puts a camera under the governor; it begins with the full rate. */
  join(camera: GovernedCamera): GovernedPlace {
    const place: Place = {
      camera,
      need: 'motion',
      movingPictures: camera.movingPictures(),
      movedAtMs: this.#options.clock.monotonic(),
      ...{ degradedSinceMs: null, degradations: 0, degradedMs: 0 },
    };
    this.#places.add(place);
    this.#setPace(place);
    return { health: () => this.#healthOf(place), leave: () => void this.#places.delete(place) };
  }

  /** One look at needs and load; once a second while started. */
  govern(): void {
    const nowMs = this.#options.clock.monotonic();
    for (const place of this.#places) this.#judgeNeed(place, nowMs);
    const before = this.#load.level;
    this.#load.observe({ ...this.#options.meter.take(), laggingShare: this.#laggingShare() });
    const { level } = this.#load;
    if (level !== before) {
      const shed = `${level} of ${MOST_LOAD}`;
      this.#options.log.warn({ shed }, 'load: cameras with the least need decode keyframes only');
    }
    this.#shed(level, nowMs);
  }

  #judgeNeed(place: Place, nowMs: number): void {
    const { camera } = place;
    const moving = camera.movingPictures();
    if (moving > place.movingPictures) place.movedAtMs = nowMs;
    place.movingPictures = moving;
    const before = place.need;
    if (nowMs - place.movedAtMs < MOTION_HOLD_MS) place.need = 'motion';
    else place.need = camera.isArmed(this.#options.clock.now()) ? 'armed' : 'idle';
    if (place.need !== before) this.#setPace(place);
  }

  #laggingShare(): number {
    const lagging = [...this.#places].filter(({ camera }) => camera.decoder.lagMs > LAG_MS);
    return this.#places.size === 0 ? 0 : lagging.length / this.#places.size;
  }

  /** Cameras that are shed already come first among equals, so that they do not take turns. */
  #shed(level: number, nowMs: number): void {
    const count = Math.ceil((this.#places.size * level) / MOST_LOAD);
    const rank = (place: Place) =>
      SHED_ORDER.indexOf(place.need) * 2 + (place.degradedSinceMs === null ? 1 : 0);
    const order = [...this.#places].sort((a, b) => rank(a) - rank(b));
    let isChanged = false;
    for (const [index, place] of order.entries()) {
      const isShed = index < count;
      if (isShed === (place.degradedSinceMs !== null)) continue;
      isChanged = true;
      if (isShed) place.degradations += 1;
      else place.degradedMs += nowMs - (place.degradedSinceMs ?? nowMs);
      place.degradedSinceMs = isShed ? nowMs : null;
      this.#setPace(place);
    }
    if (isChanged) this.#options.onChange();
  }

  #fpsOf({ need }: Place): number {
    return need === 'idle' ? this.#options.idleFps : this.#options.fullFps;
  }

  #setPace(place: Place): void {
    const keyframesOnly = place.degradedSinceMs !== null;
    place.camera.decoder.setPace({ picturesPerSecond: this.#fpsOf(place), keyframesOnly });
  }

  #healthOf(place: Place): DecodeHealth {
    const { need, degradedSinceMs, degradations, degradedMs, camera } = place;
    const running = degradedSinceMs === null ? 0 : this.#options.clock.monotonic() - degradedSinceMs;
    const { pictures, restarts } = camera.decoder.stats;
    return {
      mode: degradedSinceMs === null ? 'full' : 'keyframes',
      need,
      sampledFps: this.#fpsOf(place),
      ...{ pictures, restarts, degradations },
      degradedSeconds: (degradedMs + running) / 1000,
    };
  }
}
