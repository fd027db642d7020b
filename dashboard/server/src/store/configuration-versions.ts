import { type Selectable, sql } from 'kysely';
import type { Db, Tx } from './database.ts';
import type { ConfigurationVersionsTable } from './rule-tables.ts';

export type ConfigurationVersion = Omit<Selectable<ConfigurationVersionsTable>, 'gatewayId' | 'rules'> & {
  rules: number;
};

/** Keeps a version in the transaction that makes it the desired one. */
export async function keepVersion(
  tx: Tx,
  entry: Omit<Selectable<ConfigurationVersionsTable>, 'rules'> & { rules: string },
): Promise<void> {
  await tx.insertInto('configurationVersions').values(entry).execute();
}

/** Every version of the rules of gateways. */
export function createConfigurationVersionStore(db: Db) {
  return {
    /** Newest first, with how many rules each has. */
    list: (gatewayId: string, limit: number): Promise<ConfigurationVersion[]> =>
      db
        .selectFrom('configurationVersions')
        .select(['version', 'at', 'actor', 'restoredFrom'])
        .select(sql<number>`jsonb_array_length(rules)`.as('rules'))
        .where('gatewayId', '=', gatewayId)
        .orderBy('version', 'desc')
        .limit(limit)
        .execute(),

    find: async (gatewayId: string, version: number) =>
      (
        await db
          .selectFrom('configurationVersions')
          .select('rules')
          .where('gatewayId', '=', gatewayId)
          .where('version', '=', version)
          .executeTakeFirst()
      )?.rules,
  };
}
