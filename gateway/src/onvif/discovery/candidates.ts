/** Endpoints remembered and passed on; a flood of inventions stops here. */
export const CANDIDATE_LIMIT = 500;

/**
 * Endpoints that answered, and who spoke for them. When the table is full a new one takes the place of the oldest of whoever holds most
 * places, so that one sender's inventions never keep out the cameras of the others.
 */
export class Candidates {
  readonly #senders = new Map<string, string>();
  readonly #counts = new Map<string, number>();

  get size(): number {
    return this.#senders.size;
  }

  /** Whether the endpoint may be passed on. */
  admit(endpoint: string, sender: string): boolean {
    if (this.#senders.has(endpoint)) return true;
    if (this.#senders.size >= CANDIDATE_LIMIT && !this.#makeRoom(sender)) return false;
    this.#senders.set(endpoint, sender);
    this.#counts.set(sender, (this.#counts.get(sender) ?? 0) + 1);
    return true;
  }

  clear(): void {
    this.#senders.clear();
    this.#counts.clear();
  }

  #makeRoom(newcomer: string): boolean {
    const [largest, most] = [...this.#counts].reduce((a, b) => (b[1] > a[1] ? b : a));
    if (most <= (this.#counts.get(newcomer) ?? 0) + 1) return false;
    for (const [endpoint, sender] of this.#senders) {
      if (sender !== largest) continue;
      this.#senders.delete(endpoint);
      this.#counts.set(largest, most - 1);
      return true;
    }
    return false;
  }
}
