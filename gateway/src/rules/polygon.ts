export type Point = readonly [x: number, y: number];

/** Even-odd rule: a ray to the right crosses the outline an odd number of times. Points on the outline may fall either way. */
function isEnclosed([x, y]: Point, polygon: readonly Point[]): boolean {
  let enclosed = false;
  let [previousX, previousY] = polygon.at(-1) ?? [0, 0];
  for (const [cornerX, cornerY] of polygon) {
    const crosses = cornerY > y !== previousY > y;
    if (crosses && x < ((previousX - cornerX) * (y - cornerY)) / (previousY - cornerY) + cornerX)
      enclosed = !enclosed;
    previousX = cornerX;
    previousY = cornerY;
  }
  return enclosed;
}

function distanceToSide([x, y]: Point, [ax, ay]: Point, [bx, by]: Point): number {
  const length = (bx - ax) ** 2 + (by - ay) ** 2;
  const along = length > 0 ? ((x - ax) * (bx - ax) + (y - ay) * (by - ay)) / length : 0;
  const share = Math.min(1, Math.max(0, along));
  return Math.hypot(x - ax - share * (bx - ax), y - ay - share * (by - ay));
}

/**
 * Whether a point lies in a polygon (any simple outline, closed by itself), on its outline, or outside within `margin` of it.
 * @param margin in the polygon's unit, 0 for the outline itself
 */
export function isInside(point: Point, polygon: readonly Point[], margin = 0): boolean {
  if (isEnclosed(point, polygon)) return true;
  const reach = margin + 1e-9;
  return polygon.some(
    (corner, index) => distanceToSide(point, polygon.at(index - 1) ?? corner, corner) <= reach,
  );
}

/** Area of a simple polygon (shoelace formula), in the square of its unit. */
export function areaOf(polygon: readonly Point[]): number {
  const twice = polygon.reduce((sum, [x, y], index) => {
    const [previousX, previousY] = polygon.at(index - 1) ?? [x, y];
    return sum + (previousX * y - x * previousY);
  }, 0);
  return Math.abs(twice) / 2;
}
