/** A box that might be an object, in pixels. */
export type Candidate = {
  classId: number;
  score: number;
  box: { left: number; top: number; right: number; bottom: number };
};

const areaOf = ({ left, top, right, bottom }: Candidate['box']): number =>
  Math.max(0, right - left) * Math.max(0, bottom - top);

/** Intersection over union of two boxes, 0..1; 0 for empty boxes. */
export function overlap(a: Candidate['box'], b: Candidate['box']): number {
  const width = Math.min(a.right, b.right) - Math.max(a.left, b.left);
  const height = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
  if (width <= 0 || height <= 0) return 0;
  const shared = width * height;
  return shared / (areaOf(a) + areaOf(b) - shared);
}

/** Greedy non-maximum suppression per class. `candidates` come best first; the kept ones keep their order. */
export function suppressOverlaps(candidates: readonly Candidate[], maxOverlap: number): Candidate[] {
  const kept: Candidate[] = [];
  for (const candidate of candidates) {
    const covered = kept.some(
      (better) => better.classId === candidate.classId && overlap(better.box, candidate.box) > maxOverlap,
    );
    if (!covered) kept.push(candidate);
  }
  return kept;
}
