import { randomUUID } from 'node:crypto';
import { Problem } from '../base/problem.ts';
import { previousPeriod } from '../index/index.ts';
import { decodeKeyCursor, encodeKeyCursor } from '../routes/cursor.ts';
import type { Period } from '../routes/safety-index/schemas.ts';
import type { PublicationService } from '../routes/safety-index/services.ts';
import type { PublicationHeadRow, PublicationPosition, PublicationRow } from '../store/publications.ts';
import { figuresOf, type IndexContext, todayOf } from './publication-context.ts';
import { asProblem } from './publication-engine.ts';
import { exportPublication } from './publication-export.ts';
import { enginePeriod } from './publication-periods.ts';
import { type AreaSetting, presentHead, presentPublication } from './publication-present.ts';
import { editStep, publishStep, redStepsOf, scoresOf, submitStep } from './publication-rules.ts';

const PAGE = 50;
const DAY = /^\d{4}-\d{2}-\d{2}$/;

const encode = ({ start, kind, version }: PublicationHeadRow) =>
  encodeKeyCursor(`${start} ${kind} ${version}`);

function decode(cursor: string | undefined): PublicationPosition | undefined {
  const key = decodeKeyCursor(cursor);
  if (key === undefined) return undefined;
  const [start = '', kind, version] = key.split(' ');
  const isKind = kind === 'day' || kind === 'week' || kind === 'month';
  if (!DAY.test(start) || !isKind || !Number.isInteger(Number(version))) {
    throw new Problem('invalid', {
      field: 'cursor',
      message: 'Take the cursor from "next" of the page before.',
    });
  }
  return { start, kind, version: Number(version) };
}

async function headOf({ store }: IndexContext, id: string): Promise<PublicationHeadRow> {
  const head = await store.publications.head(id);
  if (head === undefined) throw new Problem('not-found');
  return head;
}

/** Everything of one publication that is shown. */
async function settingOf(context: IndexContext, row: PublicationRow): Promise<AreaSetting> {
  const { framework } = await context.frameworks.get(row.frameworkId);
  const scores = await context.store.publications.scores(row.id);
  return {
    framework,
    scores: new Map(scores.map((score) => [score.areaCode, score])),
    samples: new Set(row.inputs.areas.filter(({ sample }) => sample).map(({ code }) => code)),
  };
}

/**
 * Computes a period from the daily figures and keeps the outcome as its next version, a draft. A period that is not over
 * is provisional, and so is every day. Throws the problems `invalid` and `conflict`.
 */
async function compute(
  context: IndexContext,
  { period, actor, skipUnchanged }: { period: Period; actor: string; skipUnchanged: boolean },
): Promise<string | null> {
  const { store, engine, software, now } = context;
  const { kind, start } = period;
  const place = enginePeriod(period);
  const today = todayOf(context);
  if (start > today) {
    throw new Problem('invalid', {
      field: 'body.period.start',
      message: `${start} is in the future: choose a period that has begun.`,
    });
  }
  const active = await store.frameworks.active();
  if (active === undefined) throw new Problem('not-ready');
  const figures = await figuresOf(context, place.from, place.to < today ? place.to : today);
  const latest = await store.publications.latest(kind, start);
  const before = await store.publications.inForce(kind, previousPeriod(place).from);
  const computedAt = new Date(now());
  const result = await engine
    .publish({
      kind: 'publish',
      yaml: active.yaml,
      figures,
      period: place.code,
      status: kind === 'day' || place.to >= today ? 'provisional' : 'final',
      softwareVersion: software,
      computedAt,
      latest: latest?.content ?? null,
      base:
        before === undefined
          ? null
          : { publication: before.content, yaml: (await context.frameworks.get(before.frameworkId)).yaml },
    })
    .catch(asProblem('conflict'));
  const { publication, draft } = result;
  const isSame = latest?.inputsSha256 === publication.inputsSha256 && latest.software === software;
  if (skipUnchanged && isSame) return null;
  const { framework } = await context.frameworks.get(active.id);
  const id = randomUUID();
  const isAdded = await store.publications.add(
    {
      id,
      kind,
      start,
      version: publication.sequence,
      computedAt,
      frameworkId: active.id,
      inputsSha256: publication.inputsSha256,
      software,
      score: publication.areas.find(({ area }) => area.parent === null)?.score ?? null,
      content: JSON.stringify(publication),
      inputs: JSON.stringify(figures),
      draftZh: draft.zh,
      draftEn: draft.en,
      author: actor,
      state: 'draft',
      textZh: draft.zh,
      textEn: draft.en,
      editor: null,
      submitter: null,
      approver: null,
      publishedAt: null,
    },
    scoresOf(result, framework, await store.publications.scoresBefore(kind, start)),
  );
  if (!isAdded)
    throw new Problem('conflict', {
      message: 'Somebody else computed this period just now: look at theirs first.',
    });
  return id;
}

/** Publications: computing, reading, and the way from draft to published. */
export function createPublications(context: IndexContext) {
  const { store, now, config } = context;
  const change: (
    ...step: Parameters<typeof store.publications.change>
  ) => Promise<ReturnType<typeof presentHead>> = async (id, audit, decide) => {
    if (!(await store.publications.change(id, audit, decide))) throw new Problem('not-found');
    return presentHead(await headOf(context, id));
  };

  const service: PublicationService = {
    async list({ limit = PAGE, cursor, ...filter }) {
      const rows = await store.publications.list({ ...filter, limit: limit + 1, after: decode(cursor) });
      const last = rows[limit - 1];
      return {
        items: rows.slice(0, limit).map(presentHead),
        next: rows.length > limit && last !== undefined ? encode(last) : null,
      };
    },

    async compute(period, actor) {
      const id = await compute(context, { period, actor, skipUnchanged: false });
      return presentHead(await headOf(context, id ?? ''));
    },

    async find(id, part) {
      const [head, row] = await Promise.all([store.publications.head(id), context.publications.get(id)]);
      if (head === undefined || row === undefined) return null;
      return presentPublication({ head, row, setting: await settingOf(context, row) }, part);
    },

    edit: (id, text, actor) =>
      change(id, { at: new Date(now()), actor, action: 'edit' }, (row) => ({
        step: editStep(row, text, actor),
        detail: JSON.stringify(text),
      })),

    submit: (id, actor) =>
      change(id, { at: new Date(now()), actor, action: 'submit' }, (row) => ({
        step: submitStep(row, actor),
        detail: '',
      })),

    async approve(id, actor) {
      const scores = await store.publications.scores(id);
      const at = new Date(now());
      return change(id, { at, actor, action: 'approve' }, (row) => ({
        step: publishStep(row, actor, at),
        detail: row.inputsSha256,
        steps: redStepsOf(row, scores, { rules: config.index.redSteps, at }),
      }));
    },

    async exportAs(id, format) {
      const publication = await service.find(id, {});
      return publication === null ? null : exportPublication(publication, format);
    },
  };
  return {
    service,
    /** Computes a period for the server itself, unless the newest version says the same. Returns the id of a new version. */
    computeProvisional: (period: Period, actor: string) =>
      compute(context, { period, actor, skipUnchanged: true }),
  };
}
