import { CamelCasePlugin, Kysely, PostgresDialect, sql, type Transaction } from 'kysely';
import pg from 'pg';
import type { Tables } from './tables.ts';

export type Db = Kysely<Tables>;
export type Tx = Transaction<Tables>;

const INT8_OID = 20;
const DATE_OID = 1082;
const POOL_SIZE = 10;

/** 64-bit integers as numbers: all of ours are counters far below 2^53. Days as they are written: they have no time zone. */
const types: pg.CustomTypesConfig = {
  getTypeParser: (oid, format) => {
    if (oid === INT8_OID && format !== 'binary') return Number;
    if (oid === DATE_OID && format !== 'binary') return String;
    return format === 'binary' ? pg.types.getTypeParser(oid, 'binary') : pg.types.getTypeParser(oid, 'text');
  },
};

/** A connection pool that is made at the first query, when the URL is known. */
export function openDatabase(url: () => string, onError: (error: Error) => void): Db {
  const pool = async () => {
    const made = new pg.Pool({
      connectionString: url(),
      max: POOL_SIZE,
      connectionTimeoutMillis: 10_000,
      statement_timeout: 30_000,
      types,
    });
    made.on('error', onError);
    return made;
  };
  return new Kysely<Tables>({
    dialect: new PostgresDialect({ pool }),
    plugins: [new CamelCasePlugin({ maintainNestedObjectKeys: true })],
  });
}

/** Numbers of our advisory locks; each guards one order. */
export const LOCKS = {
  changes: 7_001,
  audit: 7_002,
  partitions: 7_003,
  rollup: 7_004,
  publishing: 7_005,
} as const;

/** Holds until the transaction ends. */
export async function lock(tx: Tx, name: keyof typeof LOCKS): Promise<void> {
  await sql`select pg_advisory_xact_lock(${LOCKS[name]})`.execute(tx);
}
