/** A box by its centre, relative to the picture. */
export type CentredBox = { x: number; y: number; width: number; height: number };

function overlapLength(a: number, aLength: number, b: number, bLength: number): number {
  return Math.max(0, Math.min(a + aLength / 2, b + bLength / 2) - Math.max(a - aLength / 2, b - bLength / 2));
}

/** Share of `inner` that lies within `outer`, 0..1. */
export function coveredShare(inner: CentredBox, outer: CentredBox): number {
  const area = inner.width * inner.height;
  if (area <= 0) return 0;
  const across = overlapLength(inner.x, inner.width, outer.x, outer.width);
  return (across * overlapLength(inner.y, inner.height, outer.y, outer.height)) / area;
}

/**
 * Intersection over union of two boxes, each first grown on all sides: across by `margin` times its height, down by half of that.
 * Growing lets a box be found again before its speed is known (C-BIoU, Yang et al. 2023).
 * @returns 0..1
 */
export function grownOverlap(a: CentredBox, b: CentredBox, margin: number): number {
  const aWidth = a.width + 2 * margin * a.height;
  const bWidth = b.width + 2 * margin * b.height;
  const aHeight = a.height * (1 + margin);
  const bHeight = b.height * (1 + margin);
  const shared = overlapLength(a.x, aWidth, b.x, bWidth) * overlapLength(a.y, aHeight, b.y, bHeight);
  const union = aWidth * aHeight + bWidth * bHeight - shared;
  return union > 0 ? shared / union : 0;
}
