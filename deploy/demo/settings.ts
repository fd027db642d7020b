import { resolve } from 'node:path';

/** What the person who starts the demonstration may choose, from the environment. */
export type Settings = { port: number; dataDir: string; cameras: number; adminPassword: string | undefined };

/** A reason not to start, said in one sentence with the remedy. */
export class RefusalError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'RefusalError';
  }
}

function wholeNumber(name: string, text: string, min: number, max: number): number {
  const number = Number(text);
  if (Number.isInteger(number) && number >= min && number <= max) return number;
  throw new RefusalError(`${name} must be a whole number from ${min} to ${max}, got "${text}"`);
}

/** Reads PINGAN_PORT, PINGAN_DATA_DIR, PINGAN_DEMO_CAMERAS and PINGAN_ADMIN_PASSWORD. Throws a RefusalError. */
export function readSettings(environment: NodeJS.ProcessEnv): Settings {
  const adminPassword = environment['PINGAN_ADMIN_PASSWORD'] || undefined;
  if (adminPassword !== undefined && adminPassword.length < 8) {
    throw new RefusalError('PINGAN_ADMIN_PASSWORD must have at least 8 characters');
  }
  return {
    port: wholeNumber('PINGAN_PORT', environment['PINGAN_PORT'] || '8080', 1, 65_535),
    dataDir: resolve(environment['PINGAN_DATA_DIR'] || './data'),
    cameras: wholeNumber('PINGAN_DEMO_CAMERAS', environment['PINGAN_DEMO_CAMERAS'] || '4', 1, 64),
    adminPassword,
  };
}
