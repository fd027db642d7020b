/** Where the parts of a camera's health strip lie. Pure; places are shares of the span, 0..1. */
import type { CameraHistory, HistoryInterval } from '../../api/camera-health-types.ts';

export type Band<K extends string> = { kind: K; start: number; width: number; from: string; to: string };
type Span = { from: string; to: string };

const clamp = (value: number) => Math.min(1, Math.max(0, value));

/** Cuts something to the span; null where nothing of it is inside. */
export function placeIn(span: Span, { from, to }: Span): { start: number; width: number } | null {
  const begin = Date.parse(span.from);
  const length = Date.parse(span.to) - begin;
  if (!(length > 0)) return null;
  const start = clamp((Date.parse(from) - begin) / length);
  const width = clamp((Date.parse(to) - begin) / length) - start;
  return width > 0 ? { start, width } : null;
}

/** The states in order; what lies between two of them was not observed. */
export const stateBands = (history: CameraHistory): (Band<HistoryInterval['kind']> & HistoryInterval)[] =>
  history.intervals.flatMap((interval) => {
    const place = placeIn(history, interval);
    return place === null ? [] : [{ ...interval, ...place }];
  });

/** One band per finding and unbroken run of intervals that have it. */
export function findingBands(history: CameraHistory): Band<HistoryInterval['findings'][number]>[] {
  const runs: { kind: HistoryInterval['findings'][number]; from: string; to: string }[] = [];
  for (const { findings, from, to } of history.intervals) {
    for (const kind of findings) {
      const run = runs.findLast((one) => one.kind === kind && one.to === from);
      if (run === undefined) runs.push({ kind, from, to });
      else run.to = to;
    }
  }
  return runs.flatMap((run) => {
    const place = placeIn(history, run);
    return place === null ? [] : [{ ...run, ...place }];
  });
}

type Sample = CameraHistory['samples'][number];
export type SampleKey = 'fps' | 'bitrateKbps' | 'lossRatio' | 'clockOffsetMs';
export type Line = { min: number; max: number; paths: { x: number; y: number }[][] };

/**
 * A line per unbroken run of samples, y from 0 (bottom) to 1 (top of the scale); null without a sample. The scale holds zero.
 */
export function lineOf(history: CameraHistory, key: SampleKey): Line | null {
  const values = history.samples.flatMap((sample) => (sample[key] === null ? [] : [sample[key]]));
  if (values.length === 0) return null;
  const [low, high] = [Math.min(0, ...values), Math.max(0, ...values)];
  const scale = high - low || 1;
  const begin = Date.parse(history.from);
  const length = Date.parse(history.to) - begin;
  const paths: { x: number; y: number }[][] = [];
  let lastMs = Number.NEGATIVE_INFINITY;
  for (const sample of history.samples) {
    const point = pointOf(sample, key);
    if (point === null) continue;
    const isNext = point.atMs - lastMs <= history.stepSeconds * 1500;
    if (!isNext) paths.push([]);
    lastMs = point.atMs;
    const middleMs = point.atMs + history.stepSeconds * 500;
    paths.at(-1)?.push({ x: clamp((middleMs - begin) / length), y: (point.value - low) / scale });
  }
  return { min: Math.min(...values), max: Math.max(...values), paths };
}

function pointOf(sample: Sample, key: SampleKey): { atMs: number; value: number } | null {
  const value = sample[key];
  return value === null ? null : { atMs: Date.parse(sample.at), value };
}

/** Seconds of the span in which it was online, and in which it was down. */
export function secondsOf(history: CameraHistory): { online: number; down: number } {
  const length = (Date.parse(history.to) - Date.parse(history.from)) / 1000;
  const sums = { online: 0, down: 0 };
  for (const { kind, width } of stateBands(history))
    sums[kind === 'down' ? 'down' : 'online'] += width * length;
  return sums;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** Marks of the time axis by the browser's clock: every ten minutes of an hour, four hours of a day, every day of a week. */
export function axisMarks({ from, to }: Span): { at: number; place: number }[] {
  const [begin, end] = [Date.parse(from), Date.parse(to)];
  const length = end - begin;
  const stepMinutes = length > 48 * HOUR_MS ? 1440 : length > 2 * HOUR_MS ? 240 : 10;
  const midnight = new Date(begin);
  midnight.setHours(0, 0, 0, 0);
  const marks: { at: number; place: number }[] = [];
  for (const at = midnight; at.getTime() <= end; at.setMinutes(at.getMinutes() + stepMinutes)) {
    if (at.getTime() >= begin) marks.push({ at: at.getTime(), place: (at.getTime() - begin) / length });
  }
  return marks;
}
