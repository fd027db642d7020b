/** A mistake in how a command was called; the message names the option and the remedy. Exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** Where the README has a gateway's configuration put. */
export const USUAL_CONFIG = 'config/gateway.yaml';

/** The value of an option that must be there. */
export function required(name: string, value: string | undefined): string {
  if (value === undefined || value === '') throw new UsageError(`--${name} is missing: give it a value`);
  return value;
}

/** A number within bounds, or the default. */
export function numberOption(
  name: string,
  text: string | undefined,
  { low, high, byDefault }: { low: number; high: number; byDefault: number },
): number {
  if (text === undefined) return byDefault;
  const value = Number(text);
  if (text.trim() === '' || !(value >= low && value <= high))
    throw new UsageError(`--${name} is "${text}": give a number from ${low} to ${high}`);
  return value;
}
