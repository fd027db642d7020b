import type { Limit } from '../bench/report.ts';

export type FaultRunOptions = {
  /** Cameras of the run; null for the number the run is meant for. */
  cameras: number | null;
  /** Tries of each fault; null for the number the run is meant for. */
  tries: number | null;
  /** Progress for people, one line; the result is the JSON line. */
  say(line: string): void;
  /** Aborts when the command is interrupted; a run then stops what it started and rejects. */
  signal: AbortSignal;
};

/** One line of the result. */
export type FaultResult = {
  fault: string;
  figures: Readonly<Record<string, unknown>>;
  /** Name of a figure → what it must be. */
  targets: Readonly<Record<string, Limit>>;
};

/** A fault that is made on purpose, and the figure that says how it was borne. A run stops everything that it started. */
export type FaultRun = {
  what: string;
  /** One result per fault; most runs give one, `notice` one for each kind. */
  run(options: FaultRunOptions): Promise<readonly FaultResult[]>;
};
