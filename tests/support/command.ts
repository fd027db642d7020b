/** A whole number from 1 to `max` out of an argument. Throws a RangeError that names the option. */
export function wholeNumber(name: string, text: string, max: number): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 1 && value <= max) return value;
  throw new RangeError(`--${name} must be a whole number from 1 to ${max}, got "${text}"`);
}

export type LongCommand = {
  name: string;
  usage: string;
  /** Resolves with the exit code. Bad arguments are RangeErrors or those of `parseArgs`. */
  main(signal: AbortSignal): Promise<number>;
};

/** Runs a long command as a process: the first signal ends it in order, a wrong argument gets the usage, an interruption one line. */
export async function runCommand({ name, usage, main }: LongCommand): Promise<void> {
  const ending = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => ending.abort());
  try {
    process.exitCode = await main(ending.signal);
  } catch (error) {
    console.error(explain(error));
    process.exitCode = 1;
  }

  function explain(error: unknown): unknown {
    if (!(error instanceof Error)) return error;
    if (error.name === 'AbortError') return `${name}: interrupted, everything is stopped`;
    return error instanceof RangeError || error instanceof TypeError ? `${error.message}\n\n${usage}` : error;
  }
}
