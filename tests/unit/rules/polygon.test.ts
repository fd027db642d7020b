import { describe, expect, test } from 'vitest';
import { isInside, type Point } from '../../../gateway/src/rules/polygon.ts';

const square: Point[] = [
  [0.2, 0.2],
  [0.8, 0.2],
  [0.8, 0.8],
  [0.2, 0.8],
];

const horseshoe: Point[] = [
  [0.1, 0.1],
  [0.9, 0.1],
  [0.9, 0.9],
  [0.6, 0.9],
  [0.6, 0.4],
  [0.4, 0.4],
  [0.4, 0.9],
  [0.1, 0.9],
];

describe('polygon', () => {
  test.each<[Point, boolean]>([
    [[0.5, 0.5], true],
    [[0.1, 0.5], false],
    [[0.9, 0.5], false],
    [[0.5, 0.1], false],
    [[0.8, 0.5], true],
    [[0.2, 0.2], true],
    [[0.5, 0.8], true],
  ])('finds %j of a square inside: %s', (point, inside) => {
    expect(isInside(point, square)).toBe(inside);
  });

  test('knows the gap of a concave outline', () => {
    expect(isInside([0.5, 0.7], horseshoe)).toBe(false);
    expect(isInside([0.25, 0.7], horseshoe)).toBe(true);
    expect(isInside([0.5, 0.2], horseshoe)).toBe(true);
  });

  test('does not depend on the direction of the outline', () => {
    expect(isInside([0.5, 0.7], horseshoe.toReversed())).toBe(false);
    expect(isInside([0.75, 0.7], horseshoe.toReversed())).toBe(true);
  });

  test('reaches out by its margin', () => {
    expect(isInside([0.815, 0.5], square, 0.02)).toBe(true);
    expect(isInside([0.825, 0.5], square, 0.02)).toBe(false);
  });

  test('encloses nothing when all corners are one', () => {
    const point: Point[] = [
      [0.5, 0.5],
      [0.5, 0.5],
      [0.5, 0.5],
    ];
    expect(isInside([0.6, 0.5], point)).toBe(false);
  });
});
