type Box = readonly [x: number, y: number, width: number, height: number];

/** Intersection over union of two boxes `[x, y, width, height]`, 0..1. */
export function overlap([ax, ay, aw, ah]: Box, [bx, by, bw, bh]: Box): number {
  const width = Math.max(0, Math.min(ax + aw, bx + bw) - Math.max(ax, bx));
  const height = Math.max(0, Math.min(ay + ah, by + bh) - Math.max(ay, by));
  const shared = width * height;
  return shared > 0 ? shared / (aw * ah + bw * bh - shared) : 0;
}
