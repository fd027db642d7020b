import { randomUUID } from 'node:crypto';
import { Problem } from '../base/problem.ts';
import { previousPeriod } from '../index/index.ts';
import type { PeriodFigures } from '../reports/period-figures.ts';
import type { Period } from '../routes/safety-index/schemas.ts';
import type { FrameworkRow } from '../store/frameworks.ts';
import { figuresOf, type IndexContext, todayOf } from './publication-context.ts';
import { asProblem } from './publication-engine.ts';
import { enginePeriod } from './publication-periods.ts';
import { scoresOf } from './publication-rules.ts';
import type { PublishResult, PublishTask } from './publication-tasks.ts';

type Inputs = { task: PublishTask; active: FrameworkRow; figures: PeriodFigures; known: string | null };

/** Everything that a computation needs; `known` is the hash of what the newest version by this software was computed from. */
async function gatherInputs(context: IndexContext, period: Period): Promise<Inputs> {
  const { store, frameworks, software, now } = context;
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
  const task: PublishTask = {
    kind: 'publish',
    yaml: active.yaml,
    figures,
    period: place.code,
    status: kind === 'day' || place.to >= today ? 'provisional' : 'final',
    softwareVersion: software,
    computedAt: new Date(now()),
    latest: latest?.content ?? null,
    base:
      before === undefined
        ? null
        : { publication: before.content, yaml: (await frameworks.get(before.frameworkId)).yaml },
  };
  return { task, active, figures, known: latest?.software === software ? latest.inputsSha256 : null };
}

/** Keeps a result as a draft; false when somebody else kept this version meanwhile. */
async function keep(
  { store, frameworks }: IndexContext,
  {
    id,
    period,
    author,
    inputs,
    result,
  }: { id: string; period: Period; author: string; inputs: Inputs; result: PublishResult },
): Promise<boolean> {
  const { publication, draft } = result;
  const { active, figures, task } = inputs;
  const { framework } = await frameworks.get(active.id);
  const before = await store.publications.scoresBefore(period.kind, period.start);
  return store.publications.add(
    {
      id,
      ...period,
      version: publication.sequence,
      computedAt: task.computedAt,
      frameworkId: active.id,
      inputsSha256: publication.inputsSha256,
      software: task.softwareVersion,
      score: publication.areas.find(({ area }) => area.parent === null)?.score ?? null,
      content: JSON.stringify(publication),
      inputs: JSON.stringify(figures),
      draftZh: draft.zh,
      draftEn: draft.en,
      author,
      state: 'draft',
      textZh: draft.zh,
      textEn: draft.en,
      editor: null,
      submitter: null,
      approver: null,
      publishedAt: null,
    },
    scoresOf(result, framework, before),
  );
}

/**
 * Computes a period from the daily figures and keeps the outcome as its next version, a draft. A period that is not over
 * is provisional, and so is every day. Returns the new version's id; null when the newest one says the same and
 * `skipUnchanged` is set. Throws the problems `invalid` and `conflict`.
 */
export async function computePublication(
  context: IndexContext,
  { period, actor, skipUnchanged }: { period: Period; actor: string; skipUnchanged: boolean },
): Promise<string | null> {
  const inputs = await gatherInputs(context, period);
  const result = await context.engine.publish(inputs.task).catch(asProblem('conflict'));
  if (skipUnchanged && inputs.known === result.publication.inputsSha256) return null;
  const id = randomUUID();
  if (await keep(context, { id, period, author: actor, inputs, result })) return id;
  throw new Problem('conflict', {
    message: 'Somebody else computed this period just now: look at theirs first.',
  });
}
