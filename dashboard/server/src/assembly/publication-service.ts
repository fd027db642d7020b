import { Problem } from '../base/problem.ts';
import { decodeKeyCursor, encodeKeyCursor } from '../routes/cursor.ts';
import type { Period } from '../routes/safety-index/schemas.ts';
import type { PublicationService } from '../routes/safety-index/services.ts';
import type { PublicationHeadRow, PublicationPosition, PublicationRow } from '../store/publications.ts';
import { computePublication } from './publication-compute.ts';
import type { IndexContext } from './publication-context.ts';
import { exportPublication } from './publication-export.ts';
import { type AreaSetting, presentHead, presentPublication } from './publication-present.ts';
import { editStep, publishStep, redStepsOf, submitStep } from './publication-rules.ts';

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
      const id = await computePublication(context, { period, actor, skipUnchanged: false });
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
      computePublication(context, { period, actor, skipUnchanged: true }),
  };
}
