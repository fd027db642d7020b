import type { Detection } from '../../contract/index.ts';
import type { ModelOutputs, PictureSize, PostprocessOptions } from '../detector-model.ts';
import { manifest } from './manifest.ts';
import { distanceCode, logitCode } from './output-codes.ts';
import { type Candidate, suppressOverlaps } from './suppress-overlaps.ts';

/** Pixels of input per cell, one pair of outputs each. */
export const strides = [8, 16, 32] as const;
/** Bins of the distribution of each of a box's four distances. */
export const BINS = 11;
/** Overlap above which the weaker of two boxes of one class goes (NanoDet's test configuration). */
export const MAX_OVERLAP = 0.6;
const MAX_CANDIDATES = 1000;
const MAX_DETECTIONS = 200;

/** Names of the output tensors of one stride: class scores `[1, cells, 80]` and distances `[1, cells, 4*11]`. */
export const outputNames = (stride: number) => ({
  scores: `scores_${stride}`,
  distances: `distances_${stride}`,
});

type Values = Float32Array | Uint8Array;

/**
 * Expectation of a softmax over the bins starting at `from`: the distance in strides. `unit` is what 1 stands for.
 * Generalised Focal Loss, Li et al. 2020, eq. 4: a box's side is learned as a distribution over 0..10.
 */
function expectedBin(logits: Values, from: number, unit: number): number {
  let top = Number.NEGATIVE_INFINITY;
  for (let bin = 0; bin < BINS; bin++) top = Math.max(top, logits[from + bin] ?? top);
  let total = 0;
  let weighted = 0;
  for (let bin = 0; bin < BINS; bin++) {
    const weight = Math.exp(((logits[from + bin] ?? top) - top) * unit);
    total += weight;
    weighted += weight * bin;
  }
  return weighted / total;
}

/** Box of one cell in pixels: the cell's centre less and plus the expected distances left, top, right, bottom. */
function boxOfCell(distances: Values, cell: number, columns: number, stride: number): Candidate['box'] {
  const x = ((cell % columns) + 0.5) * stride;
  const y = (Math.floor(cell / columns) + 0.5) * stride;
  const unit = distances instanceof Uint8Array ? distanceCode.scale : 1;
  const side = (index: number) => expectedBin(distances, (cell * 4 + index) * BINS, unit) * stride;
  return { left: x - side(0), top: y - side(1), right: x + side(2), bottom: y + side(3) };
}

const tensor = (outputs: ModelOutputs, name: string, length: number): Values => {
  const data = outputs[name];
  if (data?.length !== length)
    throw new RangeError(
      `output ${name} has ${data?.length ?? 'no'} values instead of ${length}; check the weights file`,
    );
  return data;
};

/** What to keep: `byClass[id]` is 1 for wanted classes. */
type Wanted = { byClass: Uint8Array; minScore: number };

/** Score of each code of the int8 network; rises with the code. */
const scoreOfCode = Float32Array.from(
  { length: 256 },
  (_, code) => 1 / (1 + Math.exp((logitCode.zero - code) * logitCode.scale)),
);

/** Lowest raw value of a tensor whose score reaches `minScore`; 256 when no code does. */
function lowestRaw(scores: Values, minScore: number): number {
  if (scores instanceof Float32Array) return minScore;
  const code = scoreOfCode.findIndex((score) => score >= minScore);
  return code < 0 ? scoreOfCode.length : code;
}

/** Cells of one stride whose score in a wanted class reaches the threshold. */
function candidatesOf(outputs: ModelOutputs, stride: number, size: PictureSize, wanted: Wanted): Candidate[] {
  const columns = size.width / stride;
  const cells = columns * (size.height / stride);
  const classes = manifest.labels.length;
  const names = outputNames(stride);
  const scores = tensor(outputs, names.scores, cells * classes);
  const distances = tensor(outputs, names.distances, cells * 4 * BINS);
  const lowest = lowestRaw(scores, wanted.minScore);
  const found: Candidate[] = [];
  for (let at = 0; at < scores.length; at++) {
    const raw = scores[at] ?? 0;
    if (!(raw >= lowest)) continue;
    const classId = at % classes;
    if (wanted.byClass[classId] !== 1) continue;
    const score = scores instanceof Uint8Array ? (scoreOfCode[raw] ?? 0) : raw;
    found.push({ classId, score, box: boxOfCell(distances, (at - classId) / classes, columns, stride) });
  }
  return found;
}

const clip = (value: number): number => Math.min(1, Math.max(0, value));

function toDetection({ classId, score, box }: Candidate, size: PictureSize): Detection {
  const x = clip(box.left / size.width);
  const y = clip(box.top / size.height);
  return {
    label: manifest.labels[classId] ?? `class ${classId}`,
    classId,
    confidence: clip(score),
    box: [x, y, clip(box.right / size.width) - x, clip(box.bottom / size.height) - y],
  };
}

/**
 * Output tensors → detections, best first. Boxes are clipped to the picture; empty ones are left out. At most 200.
 * Throws `RangeError` when `minScore` is out of 0.01..1 or a tensor does not fit the size.
 */
export function postprocess(
  outputs: ModelOutputs,
  size: PictureSize,
  options: PostprocessOptions,
): Detection[] {
  const { minScore, labels } = options;
  if (!(minScore >= 0.01 && minScore <= 1))
    throw new RangeError(`minScore is ${minScore}; set it within 0.01..1`);
  const byClass = Uint8Array.from(manifest.labels, (label) => (!labels || labels.has(label) ? 1 : 0));
  const wanted = { byClass, minScore };
  const candidates = strides
    .flatMap((stride) => candidatesOf(outputs, stride, size, wanted))
    .sort((a, b) => b.score - a.score)
    .slice(0, MAX_CANDIDATES);
  return suppressOverlaps(candidates, MAX_OVERLAP)
    .map((candidate) => toDetection(candidate, size))
    .filter(({ box: [, , width, height] }) => width > 0 && height > 0)
    .slice(0, MAX_DETECTIONS);
}
