import type { Detection } from '@pingan/models/contract';

/** Somebody who walks straight on: box of 0.4 × its height, speed in pictures per second. */
export type Walker = {
  x: number;
  y: number;
  height: number;
  speedX: number;
  speedY?: number;
  label?: string;
  confidence?: number;
};

export function look({
  x,
  y,
  height,
  label = 'person',
  confidence = 0.8,
}: Omit<Walker, 'speedX'>): Detection {
  return {
    label,
    classId: 0,
    confidence,
    box: [x - 0.2 * height, y - height / 2, 0.4 * height, height],
  };
}

/** Where a walker is after so many seconds. */
export function lookAt(walker: Walker, seconds: number): Detection {
  return look({
    ...walker,
    x: walker.x + walker.speedX * seconds,
    y: walker.y + (walker.speedY ?? 0) * seconds,
  });
}
