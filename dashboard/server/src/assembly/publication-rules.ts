import { randomUUID } from 'node:crypto';
import { Problem } from '../base/problem.ts';
import { type Framework, nextBand } from '../index/index.ts';
import type { PublicationRow, PublicationStep, ScoreRow } from '../store/publications.ts';
import type { NewRedStep } from '../store/red-steps.ts';
import type { PublishResult } from './publication-tasks.ts';

/** draft → submitted → published → superseded. Edits are for drafts; a submitted one goes back to nobody, compute anew instead. */
type Signed = Pick<PublicationRow, 'state' | 'author' | 'editor' | 'submitter'>;

/** Author of what the server computes by itself. */
export const SYSTEM = 'system';

function expectState({ state }: { state: string }, wanted: string, action: string): void {
  if (state === wanted) return;
  throw new Problem('conflict', {
    message: `This is "${state}" already: only a ${wanted} can be ${action}.`,
  });
}

/** Who may not approve: author and last editor; where the server is the author, who handed it in. */
export function signersOf({
  author,
  editor,
  submitter,
}: Pick<Signed, 'author' | 'editor' | 'submitter'>): Set<string> {
  const author_ = author === SYSTEM ? submitter : author;
  return new Set([author_, editor].filter((name) => name !== null));
}

/** Throws the problems `conflict` and `same-person`. */
export function checkApproval(row: Signed, actor: string): void {
  expectState(row, 'submitted', 'approved');
  if (!signersOf(row).has(actor)) return;
  throw new Problem('same-person', {
    message: `${actor} wrote, edited or handed this in: another person must approve it.`,
  });
}

export function editStep(row: Signed, text: { zh: string; en: string }, actor: string): PublicationStep {
  expectState(row, 'draft', 'edited');
  return { textZh: text.zh, textEn: text.en, editor: actor };
}

export function submitStep(row: Signed, actor: string): PublicationStep {
  expectState(row, 'draft', 'submitted');
  return { state: 'submitted', submitter: actor };
}

export function publishStep(row: Signed, actor: string, at: Date): PublicationStep {
  checkApproval(row, actor);
  return { state: 'published', approver: actor, publishedAt: at };
}

type NewScore = Omit<ScoreRow, 'publicationId'>;
type Level = ScoreRow['level'];
const LEVELS: readonly string[] = ['district', 'street', 'community', 'grid'] satisfies Level[];
const isLevel = (level: string): level is Level => LEVELS.includes(level);

/**
 * Scores of a publication with what depends on the period before: the band changes only beyond its border by the framework's
 * hysteresis, and periods in a row in an alert band are counted. A period without a score neither adds to the row nor ends it.
 */
export function scoresOf(
  { publication, rankIntervals }: PublishResult,
  framework: Framework,
  before: readonly ScoreRow[],
): NewScore[] {
  const earlier = new Map(before.map((row) => [row.areaCode, row]));
  const setting = { bands: framework.bands ?? [], margin: framework.bandHysteresis ?? 0 };
  return publication.areas.flatMap(({ area, score, rank }): NewScore[] => {
    if (!isLevel(area.level)) return [];
    const previous = earlier.get(area.code);
    const band = nextBand(previous?.band ?? null, score ?? Number.NaN, setting);
    const row = previous?.consecutiveRed ?? 0;
    const [rankLow, rankHigh] = rankIntervals[area.code] ?? [null, null];
    return [
      {
        areaCode: area.code,
        level: area.level,
        score,
        band: band?.code ?? null,
        rank,
        rankLow,
        rankHigh,
        consecutiveRed: band === null ? row : band.alert === true ? row + 1 : 0,
      },
    ];
  });
}

export type RedStepRule = { code: string; name: { zh: string; en: string }; afterPeriods: number };

/** The step after `count` periods in a row: the one for exactly that many; beyond the last, the last again. */
export function redStepAfter(count: number, rules: readonly RedStepRule[]): RedStepRule | null {
  if (count === 0) return null;
  const last = rules.reduce<RedStepRule | null>(
    (best, rule) => (best === null || rule.afterPeriods > best.afterPeriods ? rule : best),
    null,
  );
  if (last !== null && count > last.afterPeriods) return last;
  return rules.find(({ afterPeriods }) => afterPeriods === count) ?? null;
}

/** The steps that a published week or month opens; days are provisional and open none, nor do areas without a score. */
export function redStepsOf(
  { id, kind, start }: Pick<PublicationRow, 'id' | 'kind' | 'start'>,
  scores: readonly ScoreRow[],
  { rules, at }: { rules: readonly RedStepRule[]; at: Date },
): NewRedStep[] {
  if (kind === 'day') return [];
  return scores.flatMap(({ areaCode, band, consecutiveRed }): NewRedStep[] => {
    const step = band === null ? null : redStepAfter(consecutiveRed, rules);
    if (step === null) return [];
    const { code, name, afterPeriods } = step;
    return [
      {
        id: randomUUID(),
        areaCode,
        publicationId: id,
        kind,
        start,
        stepCode: code,
        stepZh: name.zh,
        stepEn: name.en,
        afterPeriods,
        state: 'open',
        openedAt: at,
        doneAt: null,
        actor: null,
        note: '',
      },
    ];
  });
}
