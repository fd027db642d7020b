import { createHash } from 'node:crypto';
import type { GatewayState, HealthReport } from '@pingan/models/contract';
import { sql } from 'kysely';
import { observeCameras } from './camera-observations.ts';
import { appendChanges } from './changes.ts';
import type { Db, Tx } from './database.ts';
import { devicesOf } from './gateways.ts';
import type { ChangeKind } from './tables.ts';

/** Figures that change all the time (frame rate, bit rate) are announced this often. */
const REFRESH_MS = 5_000;

const digest = (value: unknown) => createHash('sha1').update(JSON.stringify(value)).digest('base64');

type Camera = HealthReport['cameras'][number];
type Sensor = HealthReport['sensors'][number];

const cameraRow = (camera: Camera) => ({
  ...camera,
  material: digest([
    camera.state,
    camera.name,
    camera.code,
    camera.codec,
    camera.width,
    camera.height,
    camera.zones,
    camera.picture?.good,
    camera.picture?.findings,
    camera.causes,
    camera.packets?.findings,
    camera.decode?.mode,
  ]),
});

const sensorRow = (sensor: Sensor) => ({
  ...sensor,
  material: digest([sensor.name, sensor.kind, sensor.available, sensor.value, sensor.at]),
});

type Announced = { kind: ChangeKind; key: string }[];

/** Both upserts return the devices that a screen must hear of: material change, or the last announcement is old. */
async function upsertCameras(
  tx: Tx,
  gatewayId: string,
  cameras: readonly Camera[],
  at: Date,
): Promise<Announced> {
  const refresh = new Date(at.getTime() - REFRESH_MS);
  const { rows } = await sql<{ key: string }>`
    with r as (
      select * from jsonb_to_recordset(${JSON.stringify(cameras.map(cameraRow))}::jsonb) as r(
        "cameraId" text, code text, name text, address text, manufacturer text, model text, codec text,
        width integer, height integer, state jsonb, packets jsonb, picture jsonb, work jsonb, zones jsonb,
        causes jsonb, decode jsonb, material text)
    ), due as (
      select r."cameraId" as id from r left join cameras c on c.gateway_id = ${gatewayId} and c.camera_id = r."cameraId"
      where c.camera_id is null or c.material <> r.material or c.announced_at < ${refresh}
    ), written as (
      insert into cameras as c (gateway_id, camera_id, code, name, address, manufacturer, model, codec, width, height, state,
        packets, picture, work, zones, causes, decode, material, announced_at, updated_at, first_seen_at)
      select distinct on (r."cameraId") ${gatewayId}, r."cameraId", r.code, r.name, r.address, r.manufacturer, r.model, r.codec,
        r.width, r.height, r.state, r.packets, r.picture, r.work, r.zones, r.causes, r.decode, r.material,
        ${at}::timestamptz, ${at}::timestamptz,
        ${at}::timestamptz from r
      on conflict (gateway_id, camera_id) do update set
        code = excluded.code, name = excluded.name, address = coalesce(excluded.address, c.address),
        manufacturer = coalesce(excluded.manufacturer, c.manufacturer), model = coalesce(excluded.model, c.model),
        codec = coalesce(excluded.codec, c.codec), width = coalesce(excluded.width, c.width),
        height = coalesce(excluded.height, c.height), state = excluded.state, packets = excluded.packets,
        picture = excluded.picture, work = excluded.work, zones = excluded.zones, causes = excluded.causes, decode = excluded.decode,
        announced_at = case when c.material <> excluded.material or c.announced_at < ${refresh}
          then excluded.announced_at else c.announced_at end,
        material = excluded.material, updated_at = excluded.updated_at
    )
    select ${gatewayId} || ':' || id as key from due`.execute(tx);
  return rows.map(({ key }) => ({ kind: 'camera', key }));
}

async function upsertSensors(
  tx: Tx,
  gatewayId: string,
  sensors: readonly Sensor[],
  at: Date,
): Promise<Announced> {
  const { rows } = await sql<{ key: string }>`
    with r as (
      select * from jsonb_to_recordset(${JSON.stringify(sensors.map(sensorRow))}::jsonb) as r(
        "sensorId" text, code text, name text, kind text, protocol text, available boolean, at timestamptz, value jsonb, material text)
    ), due as (
      select r."sensorId" as id from r left join sensors s on s.gateway_id = ${gatewayId} and s.sensor_id = r."sensorId"
      where s.sensor_id is null or s.material <> r.material
    ), written as (
      insert into sensors (gateway_id, sensor_id, code, name, kind, protocol, available, at, value, material, announced_at, updated_at)
      select distinct on (r."sensorId") ${gatewayId}, r."sensorId", r.code, r.name, r.kind, r.protocol, r.available, r.at,
        nullif(r.value, 'null'::jsonb), r.material, ${at}::timestamptz, ${at}::timestamptz from r
      on conflict (gateway_id, sensor_id) do update set
        code = excluded.code, name = excluded.name, kind = excluded.kind, protocol = excluded.protocol,
        available = excluded.available, at = excluded.at, value = excluded.value, material = excluded.material,
        announced_at = excluded.announced_at, updated_at = excluded.updated_at
    )
    select ${gatewayId} || ':' || id as key from due`.execute(tx);
  return rows.map(({ key }) => ({ kind: 'sensor', key }));
}

/** Stores a health report: gateway, cameras, sensors and intervals in one transaction. */
export function writeHealth(db: Db, report: HealthReport, at: Date): Promise<void> {
  const { gatewayId, cameras, sensors, gateway } = report;
  return db.transaction().execute(async (tx) => {
    const { numUpdatedRows } = await tx
      .updateTable('gateways')
      .set({ outboxPending: gateway.outboxPending, lastSeenAt: at })
      .where('id', '=', gatewayId)
      .executeTakeFirst();
    if (numUpdatedRows === 0n) return;
    const changed = [
      ...(await upsertCameras(tx, gatewayId, cameras, at)),
      ...(await upsertSensors(tx, gatewayId, sensors, at)),
    ];
    await observeCameras(tx, { gatewayId, cameras, at });
    if (changed.length > 0) changed.push({ kind: 'gateway', key: gatewayId });
    await appendChanges(tx, changed, at);
  });
}

/** Stores that a gateway came or went; all its devices change with it. */
export function writeState(db: Db, state: GatewayState, at: Date): Promise<void> {
  return db.transaction().execute(async (tx) => {
    const { gatewayId, kind, bootId, software } = state;
    const before = await tx
      .selectFrom('gateways')
      .select('state')
      .where('id', '=', gatewayId)
      .forUpdate()
      .executeTakeFirst();
    if (before === undefined) return;
    await tx
      .updateTable('gateways')
      .set({
        state: kind,
        bootId,
        software,
        lastSeenAt: at,
        ...(before.state === kind ? {} : { stateSince: at }),
      })
      .where('id', '=', gatewayId)
      .execute();
    await appendChanges(tx, await devicesOf(tx, [gatewayId]), at);
  });
}
