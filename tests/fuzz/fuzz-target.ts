export type FuzzOptions = {
  /** How many inputs; the target shares them out among its parts. */
  runs: number;
  /** The same seed makes the same inputs in the same order. */
  seed: number;
  signal: AbortSignal;
  /** Progress for people, one line. */
  say(line: string): void;
};

/** An input that was not borne: enough to make it again. */
export type FuzzFailure = {
  /** The part that met it. */
  part: string;
  /** Number of the input within the run, from 0. */
  run: number;
  what: string;
  /** The input, or its beginning, base64. */
  input: string;
};

export type FuzzReport = {
  /** Inputs tried, by part. */
  inputs: Readonly<Record<string, number>>;
  /** At most the first twenty. */
  failures: readonly FuzzFailure[];
  /** Longest time that one input took, ms. */
  slowestMs: number;
  /** Growth of the process's memory over the run, MB. */
  grownMb: number;
  /** Still held when all was collected after the run, MB. */
  retainedMb?: number;
};

/** Bad input for the real parts. Resolves also when inputs failed; rejects only when it could not run. */
export type FuzzTarget = {
  what: string;
  run(options: FuzzOptions): Promise<FuzzReport>;
};
