import { join } from 'node:path';
import pg from 'pg';
import { databaseFolder } from '../../dashboard/server/src/assembly/parts.ts';
import { silentLogger } from '../../dashboard/server/src/base/log.ts';
import { EmbeddedDatabase } from '../../dashboard/server/src/store/embedded-database.ts';
import { findOrphan, stopOrphan } from '../../dashboard/server/src/store/orphan.ts';

export type CentreRecords = {
  events: { eventId: string; alarmId: string; phase: string }[];
  /** Alarms that nobody has cleared. */
  open: string[];
  /** Alarms that were updated or cleared but never raised. */
  unraised: string[];
};

const cluster = (dataDir: string) => join(databaseFolder(dataDir), 'home', 'cluster');

/** Reads what the centre has stored; the dashboard must run. */
export async function readCentre(dataDir: string): Promise<CentreRecords> {
  const url = await new EmbeddedDatabase(databaseFolder(dataDir), silentLogger).findRunning();
  if (url === null) throw new Error('the database of the centre does not run');
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const events = await client.query<{ eventId: string; alarmId: string; phase: string }>(
      'select id as "eventId", alarm_id as "alarmId", phase from events',
    );
    const alarms = await client.query<{ id: string; raised: boolean; open: boolean }>(
      'select id, raised, cleared_at is null as open from alarms',
    );
    return {
      events: events.rows,
      open: alarms.rows.filter(({ open }) => open).map(({ id }) => id),
      unraised: alarms.rows.filter(({ raised }) => !raised).map(({ id }) => id),
    };
  } finally {
    await client.end();
  }
}

/** Kills the database server of this data folder as a power cut would; nothing happens when none runs. */
export async function killDatabase(dataDir: string): Promise<void> {
  const pid = await findOrphan(cluster(dataDir));
  if (pid !== null) process.kill(pid, 'SIGKILL');
}

/** Ends a database server that a killed dashboard has left behind. */
export async function sweepDatabase(dataDir: string): Promise<void> {
  const pid = await findOrphan(cluster(dataDir));
  if (pid !== null) await stopOrphan(pid, 10_000);
}
