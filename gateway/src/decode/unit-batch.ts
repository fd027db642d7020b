import { type Block, CLUSTER_REACH_TICKS } from './matroska.ts';

const LIMIT_BLOCKS = 64;
const LIMIT_BYTES = 512 * 1024;

/**
 * Access units held back until a picture is wanted, so that ffmpeg wakes once for all of them: decoding five pictures in a row costs a
 * quarter less than one at a time with the processor's caches cold, and a wanted picture comes no later.
 */
export class UnitBatch {
  #blocks: Block[] = [];
  #bytes = 0;

  get bytes(): number {
    return this.#bytes;
  }

  add(block: Block): void {
    this.#blocks.push(block);
    for (const nal of block.nals) this.#bytes += nal.length;
  }

  /** Whether it must go although nothing is wanted, or before a block of that time can join. */
  isFull(ticks: number): boolean {
    const first = this.#blocks[0]?.ticks ?? ticks;
    const reach = Math.abs(ticks - first) > CLUSTER_REACH_TICKS / 2;
    return reach || this.#blocks.length >= LIMIT_BLOCKS || this.#bytes >= LIMIT_BYTES;
  }

  /** Empties it. */
  take(): readonly Block[] {
    const blocks = this.#blocks;
    this.#blocks = [];
    this.#bytes = 0;
    return blocks;
  }
}
