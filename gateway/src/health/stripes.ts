import type { Luma } from './luma.ts';

/** What repeats over the whole picture at one spatial frequency. */
export type Stripes = {
  /** Power of the strongest frequency over its surroundings in the spectrum, common to all blocks, decibels. */
  prominence: number;
  /** Amplitude of that wave, coded levels. */
  amplitude: number;
};

const SIZE = 64;
const HALF = SIZE / 2;
/** Waves of fewer periods in a block are scenery. */
const LEAST_PERIODS = 3;
const BITS = 6;

const cosines = Float64Array.from({ length: HALF }, (_, k) => Math.cos((2 * Math.PI * k) / SIZE));
const sines = Float64Array.from({ length: HALF }, (_, k) => Math.sin((2 * Math.PI * k) / SIZE));
const hann = Float64Array.from({ length: SIZE }, (_, n) => 0.5 - 0.5 * Math.cos((2 * Math.PI * n) / SIZE));
const reversed = Uint8Array.from({ length: SIZE }, (_, n) => {
  let bits = 0;
  for (let bit = 0; bit < BITS; bit++) bits |= ((n >> bit) & 1) << (BITS - 1 - bit);
  return bits;
});
const real = new Float64Array(SIZE * SIZE);
const imaginary = new Float64Array(SIZE * SIZE);
const spectrum = new Float64Array(SIZE * (HALF + 1));
/** Below this amplitude a wave is rounding, coded levels. */
const FLOOR = 0.25;
/** Power of a sine of amplitude 1 in a block under the Hann window. */
const UNIT_POWER = (SIZE * SIZE * 0.25 * 0.5) ** 2;

/**
 * Finds a wave that covers the whole picture: the log power spectra of blocks all over it are averaged, so that a fence in a few
 * of them does not count, and a bin is compared with the ring of bins around it. Any direction, period 2..21 pixels of the reduced
 * picture. About 0.15 ms a block.
 */
export function measureStripes(luma: Luma): Stripes {
  const across = Math.floor(luma.width / SIZE);
  const down = Math.floor(luma.height / SIZE);
  if (across < 1 || down < 1) return { prominence: 0, amplitude: 0 };
  spectrum.fill(0);
  const gapX = across > 1 ? (luma.width - SIZE) / (across - 1) : 0;
  const gapY = down > 1 ? (luma.height - SIZE) / (down - 1) : 0;
  for (let row = 0; row < down; row++) {
    for (let column = 0; column < across; column++) {
      loadBlock(luma, Math.floor(column * gapX), Math.floor(row * gapY));
      transform();
      addLogPower(1 / (across * down));
    }
  }
  return strongest();
}

function loadBlock({ width, values }: Luma, left: number, top: number): void {
  let sum = 0;
  for (let y = 0; y < SIZE; y++)
    for (let x = 0, at = (top + y) * width + left; x < SIZE; x++, at++) sum += values[at] ?? 0;
  const mean = sum / (SIZE * SIZE);
  for (let y = 0; y < SIZE; y++) {
    const weight = hann[y] ?? 0;
    for (let x = 0, at = (top + y) * width + left; x < SIZE; x++, at++)
      real[y * SIZE + x] = ((values[at] ?? 0) - mean) * weight * (hann[x] ?? 0);
  }
  imaginary.fill(0);
}

/** Two-dimensional transform in place: rows, then columns. */
function transform(): void {
  for (let line = 0; line < SIZE; line++) transformLine(line * SIZE, 1);
  for (let line = 0; line <= HALF; line++) transformLine(line, SIZE);
}

/** Radix-2 transform of one line of 64 (Cooley and Tukey). */
function transformLine(first: number, step: number): void {
  for (let n = 0; n < SIZE; n++) {
    const m = reversed[n] ?? 0;
    if (m <= n) continue;
    const a = first + n * step;
    const b = first + m * step;
    const re = real[a] ?? 0;
    const im = imaginary[a] ?? 0;
    real[a] = real[b] ?? 0;
    imaginary[a] = imaginary[b] ?? 0;
    real[b] = re;
    imaginary[b] = im;
  }
  for (let span = 1; span < SIZE; span *= 2) {
    const turn = HALF / span;
    for (let k = 0; k < span; k++) {
      const cos = cosines[k * turn] ?? 1;
      const sin = -(sines[k * turn] ?? 0);
      for (let n = k; n < SIZE; n += 2 * span) {
        const a = first + n * step;
        const b = a + span * step;
        const re = (real[b] ?? 0) * cos - (imaginary[b] ?? 0) * sin;
        const im = (real[b] ?? 0) * sin + (imaginary[b] ?? 0) * cos;
        real[b] = (real[a] ?? 0) - re;
        imaginary[b] = (imaginary[a] ?? 0) - im;
        real[a] = (real[a] ?? 0) + re;
        imaginary[a] = (imaginary[a] ?? 0) + im;
      }
    }
  }
}

function addLogPower(weight: number): void {
  const floor = FLOOR * FLOOR * UNIT_POWER;
  for (let y = 0; y < SIZE; y++) {
    for (let x = 0; x <= HALF; x++) {
      const at = y * SIZE + x;
      const re = real[at] ?? 0;
      const im = imaginary[at] ?? 0;
      const to = y * (HALF + 1) + x;
      spectrum[to] = (spectrum[to] ?? 0) + weight * Math.log(re * re + im * im + floor);
    }
  }
}

const around: number[] = [];
/** A wave below this amplitude is not looked at, coded levels. */
const LEAST_AMPLITUDE = 0.75;
const LEAST_POWER = Math.log(LEAST_AMPLITUDE * LEAST_AMPLITUDE * UNIT_POWER);

function strongest(): Stripes {
  let best = 0;
  let power = Number.NEGATIVE_INFINITY;
  for (let y = 0; y < SIZE; y++) {
    const fy = y < HALF ? y : y - SIZE;
    for (let x = 0; x <= HALF; x++) {
      if (x * x + fy * fy < LEAST_PERIODS * LEAST_PERIODS || !isPeak(x, y)) continue;
      const here = levelAt(x, y);
      const prominence = here - surroundings(x, y);
      if (prominence <= best) continue;
      best = prominence;
      power = here;
    }
  }
  return { prominence: (best * 10) / Math.LN10, amplitude: Math.sqrt(Math.exp(power) / UNIT_POWER) };
}

/** The log power of a bin; the spectrum of a real picture is symmetric about the origin. */
function levelAt(x: number, y: number): number {
  const mirrored = x < 0 || x > HALF;
  const column = x < 0 ? -x : x > HALF ? SIZE - x : x;
  const row = ((mirrored ? -y : y) + 2 * SIZE) % SIZE;
  return spectrum[row * (HALF + 1) + column] ?? 0;
}

function isPeak(x: number, y: number): boolean {
  const here = spectrum[y * (HALF + 1) + x] ?? 0;
  if (here < LEAST_POWER) return false;
  for (let dy = -1; dy <= 1; dy++)
    for (let dx = -1; dx <= 1; dx++) if (levelAt(x + dx, y + dy) > here) return false;
  return true;
}

/** Upper quartile of the bins three and four away; the nearer ones belong to the wave itself. */
function surroundings(x: number, y: number): number {
  around.length = 0;
  for (let dy = -4; dy <= 4; dy++)
    for (let dx = -4; dx <= 4; dx++)
      if (Math.max(Math.abs(dx), Math.abs(dy)) > 2) around.push(levelAt(x + dx, y + dy));
  around.sort((a, b) => a - b);
  return around[(around.length * 3) >> 2] ?? 0;
}
