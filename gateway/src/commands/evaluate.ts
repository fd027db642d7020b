import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { codeOf } from '../base/errors.ts';
import { type Evaluation, type MotRow, evaluate as measure, parseRows } from '../evaluation/index.ts';
import { numberOption, required, UsageError } from './options.ts';

export const EVALUATE_USAGE = `evaluate --truth <gt.txt> --result <file> [--class <n>] [--source-fps <n> --sample-fps <n> | --all-frames] [--json]
          AP50, precision, recall, MOTA, IDF1, identity switches, fragmentations of a result against a truth`;

const MAX_FRAME = 10_000_000;

function readRows(option: string, path: string): MotRow[] {
  try {
    return parseRows(readFileSync(path, 'utf8'));
  } catch (error) {
    if (codeOf(error) === 'ENOENT') throw new UsageError(`--${option}: no such file: ${path}`);
    if (error instanceof RangeError) throw new UsageError(`--${option} ${path}: ${error.message}`);
    throw error;
  }
}

/** Frames that `track` samples: the first, then the first of each 1/`sampleFps` second. */
function sampledFrames(last: number, sourceFps: number, sampleFps: number): number[] {
  const slot = (frame: number) => Math.floor(((frame - 1) / sourceFps) * sampleFps + 1e-6);
  return Array.from({ length: last }, (_, index) => index + 1).filter(
    (frame) => frame === 1 || slot(frame) > slot(frame - 1),
  );
}

type Choice = { 'all-frames': boolean; 'source-fps'?: string | undefined; 'sample-fps'?: string | undefined };

/**
 * Which pictures count. A result that was sampled says nothing of the pictures between, so by default those count that it has a box in;
 * with both rates also the sampled ones in which it has none; with `--all-frames` every picture of the truth.
 */
function chooseFrames(truth: readonly MotRow[], result: readonly MotRow[], choice: Choice): number[] {
  const inTruth = new Set(truth.map(({ frame }) => frame));
  const last = [...inTruth].reduce((most, frame) => Math.max(most, frame), 0);
  if (last > MAX_FRAME) throw new UsageError(`--truth: frame ${last} is beyond ${MAX_FRAME}: check the file`);
  const first = [...inTruth].reduce((least, frame) => Math.min(least, frame), last);
  if (choice['all-frames']) return [...new Set([...inTruth, ...result.map(({ frame }) => frame)])];
  if (choice['source-fps'] !== undefined || choice['sample-fps'] !== undefined) {
    const bounds = { low: 0.1, high: 240, byDefault: Number.NaN };
    const sourceFps = numberOption('source-fps', choice['source-fps'], bounds);
    const sampleFps = numberOption('sample-fps', choice['sample-fps'], bounds);
    if (Number.isNaN(sourceFps + sampleFps))
      throw new UsageError('give both --source-fps and --sample-fps, or neither');
    return sampledFrames(last, sourceFps, sampleFps).filter((frame) => frame >= first);
  }
  return [...new Set(result.map(({ frame }) => frame))].filter((frame) => frame >= first && frame <= last);
}

function table(figures: Evaluation): string {
  const share = (value: number | null) => (value === null ? 'no data' : value.toFixed(4));
  const { ap50, precision, recall, mota, motp, idf1, idPrecision, idRecall } = figures;
  const lines: [string, string | number][] = [
    ['frames', figures.frames],
    ['truth boxes', figures.truthBoxes],
    ['result boxes', figures.resultBoxes],
    ['AP50', share(ap50)],
    ['precision', share(precision)],
    ['recall', share(recall)],
    ['MOTA', share(mota)],
    ['MOTP (overlap)', share(motp)],
    ['IDF1', share(idf1)],
    ['IDP', share(idPrecision)],
    ['IDR', share(idRecall)],
    ['misses', figures.misses],
    ['false positives', figures.falsePositives],
    ['ID switches', figures.idSwitches],
    ['fragmentations', figures.fragmentations],
  ];
  return lines.map(([name, value]) => `${name.padEnd(16)}${value}`).join('\n');
}

/** Prints the measures of a result against a truth. */
export async function evaluate(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      truth: { type: 'string' },
      result: { type: 'string' },
      class: { type: 'string' },
      'source-fps': { type: 'string' },
      'sample-fps': { type: 'string' },
      'all-frames': { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
    },
  });
  const classId = numberOption('class', values.class, { low: 0, high: 1000, byDefault: -1 });
  const ofClass = (row: MotRow) => classId < 0 || row.classId < 0 || row.classId === classId;
  const truth = readRows('truth', required('truth', values.truth)).filter(ofClass);
  const result = readRows('result', required('result', values.result)).filter(ofClass);
  if (truth.length === 0) throw new UsageError('--truth holds no boxes (of this class): check the file');
  const figures = measure(truth, result, chooseFrames(truth, result, values));
  console.log(values.json ? JSON.stringify(figures) : table(figures));
  return 0;
}
