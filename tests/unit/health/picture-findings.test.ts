import { type PictureHealth, PictureHealthSchema } from '@pingan/models/contract';
import { Compile } from 'typebox/compile';
import { describe, expect, test } from 'vitest';
import { PictureHealthMeter } from '../../../gateway/src/health/picture-health.ts';
import type { Picture } from '../../../gateway/src/pipeline.ts';
import { grain, type Paint, picture, seededRandom, wall } from './picture-builder.ts';

const random = seededRandom(5);
const live = (paint: Paint = wall): Paint => grain(paint, 3, random);

/** Shows two pictures a second. */
function show(meter: PictureHealthMeter, shot: (second: number) => Picture, from: number, to: number) {
  let health: PictureHealth | null = null;
  for (let n = 0; n < (to - from) * 2; n++) {
    const second = from + n / 2;
    health = meter.observe({ ...shot(second), monotonicMs: second * 1000, capturedAtMs: second * 1000 });
  }
  return health;
}
const painted = (paint: () => Paint) => (second: number) => picture(paint(), second * 1000);

const tinted = (second: number): Picture => {
  const shot = picture(live(), second * 1000);
  shot.data.fill(158, shot.width * shot.height, shot.width * shot.height * 1.25);
  return shot;
};
const covered =
  (share: number): Paint =>
  (x, y) =>
    x < 320 * share ? 84 + x / 40 : wall(x, y);
const elsewhere: Paint = (x, y) => wall(x + 61, y + 43);
let shakes = 0;
const shaken = (): Paint => {
  const offset = shakes++ % 2 === 0 ? 3 : 0;
  return (x, y) => wall(x + offset, y);
};

describe('picture findings', () => {
  test.each<[string, (second: number) => Picture]>([
    ['colour-cast', tinted],
    ['noise', painted(() => grain(wall, 30, random))],
    ['stripes', painted(() => live((x, y) => wall(x, y) + 14 * Math.sin(y / 1.3)))],
    ['occluded', painted(() => live(covered(0.4)))],
    ['occluded', painted(() => live(covered(1)))],
    ['scene-moved', painted(() => live(elsewhere))],
    ['shaking', painted(() => live(shaken()))],
  ])('%s comes with its measure and its beginning, and goes', (finding, shot) => {
    const meter = new PictureHealthMeter();
    expect(show(meter, painted(live), 0, 25)?.findings).toEqual([]);
    const ill = show(meter, shot, 25, 45);
    expect(ill?.findings).toEqual([finding]);
    expect(Compile(PictureHealthSchema).Errors(ill)).toEqual([]);
    const detail = ill?.details?.find((each) => each.finding === finding);
    expect(Math.abs(Date.parse(detail?.since ?? '') / 1000 - 25)).toBeLessThan(3);
    expect(detail?.measure).toBeGreaterThan(detail?.threshold ?? Number.POSITIVE_INFINITY);
    expect(show(meter, painted(live), 45, 70)?.findings).toEqual([]);
  });

  test('a tint is found that the colours of the scene itself hide, and less light is none', () => {
    const red =
      (u: number, v: number, light = 1) =>
      (second: number) => {
        const shot = picture(
          live((x, y) => 16 + light * (wall(x, y) - 16)),
          second * 1000,
        );
        const quarter = (shot.width * shot.height) / 4;
        const tail = 4 * quarter;
        shot.data.fill(128 + u, tail, tail + quarter);
        shot.data.fill(128 + v, tail + quarter);
        // A third of the picture is of the opposite colour, so that the least tinted sixth is not tinted.
        shot.data.fill(128 - u - 20, tail, tail + quarter / 3);
        shot.data.fill(128 - v - 20, tail + quarter, tail + quarter + quarter / 3);
        return shot;
      };
    const meter = new PictureHealthMeter();
    expect(show(meter, red(4, 6), 0, 15)?.findings).toEqual([]);
    expect(show(meter, red(4, 6, 0.5), 15, 30)?.findings).toEqual([]);
    expect(show(meter, red(4, 6), 30, 45)?.findings).toEqual([]);
    expect(show(meter, red(24, -14), 45, 60)?.findings).toEqual(['colour-cast']);
  });

  test('says whether a part or all of the picture is covered', () => {
    const extent = (share: number) => {
      const meter = new PictureHealthMeter();
      show(meter, painted(live), 0, 25);
      const health = show(
        meter,
        painted(() => live(covered(share))),
        25,
        45,
      );
      return health?.details?.find(({ finding }) => finding === 'occluded')?.extent;
    };
    expect(extent(0.4)).toBe('part');
    expect(extent(1)).toBe('whole');
  });

  test('a camera that was moved while the gateway was off is found by what was kept', () => {
    const before = new PictureHealthMeter();
    show(before, painted(live), 0, 20);
    const after = new PictureHealthMeter({ baseline: before.baseline });
    expect(
      show(
        after,
        painted(() => live(elsewhere)),
        0,
        20,
      )?.findings,
    ).toEqual(['scene-moved']);
    expect(
      show(
        new PictureHealthMeter(),
        painted(() => live(elsewhere)),
        0,
        20,
      )?.findings,
    ).toEqual([]);
  });

  test('a new place is accepted after a while', () => {
    const meter = new PictureHealthMeter({ acceptSeconds: 40 });
    show(meter, painted(live), 0, 20);
    expect(
      show(
        meter,
        painted(() => live(elsewhere)),
        20,
        45,
      )?.findings,
    ).toEqual(['scene-moved']);
    expect(
      show(
        meter,
        painted(() => live(elsewhere)),
        45,
        90,
      )?.findings,
    ).toEqual([]);
    expect(show(meter, painted(live), 90, 110)?.findings).toEqual(['scene-moved']);
  });

  test('footage that is played in a loop is not frozen', () => {
    const meter = new PictureHealthMeter();
    const looped = (second: number) => {
      const left = (second % 10) * 25;
      return picture((x, y) => (x >= left && x < left + 30 && y > 90 ? 40 : wall(x, y)), second * 1000);
    };
    expect(show(meter, looped, 0, 60)?.findings).toEqual([]);
  });
});
