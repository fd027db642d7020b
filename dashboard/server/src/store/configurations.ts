import type { ReportedConfiguration, Rule } from '@pingan/models/contract';
import { type Selectable, sql } from 'kysely';
import { Problem } from '../base/problem.ts';
import { appendAudit } from './audit.ts';
import { appendChanges } from './changes.ts';
import { keepVersion } from './configuration-versions.ts';
import type { Db, Tx } from './database.ts';
import type { ConfigurationsTable } from './tables.ts';

export type ConfigurationView = Selectable<ConfigurationsTable>;
export type Desired = { gatewayId: string; version: number; issuedAt: Date; rules: Rule[] };

export type NewDesired = {
  gatewayId: string;
  rules: readonly Rule[];
  actor: string;
  at: Date;
  /** The version that the change was made from. */
  baseVersion?: number | undefined;
  restoredFrom?: number | undefined;
};

/** Locks the row; throws `conflict` when another version than the change was made from is desired by now. */
async function refuseStale(tx: Tx, gatewayId: string, baseVersion: number | undefined): Promise<void> {
  if (baseVersion === undefined) return;
  const row = await tx
    .selectFrom('configurations')
    .select('desiredVersion')
    .where('gatewayId', '=', gatewayId)
    .forUpdate()
    .executeTakeFirst();
  if (row === undefined || row.desiredVersion === baseVersion) return;
  throw new Problem('conflict', {
    message: `Somebody saved version ${row.desiredVersion} meanwhile: read it again and repeat the change.`,
  });
}

/** What gateways should do and what they applied. */
export function createConfigurationStore(db: Db) {
  return {
    find: (gatewayId: string): Promise<ConfigurationView | undefined> =>
      db.selectFrom('configurations').selectAll().where('gatewayId', '=', gatewayId).executeTakeFirst(),

    /** Every configuration that the centre has given. */
    async allDesired(): Promise<Desired[]> {
      const rows = await db
        .selectFrom('configurations')
        .selectAll()
        .where('desiredVersion', '>', 0)
        .execute();
      return rows.flatMap(({ gatewayId, desiredVersion: version, desiredAt, desiredRules: rules }) =>
        desiredAt === null ? [] : [{ gatewayId, version, issuedAt: desiredAt, rules }],
      );
    },

    /** Stores new rules under the next version, above anything the gateway has reported; undefined = no such gateway. */
    setDesired(options: NewDesired) {
      const { gatewayId, rules, actor, at, baseVersion, restoredFrom = null } = options;
      return db.transaction().execute(async (tx): Promise<Desired | undefined> => {
        await refuseStale(tx, gatewayId, baseVersion);
        const row = await tx
          .updateTable('configurations')
          .set({
            desiredVersion: sql<number>`greatest(desired_version, reported_version) + 1`,
            desiredAt: at,
            desiredRules: JSON.stringify(rules),
          })
          .where('gatewayId', '=', gatewayId)
          .returning(['desiredVersion as version', 'desiredRules as rules'])
          .executeTakeFirst();
        if (row === undefined) return undefined;
        await keepVersion(tx, {
          gatewayId,
          version: row.version,
          at,
          actor,
          restoredFrom,
          rules: JSON.stringify(rules),
        });
        const again = restoredFrom === null ? '' : ` of version ${restoredFrom}`;
        const detail = `version ${row.version}, ${rules.length} rules${again}`;
        await appendAudit(tx, { at, actor, action: 'gateway.rules', target: gatewayId, detail });
        await appendChanges(tx, [{ kind: 'gateway', key: gatewayId }], at);
        return { gatewayId, version: row.version, issuedAt: at, rules: row.rules };
      });
    },

    setReported: (reported: ReportedConfiguration, at: Date): Promise<void> =>
      db.transaction().execute(async (tx) => {
        await tx
          .updateTable('configurations')
          .set({
            reportedVersion: reported.version,
            reportedAt: at,
            reportedErrors: JSON.stringify(reported.errors),
          })
          .where('gatewayId', '=', reported.gatewayId)
          .execute();
        await appendChanges(tx, [{ kind: 'gateway', key: reported.gatewayId }], at);
      }),
  };
}
