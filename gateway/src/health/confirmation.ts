export type ConfirmationOptions = {
  /** Looks remembered. */
  window: number;
  /** Of these so many must agree to change the verdict, more than half of `window`. */
  needed: number;
};

type Look = { value: boolean; atMs: number };

/**
 * A yes or no that changes only when N of the last M looks say so, both ways.
 * Throws a RangeError when N is not more than half of M: then both verdicts could hold at once.
 */
export class Confirmation {
  #options: ConfirmationOptions;
  #looks: Look[] = [];
  #confirmed = false;
  #sinceMs: number | null = null;

  constructor(options: ConfirmationOptions) {
    const { window, needed } = options;
    if (!(needed > window / 2 && needed <= window))
      throw new RangeError(
        `needed is ${needed} of ${window} looks; give more than half and at most all of them`,
      );
    this.#options = options;
  }

  get confirmed(): boolean {
    return this.#confirmed;
  }

  /** When the looks began that changed the verdict last; null while it never changed. */
  get sinceMs(): number | null {
    return this.#sinceMs;
  }

  look(value: boolean, atMs = 0): void {
    this.#looks.push({ value, atMs });
    if (this.#looks.length > this.#options.window) this.#looks.shift();
    const other = this.#looks.filter((look) => look.value !== this.#confirmed);
    if (other.length < this.#options.needed) return;
    this.#confirmed = !this.#confirmed;
    this.#sinceMs = other[0]?.atMs ?? atMs;
  }
}
