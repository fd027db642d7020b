import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PICTURE_FINDINGS, type PictureFinding } from '@pingan/models/contract';
import { CLEAN } from './clean.ts';
import { DEFECT, type Level } from './defects.ts';
import type { Job, JobResult } from './job.ts';
import { runAll } from './pool.ts';
import { SCENES } from './scenes.ts';

const FINDINGS = Object.keys(PICTURE_FINDINGS) as PictureFinding[];
const LEVELS: readonly Level[] = ['weak', 'strong'];
/** Clips are kept here between runs; the number changes with what they show. */
const FOLDER = join(tmpdir(), 'pingan-health-clips-3');
/** A finding that begins up to so long before its defect, or after its end, is about it: looks are a second apart. */
const SLACK_SECONDS = 3;

export type LabelledOptions = {
  /** Clean picture time, hours, at least; clips are shown again and again for it. */
  hours: number;
  /** Every n-th scene only. */
  everyNth: number;
};

/** Right and wrong of one finding at one strength. */
export type Score = { clips: number; found: number; wrong: number; delays: number[] };
export type Scores = Map<string, Score>;
export type CleanScore = {
  seconds: number;
  /** Of these not a repetition of the same pictures. */
  distinctSeconds: number;
  findings: { condition: string; scene: string; finding: string; heldOut: boolean; atSeconds: number }[];
};
export type Outcome = { all: Scores; heldOut: Scores; clean: CleanScore; missed: string[]; wrong: string[] };

export const keyOf = (finding: PictureFinding, level: Level) => `${finding}/${level}`;

/** Makes the clips that are missing, judges them all, and counts. */
export async function evaluate({ hours, everyNth }: LabelledOptions): Promise<Outcome> {
  const scenes = SCENES.filter((_, index) => index % everyNth === 0);
  const conditions = Object.keys(CLEAN);
  const minutes = Math.max(2, (hours * 60) / (scenes.length * conditions.length));
  const jobs: Job[] = scenes.flatMap(({ name }) => [
    ...FINDINGS.flatMap((finding) =>
      LEVELS.map((level): Job => ({ kind: 'defect', folder: FOLDER, scene: name, finding, level })),
    ),
    ...conditions.map(
      (condition): Job => ({ kind: 'clean', folder: FOLDER, scene: name, condition, minutes }),
    ),
  ]);
  const outcome: Outcome = {
    all: new Map(),
    heldOut: new Map(),
    clean: { seconds: 0, distinctSeconds: 0, findings: [] },
    missed: [],
    wrong: [],
  };
  await runAll(jobs, (result) => count(outcome, result));
  return outcome;
}

function count(outcome: Outcome, { job, intervals, seconds, distinctSeconds }: JobResult): void {
  const heldOut = SCENES.find(({ name }) => name === job.scene)?.heldOut === true;
  if (job.kind === 'clean') {
    outcome.clean.seconds += seconds;
    outcome.clean.distinctSeconds += distinctSeconds;
    for (const { finding, startSeconds } of intervals)
      outcome.clean.findings.push({
        condition: job.condition,
        scene: job.scene,
        finding,
        heldOut,
        atSeconds: startSeconds,
      });
    return;
  }
  const { finding, level, scene } = job;
  const books = heldOut ? [outcome.all, outcome.heldOut] : [outcome.all];
  const isOwn = (interval: JobResult['intervals'][number]) =>
    interval.finding === finding &&
    interval.startSeconds >= DEFECT.from - SLACK_SECONDS &&
    interval.startSeconds <= DEFECT.to + SLACK_SECONDS;
  const hit = intervals.find(isOwn);
  for (const book of books) {
    const score = scoreOf(book, keyOf(finding, level));
    score.clips++;
    if (hit) score.found++;
    if (hit) score.delays.push(hit.confirmedSeconds - DEFECT.from);
  }
  if (!hit) outcome.missed.push(`${keyOf(finding, level)} ${scene}`);
  for (const other of intervals) {
    if (isOwn(other)) continue;
    for (const book of books) scoreOf(book, keyOf(other.finding, level)).wrong++;
    outcome.wrong.push(`${other.finding} at ${other.startSeconds} s in ${keyOf(finding, level)} ${scene}`);
  }
}

function scoreOf(scores: Scores, key: string): Score {
  const score = scores.get(key) ?? { clips: 0, found: 0, wrong: 0, delays: [] };
  scores.set(key, score);
  return score;
}
