/** RFC 3550 appendix A.1. */
const MAX_DROPOUT = 3_000;
const MAX_MISORDER = 100;

/**
 * Unwraps 16-bit sequence numbers. A wild jump is believed only when the next packet follows on from it (RFC 3550 A.1): the camera
 * began anew then, and counting goes on from the highest number, so that the jump is not taken for thousands of lost packets.
 */
export class SequenceUnwrapper {
  #highest = -1;
  #highestRaw = 0;
  #expectedAfterJump = -1;

  /** The highest number seen so far, unwrapped; −1 before the first. */
  get highest(): number {
    return this.#highest;
  }

  /** @returns the unwrapped number, or null for a packet that does not fit and is to be dropped */
  unwrap(sequence: number): number | null {
    if (this.#highest < 0) return this.#advance(sequence, sequence);
    const delta = ((sequence - this.#highestRaw + 0x8000) & 0xffff) - 0x8000;
    if (delta > 0 && delta <= MAX_DROPOUT) return this.#advance(sequence, this.#highest + delta);
    if (delta <= 0 && delta >= -MAX_MISORDER) return this.#highest + delta;
    if (sequence === this.#expectedAfterJump) return this.#advance(sequence, this.#highest + 1);
    this.#expectedAfterJump = (sequence + 1) & 0xffff;
    return null;
  }

  #advance(sequence: number, extended: number): number {
    this.#highestRaw = sequence;
    this.#highest = extended;
    this.#expectedAfterJump = -1;
    return extended;
  }
}
