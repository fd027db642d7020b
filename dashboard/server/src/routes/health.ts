import { randomUUID } from 'node:crypto';
import { Problem } from '../base/problem.ts';
import type { FigureRow } from '../health/health-figures.ts';
import { type App, callerOf, FAULTS, found } from './app.ts';
import {
  CameraHistorySchema,
  FiguresPageSchema,
  FiguresQuerySchema,
  HistoryQuerySchema,
  MaintenanceSchema,
  NewMaintenanceSchema,
} from './camera-schemas.ts';
import { decodeKeyCursor, encodeKeyCursor } from './cursor.ts';
import { CameraParamSchema, parseDeviceId, UuidParamSchema } from './params.ts';
import { presentInterval, presentMaintenance, presentSample } from './present-history.ts';
import type { Services } from './services.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const SPAN_LIMIT_MS = 31 * DAY_MS;
const INTERVAL_LIMIT = 2000;
const MAINTENANCE_LIMIT = 200;
/** Maintenance may be entered so long afterwards, and last so long. */
const AFTERWARDS_MS = DAY_MS;
const PLANNED_LIMIT_MS = 31 * DAY_MS;
/** Lengths of a step that a chart can use; about 300 of them make a span. */
const STEPS_S = [300, 900, 1800, 3600, 7200, 14_400];
const STEPS_WANTED = 340;

const invalid = (field: string, message: string) => new Problem('invalid', { field, message });

/** A span of time from two optional timestamps. Throws the problem "invalid". */
function spanOf(query: { from?: string | undefined; to?: string | undefined }, nowMs: number) {
  const toMs = query.to === undefined ? nowMs : Date.parse(query.to);
  const fromMs = query.from === undefined ? toMs - DAY_MS : Date.parse(query.from);
  if (Number.isNaN(fromMs) || Number.isNaN(toMs) || fromMs >= toMs)
    throw invalid('querystring.from', 'Give times of the calendar, "from" before "to".');
  if (toMs - fromMs > SPAN_LIMIT_MS) throw invalid('querystring.from', 'Ask for 31 days at most.');
  return { from: new Date(fromMs), to: new Date(toMs) };
}

function plannedSpan(body: { from: string; to: string }, nowMs: number) {
  const [fromMs, toMs] = [Date.parse(body.from), Date.parse(body.to)];
  if (Number.isNaN(fromMs) || fromMs < nowMs - AFTERWARDS_MS)
    throw invalid('body.from', 'Maintenance can be entered up to 24 hours afterwards.');
  if (Number.isNaN(toMs) || toMs <= fromMs) throw invalid('body.to', 'It must end after it begins.');
  if (toMs - fromMs > PLANNED_LIMIT_MS) throw invalid('body.to', 'Maintenance lasts 31 days at most.');
  return { startsAt: new Date(fromMs), endsAt: new Date(toMs) };
}

/** Days as they are on the calendar, 31 at most. Throws the problem "invalid". */
function checkDays({ from, to }: { from: string; to: string }): void {
  const length = Date.parse(to) - Date.parse(from);
  const isDay = (day: string) =>
    !Number.isNaN(Date.parse(day)) && new Date(day).toISOString().startsWith(day);
  if (!isDay(from) || !isDay(to) || length < 0)
    throw invalid('querystring.from', 'Give days of the calendar, "from" not after "to".');
  if (length >= SPAN_LIMIT_MS) throw invalid('querystring.from', 'Ask for 31 days at most.');
}

/** Figures of the camera network, the past of one camera, and planned maintenance. */
export function healthRoutes(app: App, { store, areas, health, now, hub }: Services): void {
  const nameOf = async (by: 'area' | 'gateway', rows: readonly FigureRow[]) => {
    if (by === 'area') {
      return (key: string) => areas.pathOf(key)?.path.at(-1) ?? { zh: key, en: key };
    }
    const gateways = await store.gateways.findMany(rows.map(({ key }) => key));
    const names = new Map(gateways.map(({ id, name }) => [id, name]));
    return (key: string) => ({ zh: names.get(key) ?? key, en: names.get(key) ?? key });
  };

  app.get(
    '/api/v1/health/figures',
    {
      config: { permission: 'read' },
      schema: {
        summary: 'Operations figures per area or gateway, each with numerator, denominator and coverage',
        tags: ['health'],
        querystring: FiguresQuerySchema,
        response: { 200: FiguresPageSchema, ...FAULTS },
      },
    },
    async ({ query: { by, area, limit = 50, cursor, ...query } }) => {
      const days = health.days(query);
      checkDays(days);
      const all = await (by === 'area' ? health.byArea(days, area) : health.byGateway(days, area));
      const after = decodeKeyCursor(cursor) ?? '';
      const rows = all.filter(({ key }) => key > after);
      const page = rows.slice(0, limit);
      const name = await nameOf(by, page);
      const last = page.at(-1);
      const { minimumCoverage, clockToleranceSeconds, clockMinimumSamples, clockAccurateShare } =
        health.options;
      return {
        ...days,
        rules: { minimumCoverage, clockToleranceSeconds, clockMinimumSamples, clockAccurateShare },
        items: page.map((row) => ({ ...row, name: name(row.key) })),
        next: rows.length > limit && last ? encodeKeyCursor(last.key) : null,
      };
    },
  );

  app.get(
    '/api/v1/cameras/:id/health',
    {
      config: { permission: 'read' },
      schema: {
        summary:
          'What a camera was over a span of time: states with causes, findings, packet figures, maintenance',
        tags: ['health'],
        params: CameraParamSchema,
        querystring: HistoryQuerySchema,
        response: { 200: CameraHistorySchema, ...FAULTS },
      },
    },
    async ({ params, query }) => {
      const { gatewayId, deviceId: cameraId } = parseDeviceId(params.id);
      found(await store.cameras.find(gatewayId, cameraId));
      const span = spanOf(query, now());
      const seconds = (span.to.getTime() - span.from.getTime()) / 1000;
      const stepSeconds = STEPS_S.find((step) => seconds / step <= STEPS_WANTED) ?? 14_400;
      const days = { from: health.dayAt(span.from.getTime()), to: health.dayAt(span.to.getTime()) };
      const key = { gatewayId, cameraId };
      const [intervals, samples, maintenance, figures] = await Promise.all([
        store.cameraHistory.intervals({ ...key, ...span }, INTERVAL_LIMIT + 1),
        store.cameraHistory.samples({ ...key, ...span }, stepSeconds),
        store.maintenances.of({ ...key, ...span }, MAINTENANCE_LIMIT),
        health.ofCamera(days, key),
      ]);
      return {
        from: span.from.toISOString(),
        to: span.to.toISOString(),
        intervals: intervals.slice(-INTERVAL_LIMIT).map(presentInterval),
        truncated: intervals.length > INTERVAL_LIMIT,
        stepSeconds,
        samples: samples.map(presentSample),
        maintenance: maintenance.map(presentMaintenance),
        figures,
      };
    },
  );

  app.post(
    '/api/v1/cameras/:id/maintenance',
    {
      config: { permission: 'dispose' },
      schema: {
        summary:
          'Planned maintenance of a camera, or of all cameras of its gateway: left out of every figure',
        tags: ['health'],
        params: CameraParamSchema,
        body: NewMaintenanceSchema,
        response: { 201: MaintenanceSchema, ...FAULTS },
      },
    },
    async (request, reply) => {
      const { gatewayId, deviceId } = parseDeviceId(request.params.id);
      found(await store.cameras.find(gatewayId, deviceId));
      const { scope = 'camera', reason } = request.body;
      const entry = {
        id: randomUUID(),
        gatewayId,
        cameraId: scope === 'camera' ? deviceId : null,
        ...plannedSpan(request.body, now()),
        reason,
        actor: callerOf(request).user.username,
        createdAt: new Date(now()),
      };
      await store.maintenances.add(entry);
      hub.poke();
      return reply.code(201).send(presentMaintenance(entry));
    },
  );

  app.delete(
    '/api/v1/maintenance/:id',
    {
      config: { permission: 'dispose' },
      schema: {
        summary: 'Ends planned maintenance now, or takes it back when it has not begun',
        tags: ['health'],
        params: UuidParamSchema,
        response: { 204: { type: 'null' }, ...FAULTS },
      },
    },
    async (request, reply) => {
      const actor = callerOf(request).user.username;
      found(await store.maintenances.end(request.params.id, { at: new Date(now()), actor }));
      hub.poke();
      return reply.code(204).send(null);
    },
  );
}
