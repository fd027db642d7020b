/** Points of a zone or a line on the picture: what pointer and keyboard do to them. Pure; coordinates 0..1 of the picture. */
export type Point = [number, number];
export type Shape = {
  kind: 'zone' | 'line';
  points: Point[];
};

/** Bounds of the contract (models/contract/rules/parts.ts). */
const LIMITS = { zone: { min: 3, max: 64 }, line: { min: 2, max: 16 } } as const;
const STEP = 0.005;
const BIG_STEP = 0.05;
const DIGITS = 10_000;

const clamp = (value: number) => Math.round(Math.min(1, Math.max(0, value)) * DIGITS) / DIGITS;
export const canAdd = ({ kind, points }: Shape): boolean => points.length < LIMITS[kind].max;
export const canRemove = ({ kind, points }: Shape): boolean => points.length > LIMITS[kind].min;

export function movePoint(shape: Shape, index: number, [x, y]: Point): Shape {
  return {
    ...shape,
    points: shape.points.map((point, at): Point => (at === index ? [clamp(x), clamp(y)] : point)),
  };
}

export function removePoint(shape: Shape, index: number): Shape {
  return canRemove(shape) ? { ...shape, points: shape.points.filter((_, at) => at !== index) } : shape;
}

/** Adds a point between this one and the next; after the end of a line, a little further on. */
export function addAfter(shape: Shape, index: number): Shape {
  const here = shape.points[index];
  if (here === undefined || !canAdd(shape)) return shape;
  const isEnd = shape.kind === 'line' && index === shape.points.length - 1;
  const next = shape.points[(index + 1) % shape.points.length] ?? here;
  const added: Point = isEnd
    ? [clamp(here[0] + BIG_STEP), clamp(here[1])]
    : [clamp((here[0] + next[0]) / 2), clamp((here[1] + next[1]) / 2)];
  return { ...shape, points: shape.points.toSpliced(index + 1, 0, added) };
}

function distanceToPiece([x, y]: Point, [ax, ay]: Point, [bx, by]: Point): number {
  const [dx, dy] = [bx - ax, by - ay];
  const length = dx * dx + dy * dy;
  const share = length === 0 ? 0 : Math.min(1, Math.max(0, ((x - ax) * dx + (y - ay) * dy) / length));
  return Math.hypot(x - ax - share * dx, y - ay - share * dy);
}

/** Adds a point where somebody clicked, into the nearest piece; returns the shape and the point's place. */
export function addAt(shape: Shape, point: Point): { shape: Shape; index: number } {
  if (!canAdd(shape)) return { shape, index: -1 };
  const { points, kind } = shape;
  const pieces = points.map((from, at) => ({ at, from, to: points[(at + 1) % points.length] ?? from }));
  const open = kind === 'line' ? pieces.slice(0, -1) : pieces;
  const nearest = open.toSorted(
    (a, b) => distanceToPiece(point, a.from, a.to) - distanceToPiece(point, b.from, b.to),
  )[0];
  const index = nearest === undefined ? points.length : nearest.at + 1;
  const added: Point = [clamp(point[0]), clamp(point[1])];
  return { shape: { ...shape, points: points.toSpliced(index, 0, added) }, index };
}

const ARROWS: Record<string, Point> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

/** What a key does to the focused point; null for keys that mean nothing here. `focus` is the point that has the focus then. */
export function keyOn(
  shape: Shape,
  index: number,
  { key, shiftKey }: { key: string; shiftKey: boolean },
): { shape: Shape; focus: number } | null {
  const here = shape.points[index];
  if (here === undefined) return null;
  const arrow = ARROWS[key];
  if (arrow !== undefined) {
    const step = shiftKey ? BIG_STEP : STEP;
    const to: Point = [here[0] + arrow[0] * step, here[1] + arrow[1] * step];
    return { shape: movePoint(shape, index, to), focus: index };
  }
  if (key === 'Enter') {
    const added = addAfter(shape, index);
    return { shape: added, focus: added === shape ? index : index + 1 };
  }
  if (key === 'Delete' || key === 'Backspace') {
    const left = removePoint(shape, index);
    return { shape: left, focus: Math.min(index, left.points.length - 1) };
  }
  return null;
}

/** Area of a zone as a share of the picture (shoelace formula). */
export function areaOf(points: readonly Point[]): number {
  const sum = points.reduce((total, [x, y], at) => {
    const [nextX, nextY] = points[(at + 1) % points.length] ?? [x, y];
    return total + x * nextY - nextX * y;
  }, 0);
  return Math.abs(sum) / 2;
}
