import { availableParallelism, cpus, totalmem } from 'node:os';

/** `<=`, `<`, `>=` or `>` and a number, for example `<=0.55`. */
export type Limit = `${'<=' | '<' | '>=' | '>'}${number}`;

export type BenchReport = {
  bench: string;
  figures: Readonly<Record<string, unknown>>;
  /** Against a peer measured in the same run. */
  ratios: Readonly<Record<string, number>>;
  /** Name of a ratio or of a figure → what it must be. */
  targets: Readonly<Record<string, Limit>>;
};

const comparisons: Readonly<Record<string, (value: number, limit: number) => boolean>> = {
  '<=': (value, limit) => value <= limit,
  '<': (value, limit) => value < limit,
  '>=': (value, limit) => value >= limit,
  '>': (value, limit) => value > limit,
};

function isMet(value: unknown, limit: Limit): boolean {
  const [, sign = '', bound = ''] = /^([<>]=?)(.+)$/.exec(limit) ?? [];
  return typeof value === 'number' && (comparisons[sign]?.(value, Number(bound)) ?? false);
}

/** The targets that these values miss; one without a value is missed. */
export const missedTargets = (
  values: Readonly<Record<string, unknown>>,
  targets: Readonly<Record<string, Limit>>,
): [name: string, limit: Limit][] =>
  Object.entries(targets).filter(([name, limit]) => !isMet(values[name], limit));

/** The processor, its cores, memory and Node: what a figure depends on. */
export const machine = () => ({
  cpu: cpus()[0]?.model.trim() ?? 'unknown',
  cores: availableParallelism(),
  memoryMb: Math.round(totalmem() / 2 ** 20),
  node: process.version,
});

/** Middle value; the upper one of an even number. NaN when empty. */
export const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;

/** Three decimals. */
export const round = (value: number): number => Math.round(value * 1000) / 1000;

/**
 * Prints the benchmark's one JSON line. With `--assert` among the process's arguments a missed target sets the exit
 * code to 1 and is named. Returns whether all targets were met; a target without a value is missed.
 */
export function report({ bench, figures, ratios, targets }: BenchReport): boolean {
  const values: Record<string, unknown> = { ...figures, ...ratios };
  const missed = missedTargets(values, targets);
  const met = missed.length === 0;
  console.log(JSON.stringify({ bench, machine: machine(), figures, ratios, targets, met }));
  if (!met && process.argv.includes('--assert')) {
    for (const [name, limit] of missed)
      console.error(`${bench}: ${name} is ${values[name]}, must be ${limit}`);
    process.exitCode = 1;
  }
  return met;
}
