import type { GatewayState, HealthReport } from '@pingan/models/contract';
import { sql } from 'kysely';
import { messageOf } from '../base/errors.ts';
import type { Logger } from '../base/log.ts';
import { createAlarmStore } from './alarms.ts';
import { createAuditStore } from './audit.ts';
import { createCameraFigureStore } from './camera-figures.ts';
import { createCameraHistoryStore } from './camera-history.ts';
import { createCameraStore } from './cameras.ts';
import { createChangeStore } from './changes.ts';
import { createConfigurationVersionStore } from './configuration-versions.ts';
import { createConfigurationStore } from './configurations.ts';
import { createFigureStore } from './daily-figures.ts';
import { type Db, lock, openDatabase } from './database.ts';
import type { DatabaseServer } from './database-server.ts';
import { type IncomingEvent, writeEvents } from './event-writer.ts';
import { createEvidenceStore } from './evidence.ts';
import { createFrameworkStore } from './frameworks.ts';
import { createGatewayStore } from './gateways.ts';
import { writeHealth, writeState } from './health-writer.ts';
import { createIncidentStore } from './incidents.ts';
import { createMaintenanceStore } from './maintenances.ts';
import { createMeasureStore } from './measures.ts';
import { migrate } from './migrate.ts';
import { createPeopleStore } from './people.ts';
import { createPlaceStore } from './places.ts';
import { createPublicationStore } from './publications.ts';
import { createRedStepStore } from './red-steps.ts';
import { createSensorStore } from './sensors.ts';
import { createTrialStore } from './trials.ts';
import { createVerdictStore } from './verdicts.ts';

const DAY_MS = 86_400_000;
const DAYS_AHEAD = 3;

/** Everything durable, the only SQL. Started, it has a database of the newest form. */
export type Store = {
  alarms: ReturnType<typeof createAlarmStore>;
  cameras: ReturnType<typeof createCameraStore>;
  cameraHistory: ReturnType<typeof createCameraHistoryStore>;
  cameraFigures: ReturnType<typeof createCameraFigureStore>;
  maintenances: ReturnType<typeof createMaintenanceStore>;
  sensors: ReturnType<typeof createSensorStore>;
  evidence: ReturnType<typeof createEvidenceStore>;
  gateways: ReturnType<typeof createGatewayStore>;
  configurations: ReturnType<typeof createConfigurationStore>;
  configurationVersions: ReturnType<typeof createConfigurationVersionStore>;
  trials: ReturnType<typeof createTrialStore>;
  verdicts: ReturnType<typeof createVerdictStore>;
  places: ReturnType<typeof createPlaceStore>;
  people: ReturnType<typeof createPeopleStore>;
  changes: ReturnType<typeof createChangeStore>;
  audit: ReturnType<typeof createAuditStore>;
  incidents: ReturnType<typeof createIncidentStore>;
  measures: ReturnType<typeof createMeasureStore>;
  figures: ReturnType<typeof createFigureStore>;
  frameworks: ReturnType<typeof createFrameworkStore>;
  publications: ReturnType<typeof createPublicationStore>;
  redSteps: ReturnType<typeof createRedStepStore>;
  /** One transaction; resolves after the commit. */
  writeEvents(batch: readonly IncomingEvent[], at: Date): Promise<{ fresh: number }>;
  writeHealth(report: HealthReport, at: Date): Promise<void>;
  writeState(state: GatewayState, at: Date): Promise<void>;
  /** Makes the partitions of the days around `at`. */
  preparePartitions(at: Date): Promise<void>;
  isReachable(): Promise<boolean>;
  start(): Promise<void>;
  stop(): Promise<void>;
};

function dayOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}

/** Events of a day go into a partition of that day; what came while it was missing stays in the default partition. */
async function preparePartitions(db: Db, at: Date): Promise<void> {
  await db.transaction().execute(async (tx) => {
    await lock(tx, 'partitions');
    for (let day = 0; day <= DAYS_AHEAD; day += 1) {
      const from = dayOf(at.getTime() + day * DAY_MS);
      const to = dayOf(at.getTime() + (day + 1) * DAY_MS);
      const name = `events_${from.replaceAll('-', '')}`;
      const { rows } = await sql<{
        known: boolean;
        late: boolean;
      }>`select to_regclass(${name}) is not null as known,
        exists (select 1 from events_other where received_at >= ${from}::timestamptz and received_at < ${to}::timestamptz) as late`.execute(
        tx,
      );
      if (rows[0]?.known || rows[0]?.late) continue;
      await sql`create table ${sql.table(name)} partition of events
        for values from (${sql.lit(`${from}T00:00:00Z`)}) to (${sql.lit(`${to}T00:00:00Z`)})`.execute(tx);
    }
  });
}

/** A store on the database that `server` starts. Days are those of `timeZone` (IANA). */
export function createStore(server: DatabaseServer, log: Logger, timeZone: string): Store {
  let url = '';
  let isStopping = false;
  const db = openDatabase(
    () => url,
    // While we stop, the server may say goodbye to a connection that is just being closed.
    (error) => {
      if (!isStopping) log.warn({ error: messageOf(error) }, 'database: an idle connection was lost');
    },
  );
  return {
    alarms: createAlarmStore(db, timeZone),
    cameras: createCameraStore(db),
    cameraHistory: createCameraHistoryStore(db),
    cameraFigures: createCameraFigureStore(db, timeZone),
    maintenances: createMaintenanceStore(db),
    sensors: createSensorStore(db),
    evidence: createEvidenceStore(db),
    gateways: createGatewayStore(db),
    configurations: createConfigurationStore(db),
    configurationVersions: createConfigurationVersionStore(db),
    trials: createTrialStore(db, timeZone),
    verdicts: createVerdictStore(db),
    places: createPlaceStore(db),
    people: createPeopleStore(db),
    changes: createChangeStore(db),
    audit: createAuditStore(db),
    incidents: createIncidentStore(db, timeZone),
    measures: createMeasureStore(db),
    figures: createFigureStore(db),
    frameworks: createFrameworkStore(db),
    publications: createPublicationStore(db),
    redSteps: createRedStepStore(db),
    writeEvents: (batch, at) => writeEvents(db, batch, at),
    writeHealth: (report, at) => writeHealth(db, report, at),
    writeState: (state, at) => writeState(db, state, at),
    preparePartitions: (at) => preparePartitions(db, at),
    isReachable: () =>
      sql`select 1`.execute(db).then(
        () => true,
        () => false,
      ),
    async start() {
      url = await server.start();
      try {
        await migrate(db);
      } catch (error) {
        await db.destroy();
        await server.stop();
        throw error;
      }
    },
    async stop() {
      isStopping = true;
      await db.destroy();
      await server.stop();
    },
  };
}
