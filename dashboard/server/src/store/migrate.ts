import { type Kysely, type Migration, Migrator } from 'kysely';
import { StartError } from '../base/errors.ts';
import * as first from './migrations/001-first.ts';
import * as safetyIndex from './migrations/002-safety-index.ts';
import * as evidence from './migrations/003-evidence.ts';
import * as cameraHealth from './migrations/004-camera-health.ts';
import * as rules from './migrations/005-rules.ts';
import type { Tables } from './tables.ts';

/** Every migration in order; a migration that was released never changes again. */
const MIGRATIONS: Record<string, Migration> = {
  '001-first': first,
  '002-safety-index': safetyIndex,
  '003-evidence': evidence,
  '004-camera-health': cameraHealth,
  '005-rules': rules,
};

/** Brings the database to the newest form. Several processes may try at once; one does it. Throws a StartError. */
export async function migrate(db: Kysely<Tables>): Promise<void> {
  const migrator = new Migrator({ db, provider: { getMigrations: async () => MIGRATIONS } });
  const { error, results } = await migrator.migrateToLatest();
  if (error === undefined) return;
  const failed = results?.find(({ status }) => status === 'Error')?.migrationName ?? 'a migration';
  throw new StartError(`the database could not be brought up to date (${failed}): see the log`, {
    cause: error,
  });
}
