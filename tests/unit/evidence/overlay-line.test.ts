import { expect, test } from 'vitest';
import { overlaySvg } from '../../../gateway/src/evidence/overlay.ts';

const points: [number, number][] = [
  [0.5, 0.9],
  [0.5, 0.1],
];
const tipOf = (direction: 'left-to-right' | 'right-to-left') => {
  const lines = [{ name: '北门线', points, direction }];
  const svg = overlaySvg({ boxes: [], zones: [], lines, caption: '' }, 1000, 500);
  expect(svg).toContain('北门线');
  return (
    svg
      .match(/<polygon points="(-?\d+),(-?\d+)/)
      ?.slice(1)
      .map(Number) ?? []
  );
};

test('the arrow across a line points to the right hand of who walks along it, or to the left', () => {
  const [right = 0, level = 0] = tipOf('left-to-right');
  expect(right).toBeGreaterThan(500);
  expect(level).toBe(250);
  expect(tipOf('right-to-left')[0]).toBeLessThan(500);
});
