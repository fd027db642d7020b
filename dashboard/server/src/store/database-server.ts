import type { Config } from '../config/schema.ts';

/** Where the database is. Implementations: a PostgreSQL of our own, or somebody else's by URL. */
export type DatabaseServer = {
  /** Resolves with the URL as soon as it takes connections. Throws a StartError. */
  start(): Promise<string>;
  /** Resolves when nothing of it is left running. May be called twice. */
  stop(): Promise<void>;
};

/** A PostgreSQL that others run; starting and stopping are not ours. */
export function externalDatabase(database: Extract<Config['database'], { kind: 'url' }>): DatabaseServer {
  return { start: async () => database.url, stop: async () => {} };
}
