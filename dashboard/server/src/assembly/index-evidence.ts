import type { Sessions } from '../auth/sessions.ts';
import { timestamp } from '../base/clock.ts';
import { Problem } from '../base/problem.ts';
import { type IncidentReport, incidentFaults, type RowSetting } from '../reports/import-rows.ts';
import { INCIDENT_CATEGORIES } from '../reports/incident-categories.ts';
import type { RedStep } from '../routes/safety-index/schemas.ts';
import type { IncidentService, RedStepService, UserService } from '../routes/safety-index/services.ts';
import type { IncidentRow } from '../store/incidents.ts';
import type { UserView } from '../store/people.ts';
import type { RedStepRow } from '../store/red-steps.ts';
import { type IndexContext, pageOf } from './publication-context.ts';

const orNull = (date: Date | null): string | null => (date === null ? null : timestamp(date));

function presentIncident(row: IncidentRow) {
  return {
    ...row,
    occurredAt: timestamp(row.occurredAt),
    reportedAt: timestamp(row.reportedAt),
    escalatedAt: orNull(row.escalatedAt),
    dueAt: orNull(row.dueAt),
    closedAt: orNull(row.closedAt),
  };
}

const presentUser = (user: UserView) => ({ ...user, createdAt: timestamp(user.createdAt) });

type Setting = (now: number) => RowSetting;
export type WriteIncidents = (
  reports: readonly IncidentReport[],
  audit: { at: Date; actor: string },
) => Promise<{ accepted: number; unchanged: number }>;

/** Reported incidents by the interface. */
export function createIncidents(
  { store, now }: IndexContext,
  setting: Setting,
  write: WriteIncidents,
): IncidentService {
  const dateOf = (text: string | null) => (text === null ? null : new Date(text));
  return {
    list: ({ area, category, source, ...page }) =>
      pageOf(page, (query) => store.incidents.list({ ...query, area, category, source }), {
        position: ({ occurredAt, id }) => ({ at: occurredAt, id }),
        present: presentIncident,
      }),
    categories: () => [...INCIDENT_CATEGORIES],
    accept(bodies, actor) {
      const at = new Date(now());
      const seen = new Set<string>();
      const reports = bodies.map((body, i): IncidentReport => {
        const report = {
          ...body,
          occurredAt: new Date(body.occurredAt),
          reportedAt: new Date(body.reportedAt),
          escalatedAt: dateOf(body.escalatedAt),
          dueAt: dateOf(body.dueAt),
          closedAt: dateOf(body.closedAt),
        };
        const key = `${body.source} ${body.externalId}`;
        const [first] = incidentFaults(report, setting(at.getTime()));
        if (first !== undefined) {
          const column = first.column === 'area' ? 'areaCode' : first.column;
          throw new Problem('invalid', {
            field: `body.${i}.${column}`,
            message: `${column} ${first.message.en}`,
          });
        }
        if (seen.has(key)) {
          throw new Problem('invalid', {
            field: `body.${i}.externalId`,
            message: `${key} is there twice: send it once.`,
          });
        }
        seen.add(key);
        return report;
      });
      return write(reports, { at, actor });
    },
  };
}

/** What follows published periods in an alert band. */
export function createRedSteps({ store, areas, now }: IndexContext): RedStepService {
  const present = (row: RedStepRow): RedStep => ({
    id: row.id,
    areaCode: row.areaCode,
    areaName: areas.pathOf(row.areaCode)?.path.at(-1) ?? { zh: row.areaCode, en: row.areaCode },
    publicationId: row.publicationId,
    step: { code: row.stepCode, name: { zh: row.stepZh, en: row.stepEn }, afterPeriods: row.afterPeriods },
    state: row.state,
    openedAt: timestamp(row.openedAt),
    doneAt: orNull(row.doneAt),
    actor: row.actor,
    note: row.note,
  });
  return {
    list: ({ state, ...page }) =>
      pageOf(page, (query) => store.redSteps.list({ ...query, state }), {
        position: ({ openedAt, id }) => ({ at: openedAt, id }),
        present,
      }),
    async finish(id, { note, actor }) {
      const row = await store.redSteps.finish(id, { at: new Date(now()), note, actor });
      if (row !== undefined) return present(row);
      const isThere = (await store.redSteps.find(id)) !== undefined;
      throw isThere
        ? new Problem('conflict', { message: 'This step is done already.' })
        : new Problem('not-found');
    },
  };
}

/** The people who may sign in. */
export function createUsers({ store, now }: IndexContext, sessions: Sessions): UserService {
  return {
    list: async () => (await store.people.list()).map(presentUser),
    async add({ username, ...user }) {
      if (!(await sessions.addUser({ username, ...user })))
        throw new Problem('already-exists', { field: 'body.username' });
      const added = (await store.people.list()).find((each) => each.username === username);
      if (added === undefined) throw new Problem('not-found');
      return presentUser(added);
    },
    async disable(id, actor) {
      const own = await store.people.findUser(actor);
      if (own?.id === id) {
        throw new Problem('conflict', { message: 'You cannot disable yourself: ask another administrator.' });
      }
      const user = await store.people.disable(id, { at: new Date(now()), actor });
      if (user === undefined) throw new Problem('not-found');
      return presentUser(user);
    },
  };
}
