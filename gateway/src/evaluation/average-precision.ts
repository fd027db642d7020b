import { byFrame, type MotRow, overlapOf } from './mot-text.ts';

export type Precision = {
  /** Area under the precision-recall curve, precision made monotonic (PASCAL VOC 2010, all points), 0..1; null without truth. */
  ap50: number | null;
};

const MIN_OVERLAP = 0.5;

type Judged = { score: number; isTrue: boolean };

/** Best score first each box takes the truth it overlaps most, at 0.5 or more, once; boxes on ignored truth count neither way. */
function judgeFrame(truth: readonly MotRow[], found: readonly MotRow[]): Judged[] {
  const free = new Set(truth.filter(({ score }) => score > 0));
  const ignored = truth.filter(({ score }) => score <= 0);
  const judged: Judged[] = [];
  for (const row of found.toSorted((a, b) => b.score - a.score)) {
    let best: MotRow | undefined;
    let most = MIN_OVERLAP;
    for (const each of free) {
      const overlap = overlapOf(each.box, row.box);
      if (overlap >= most) [best, most] = [each, overlap];
    }
    if (best) free.delete(best);
    else if (ignored.some(({ box }) => overlapOf(box, row.box) >= MIN_OVERLAP)) continue;
    judged.push({ score: row.score, isTrue: best !== undefined });
  }
  return judged;
}

/** AP at an overlap of 0.5 over all frames of the truth. A track list is judged by its scores as a detection list is. */
export function averagePrecision(truth: readonly MotRow[], result: readonly MotRow[]): Precision {
  const frames = byFrame(truth);
  const found = byFrame(result);
  const wanted = truth.filter(({ score }) => score > 0).length;
  if (wanted === 0) return { ap50: null };
  const all = new Set([...frames.keys(), ...found.keys()]);
  const judged = [...all]
    .flatMap((frame) => judgeFrame(frames.get(frame) ?? [], found.get(frame) ?? []))
    .sort((a, b) => b.score - a.score);
  let hits = 0;
  const curve = judged.map(({ isTrue }, index) => {
    if (isTrue) hits += 1;
    return { recall: hits / wanted, precision: hits / (index + 1) };
  });
  let area = 0;
  let ceiling = 0;
  for (let at = curve.length - 1; at >= 0; at--) {
    const { recall, precision } = curve[at] ?? { recall: 0, precision: 0 };
    ceiling = Math.max(ceiling, precision);
    area += (recall - (curve[at - 1]?.recall ?? 0)) * ceiling;
  }
  return { ap50: area };
}
