import { parseArgs } from 'node:util';
import { PICTURE_FINDINGS, type PictureFinding } from '@pingan/models/contract';
import { messageOf } from '../../../gateway/src/base/errors.ts';
import { median, report, round } from '../../bench/report.ts';
import { decodeFile } from './decode.ts';
import type { Level } from './defects.ts';
import { IntervalRecorder } from './intervals.ts';
import { evaluate, keyOf, type Outcome, type Scores } from './labelled.ts';

const USAGE = `npm run -s eval:health -- --input <video>      findings of a video file, one JSON line each
npm run -s eval:health -- --labelled [--hours 12] [--every-nth 1] [--assert]`;

/** Recall that each finding must reach at the strong level, and findings per camera-day that clean pictures may have. */
const RECALL = 0.95;
const FALSE_PER_DAY = 1;
const FINDINGS = Object.keys(PICTURE_FINDINGS) as PictureFinding[];

async function judgeFile(path: string): Promise<void> {
  const recorder = new IntervalRecorder();
  await decodeFile(path, (picture) => recorder.observe(picture));
  for (const { finding, startSeconds, endSeconds, measure, threshold } of recorder.intervals())
    console.log(JSON.stringify({ finding, startSeconds, endSeconds, measure, threshold }));
}

function row(scores: Scores, finding: PictureFinding, level: Level) {
  const score = scores.get(keyOf(finding, level));
  if (!score || score.clips === 0) return null;
  const { clips, found, wrong, delays } = score;
  const said = found + wrong;
  return {
    recall: round(found / clips),
    precision: said > 0 ? round(found / said) : null,
    found,
    clips,
    wrong,
    delaySeconds: delays.length > 0 ? round(median(delays)) : null,
  };
}

function tableOf(scores: Scores) {
  return Object.fromEntries(
    FINDINGS.map((finding) => [
      finding,
      { weak: row(scores, finding, 'weak'), strong: row(scores, finding, 'strong') },
    ]),
  );
}

function print({ all, heldOut, clean, missed, wrong }: Outcome, seconds: number): void {
  const recalls = FINDINGS.map((finding) => row(all, finding, 'strong')?.recall ?? 0);
  const heldOutRecalls = FINDINGS.map((finding) => row(heldOut, finding, 'strong')?.recall ?? 0);
  const perDay = clean.findings.length / (clean.seconds / 86_400);
  for (const line of missed) console.error(`missed: ${line}`);
  for (const line of wrong) console.error(`wrong: ${line}`);
  for (const each of clean.findings) console.error(`false: ${JSON.stringify(each)}`);
  report({
    bench: 'health',
    figures: {
      findings: tableOf(all),
      heldOut: tableOf(heldOut),
      leastStrongRecall: Math.min(...recalls),
      leastStrongRecallHeldOut: Math.min(...heldOutRecalls),
      cleanHours: round(clean.seconds / 3600),
      cleanHoursDistinct: round(clean.distinctSeconds / 3600),
      falseFindings: clean.findings.length,
      falseFindingsHeldOut: clean.findings.filter(({ heldOut: held }) => held).length,
      falsePerCameraDay: round(perDay),
      runSeconds: Math.round(seconds),
    },
    ratios: {},
    targets: { leastStrongRecall: `>=${RECALL}`, falsePerCameraDay: `<=${FALSE_PER_DAY}` },
  });
}

const { values } = parseArgs({
  options: {
    input: { type: 'string' },
    labelled: { type: 'boolean', default: false },
    hours: { type: 'string', default: '12' },
    'every-nth': { type: 'string', default: '1' },
    assert: { type: 'boolean', default: false },
  },
});
const [hours, everyNth] = [Number(values.hours), Number(values['every-nth'])];

try {
  if (values.input !== undefined) await judgeFile(values.input);
  else if (values.labelled && hours > 0 && Number.isInteger(everyNth) && everyNth > 0) {
    const begun = performance.now();
    print(await evaluate({ hours, everyNth }), (performance.now() - begun) / 1000);
  } else {
    console.error(USAGE);
    process.exitCode = 2;
  }
} catch (error) {
  console.error(messageOf(error));
  process.exitCode = 1;
}
