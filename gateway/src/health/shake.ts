import type { Picture } from '../pipeline.ts';
import { ShiftMeter } from './shift.ts';

/** Shifts are remembered for so long, seconds. */
const MEMORY_SECONDS = 5;
/** Fewer shifts than this say nothing. */
const LEAST_SHIFTS = 6;
/** A gap between pictures after which a shift is no shake, seconds. */
const GAP_SECONDS = 2.5;
/** Net way / whole way above which the camera turns rather than shakes. */
const TURNING = 0.6;

type Step = { atMs: number; x: number; y: number };

/** How much a camera shakes: root mean square of its shifts from picture to picture over the last seconds. */
export class ShakeMeter {
  readonly #meter = new ShiftMeter();
  #steps: Step[] = [];
  #previousMs = Number.NEGATIVE_INFINITY;

  /** Takes every picture: shaking is faster than looks. */
  observe(picture: Picture): void {
    const nowMs = picture.monotonicMs;
    const shift = this.#meter.measure(picture);
    const isNext = nowMs - this.#previousMs < GAP_SECONDS * 1000;
    this.#previousMs = nowMs;
    this.#steps = this.#steps.filter(({ atMs }) => nowMs - atMs < MEMORY_SECONDS * 1000);
    if (shift && isNext) this.#steps.push({ atMs: nowMs, ...shift });
  }

  /** Pixels of the picture; null while too few pictures could be followed, 0 while the camera turns one way. */
  measure(): number | null {
    const count = this.#steps.length;
    if (count < LEAST_SHIFTS) return null;
    let [x, y, way, squares] = [0, 0, 0, 0];
    for (const step of this.#steps) {
      const length = Math.hypot(step.x, step.y);
      x += step.x;
      y += step.y;
      way += length;
      squares += length * length;
    }
    return Math.hypot(x, y) > TURNING * way ? 0 : Math.sqrt(squares / count);
  }
}
