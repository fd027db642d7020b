import type { Now } from '../base/clock.ts';
import type { Logger } from '../base/log.ts';
import { addDays, dayAt } from '../base/zoned-time.ts';
import type { Config } from '../config/schema.ts';
import { type Framework, parseFrameworkYaml } from '../index/index.ts';
import type { AreaDirectory } from '../registry/areas.ts';
import { ESCALATION_HOURS, INCIDENT_RULES } from '../reports/incident-categories.ts';
import { gatherFigures, type PeriodFigures } from '../reports/period-figures.ts';
import { decodeCursor, encodeCursor } from '../routes/cursor.ts';
import type { PublicationBody, PublicationRow } from '../store/publications.ts';
import type { Store } from '../store/store.ts';
import type { PublicationEngine } from './publication-engine.ts';

/** What the parts of the 平安指数 share. */
export type IndexContext = {
  store: Store;
  frameworks: FrameworkShelf;
  publications: PublicationShelf;
  areas: AreaDirectory;
  engine: PublicationEngine;
  config: Config;
  software: string;
  now: Now;
  log: Logger;
};

export const todayOf = ({ config, now }: IndexContext): string => dayAt(now(), config.timeZone);

/** Makes the daily figures of touched days anew, and those of `days` with their cameras. */
export function bringUpToDate(
  { store, config, now }: IndexContext,
  days: readonly string[],
): Promise<string[]> {
  return store.figures.bringUpToDate(days, {
    timeZone: config.timeZone,
    now: new Date(now()),
    rules: INCIDENT_RULES,
    alarmDueHours: config.index.alarmDueHours,
    escalationHours: ESCALATION_HOURS,
  });
}

/** The figures of the days `from` to `to` as they are now. */
export async function figuresOf(context: IndexContext, from: string, to: string): Promise<PeriodFigures> {
  const { store, areas } = context;
  const today = todayOf(context);
  await areas.refresh();
  await bringUpToDate(
    context,
    [addDays(today, -1), today].filter((day) => from <= day && day <= to),
  );
  const [sums, populations, spans] = await Promise.all([
    store.figures.sums(from, to),
    store.measures.populations(to),
    store.figures.reportSpans(),
  ]);
  return gatherFigures({ from, to, areas: areas.all(), sums, populations, spans });
}

/** Frameworks by their id; a version never changes, so each is read once. */
export class FrameworkShelf {
  readonly #store: Store;
  readonly #known = new Map<string, { yaml: string; framework: Framework }>();

  constructor(store: Store) {
    this.#store = store;
  }

  async get(id: string): Promise<{ yaml: string; framework: Framework }> {
    const known = this.#known.get(id);
    if (known !== undefined) return known;
    const row = await this.#store.frameworks.find(id);
    if (row === undefined) throw new Error(`framework ${id} is gone`);
    const found = { yaml: row.yaml, framework: parseFrameworkYaml(row.yaml) };
    this.#known.set(id, found);
    return found;
  }
}

/** Bodies kept in memory: tens of megabytes each for a whole district. */
const KEPT_BODIES = 4;

/** Publications with their bodies; a body never changes, so the last few are kept. */
export class PublicationShelf {
  readonly #store: Store;
  readonly #bodies = new Map<string, PublicationBody>();

  constructor(store: Store) {
    this.#store = store;
  }

  async get(id: string): Promise<PublicationRow | undefined> {
    const [row, body] = await Promise.all([this.#store.publications.find(id), this.#body(id)]);
    return row === undefined || body === undefined ? undefined : { ...row, ...body };
  }

  async #body(id: string): Promise<PublicationBody | undefined> {
    const body = this.#bodies.get(id) ?? (await this.#store.publications.body(id));
    if (body === undefined) return undefined;
    this.#bodies.delete(id);
    this.#bodies.set(id, body);
    const [oldest] = this.#bodies.keys();
    if (this.#bodies.size > KEPT_BODIES && oldest !== undefined) this.#bodies.delete(oldest);
    return body;
  }
}

type Dated = { at: Date; id: string };
const PAGE = 50;

/** A page of a list ordered by time and id, newest first. */
export async function pageOf<Row, Item>(
  query: { limit?: number; cursor?: string },
  read: (query: { limit: number; after: Dated | undefined }) => Promise<Row[]>,
  { position, present }: { position(row: Row): Dated; present(row: Row): Item },
): Promise<{ items: Item[]; next: string | null }> {
  const limit = query.limit ?? PAGE;
  const cursor = decodeCursor(query.cursor);
  const after = cursor === undefined ? undefined : { at: cursor.receivedAt, id: cursor.id };
  const rows = await read({ limit: limit + 1, after });
  const last = rows[limit - 1];
  const next =
    rows.length > limit && last !== undefined
      ? encodeCursor({ receivedAt: position(last).at, id: position(last).id })
      : null;
  return { items: rows.slice(0, limit).map(present), next };
}
