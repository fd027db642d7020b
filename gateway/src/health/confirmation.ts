export type ConfirmationOptions = {
  /** Looks remembered. */
  window: number;
  /** Of these so many must agree to change the verdict, more than half of `window`. */
  needed: number;
};

/**
 * A yes or no that changes only when N of the last M looks say so, both ways.
 * Throws a RangeError when N is not more than half of M: then both verdicts could hold at once.
 */
export class Confirmation {
  #options: ConfirmationOptions;
  #looks: boolean[] = [];
  #confirmed = false;

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

  look(value: boolean): void {
    this.#looks.push(value);
    if (this.#looks.length > this.#options.window) this.#looks.shift();
    const other = this.#looks.filter((each) => each !== this.#confirmed).length;
    if (other >= this.#options.needed) this.#confirmed = !this.#confirmed;
  }
}
