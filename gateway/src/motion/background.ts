import type { CellGrid } from './cells.ts';

/** Cells along a block's side. Sixteen cells are enough to average noise away and small enough for a distant person. */
const BLOCK = 4;

export type BackgroundOptions = {
  /** Time constant with which a still block follows the picture, seconds. */
  adaptSeconds: number;
  /** The same for a changed block: how slowly something that stays becomes background, seconds. */
  absorbSeconds: number;
  /** A block has changed when its difference exceeds `noiseFactor × noise + floor`, luma levels. */
  noiseFactor: number;
  floor: number;
};

export type BlockChanges = {
  columns: number;
  rows: number;
  /** 1 where a block changed. */
  changed: Uint8Array;
  /** Share of blocks that changed, 0..1. */
  share: number;
};

const MAX_NOISE = 8;
const NOISE_SECONDS = 10;
const RESTLESS_NOISE_SECONDS = 120;
/** How much brighter or darker a block may be lit and still be the same block. */
const MAX_GAIN = 2;

/**
 * The still scene behind what moves: per cell a running mean, per block a noise level. A block is compared by its structure:
 * its mean is taken out and the best gain put in (least squares), so that light which only brightens or dims makes no change.
 */
export class Background {
  readonly columns: number;
  readonly rows: number;
  #grid: CellGrid;
  #options: BackgroundOptions;
  #mean: Float32Array;
  #noise: Float32Array;
  #difference: Float32Array;
  #changed: Uint8Array;
  #learnt = 0;

  constructor(grid: CellGrid, options: BackgroundOptions) {
    this.columns = Math.max(1, Math.floor(grid.columns / BLOCK));
    this.rows = Math.max(1, Math.floor(grid.rows / BLOCK));
    this.#grid = grid;
    this.#options = options;
    this.#mean = new Float32Array(grid.values.length);
    this.#noise = new Float32Array(this.columns * this.rows);
    this.#difference = new Float32Array(this.columns * this.rows);
    this.#changed = new Uint8Array(this.columns * this.rows);
  }

  /** Forgets the scene; the next picture is the first. */
  forget(): void {
    this.#learnt = 0;
    this.#changed.fill(0);
  }

  /** Takes the grid's picture as background, as one of several pictures of equal weight. */
  learn(): void {
    const { values } = this.#grid;
    this.#learnt++;
    if (this.#learnt === 1) {
      this.#mean.set(values);
      this.#noise.fill(1);
      return;
    }
    this.#measure();
    for (let block = 0; block < this.#noise.length; block++) {
      const noise = this.#noise[block] ?? 0;
      const target = Math.min(this.#difference[block] ?? 0, MAX_NOISE);
      this.#noise[block] = noise + (target - noise) / this.#learnt;
    }
    for (let cell = 0; cell < values.length; cell++) {
      const mean = this.#mean[cell] ?? 0;
      this.#mean[cell] = mean + ((values[cell] ?? 0) - mean) / this.#learnt;
    }
  }

  /** Which blocks differ from the background now. The arrays are reused by the next call. */
  compare(): BlockChanges {
    this.#measure();
    const { noiseFactor, floor } = this.#options;
    let count = 0;
    for (let block = 0; block < this.#changed.length; block++) {
      const limit = noiseFactor * (this.#noise[block] ?? 0) + floor;
      const changed = (this.#difference[block] ?? 0) > limit ? 1 : 0;
      this.#changed[block] = changed;
      count += changed;
    }
    return {
      columns: this.columns,
      rows: this.rows,
      changed: this.#changed,
      share: count / this.#changed.length,
    };
  }

  /** Lets the background follow the picture compared last, `seconds` after the one before. */
  follow(seconds: number): void {
    const { adaptSeconds, absorbSeconds } = this.#options;
    const still = 1 - Math.exp(-seconds / adaptSeconds);
    const restless = 1 - Math.exp(-seconds / absorbSeconds);
    const stillNoise = 1 - Math.exp(-seconds / NOISE_SECONDS);
    const restlessNoise = 1 - Math.exp(-seconds / RESTLESS_NOISE_SECONDS);
    for (let block = 0; block < this.#noise.length; block++) {
      const changed = this.#changed[block] === 1;
      const noise = this.#noise[block] ?? 0;
      const target = Math.min(this.#difference[block] ?? 0, MAX_NOISE);
      this.#noise[block] = noise + (target - noise) * (changed ? restlessNoise : stillNoise);
      this.#followBlock(block, changed ? restless : still);
    }
  }

  #followBlock(block: number, rate: number): void {
    const { columns, values } = this.#grid;
    const side = Math.min(BLOCK, columns, this.#grid.rows);
    const first = Math.floor(block / this.columns) * side * columns + (block % this.columns) * side;
    for (let row = 0; row < side; row++) {
      for (let cell = first + row * columns, end = cell + side; cell < end; cell++) {
        const mean = this.#mean[cell] ?? 0;
        this.#mean[cell] = mean + ((values[cell] ?? 0) - mean) * rate;
      }
    }
  }

  /** Per block the RMS of what gain and offset cannot explain, luma levels. */
  #measure(): void {
    const { columns, values } = this.#grid;
    const side = Math.min(BLOCK, columns, this.#grid.rows);
    const share = 1 / (side * side);
    for (let block = 0; block < this.#difference.length; block++) {
      const first = Math.floor(block / this.columns) * side * columns + (block % this.columns) * side;
      let x = 0;
      let b = 0;
      let xx = 0;
      let bb = 0;
      let xb = 0;
      for (let row = 0; row < side; row++) {
        for (let cell = first + row * columns, end = cell + side; cell < end; cell++) {
          const value = values[cell] ?? 0;
          const mean = this.#mean[cell] ?? 0;
          x += value;
          b += mean;
          xx += value * value;
          bb += mean * mean;
          xb += value * mean;
        }
      }
      const varianceX = xx * share - (x * share) ** 2;
      const varianceB = bb * share - (b * share) ** 2;
      const covariance = xb * share - x * share * (b * share);
      const gain = Math.min(MAX_GAIN, Math.max(1 / MAX_GAIN, varianceX > 0 ? covariance / varianceX : 1));
      this.#difference[block] = Math.sqrt(
        Math.max(0, varianceB - 2 * gain * covariance + gain * gain * varianceX),
      );
    }
  }
}
