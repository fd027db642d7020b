import type { PictureFinding, Rule } from '@pingan/models/contract';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Track } from '../../../gateway/src/pipeline.ts';
import { createRuleEngine } from '../../../gateway/src/rules/index.ts';
import { at, camera, NOON_MS, person } from './builders.ts';
import { ruleKinds } from './rule-kinds.ts';

/** Somebody or something that goes to one place after the other, each within some seconds; between places it may be unseen. */
const life = fc.record({
  label: fc.constantFrom('person', 'car', 'motorcycle', 'suitcase'),
  stops: fc.array(
    fc.record({
      x: fc.constantFrom(0.1, 0.4, 0.5, 0.6, 0.9),
      y: fc.constantFrom(0.15, 0.4, 0.5, 0.6, 0.9),
      seconds: fc.integer({ min: 3, max: 12 }),
      seen: fc.boolean(),
    }),
    { minLength: 2, maxLength: 8 },
  ),
});
const lives = fc.array(life, { minLength: 1, maxLength: 5 });
const findings = fc.array(
  fc.record({
    finding: fc.constantFrom<PictureFinding>('occluded', 'scene-moved', 'noise'),
    seconds: fc.integer({ min: 2, max: 9 }),
  }),
  { maxLength: 6 },
);
type Life = { label: string; stops: { x: number; y: number; seconds: number; seen: boolean }[] };

/** Walks in three seconds from stop to stop and stays for the rest. */
function trackAt({ label, stops }: Life, id: number, second: number): Track[] {
  let start = 0;
  for (const [index, stop] of stops.entries()) {
    if (second < start + stop.seconds) {
      const from = stops[index - 1] ?? stop;
      const share = Math.min(1, (second - start) / 3);
      return stop.seen || share < 1
        ? [person([from.x + (stop.x - from.x) * share, from.y + (stop.y - from.y) * share], { id, label })]
        : [];
    }
    start += stop.seconds;
  }
  return [];
}

function findingsAt(list: { finding: PictureFinding; seconds: number }[], second: number): PictureFinding[] {
  let start = 0;
  for (const { finding, seconds } of list) {
    if (second < start + seconds) return [finding];
    start += seconds;
  }
  return [];
}

const SECONDS = 90;
type World = { lives: Life[]; findings: { finding: PictureFinding; seconds: number }[] };
const worlds = fc.record({ lives, findings });

function run(rule: Rule, world: World, { fps, delay = 0 }: { fps: number; delay?: number }) {
  const engine = createRuleEngine({ camera, rules: [rule] });
  return Array.from({ length: SECONDS * fps }, (_, look) => look / fps).flatMap((second) => {
    const tracks = world.lives.flatMap((one, index) => trackAt(one, index + 1, second));
    return engine
      .update(tracks, at(delay + second), findingsAt(world.findings, second))
      .map(({ kind }) => ({ kind, second: delay + second }));
  });
}

const kinds = Object.values(ruleKinds) satisfies Rule[];

describe.each(kinds.map((rule) => [rule.kind, rule] as const))('%s, for any scene', (_, rule) => {
  test('has at most one active alarm and clears only what was raised', () => {
    fc.assert(
      fc.property(worlds, fc.constantFrom(2, 5, 10), (world, fps) => {
        let isActive = false;
        for (const { kind } of run(rule, world, { fps })) {
          expect(isActive).toBe(kind !== 'raised');
          isActive = kind !== 'cleared';
        }
      }),
      { numRuns: 60 },
    );
  });

  test('raises and refreshes nothing while disarmed', () => {
    const schedule = { timeZone: 'Asia/Shanghai', windows: [{ days: [7], from: '12:00', to: '12:01' }] };
    fc.assert(
      fc.property(worlds, fc.integer({ min: 0, max: 60 }), (world, delay) => {
        for (const { kind, second } of run({ ...rule, schedule }, world, { fps: 5, delay }))
          if (kind !== 'cleared') expect(NOON_MS + second * 1000).toBeLessThan(NOON_MS + 60_000);
      }),
      { numRuns: 60 },
    );
  });
});

/**
 * Half the looks see each moment up to a fifth of a second later. A verdict that hangs on less than that may fall either way, so the
 * scenes here have margins: places well inside or outside, stays of whole seconds beyond every limit.
 */
describe('half the pictures', () => {
  const settled = fc.array(fc.record({ inside: fc.boolean(), seconds: fc.constantFrom(12, 15) }), {
    minLength: 1,
    maxLength: 5,
  });
  const scene = (inside: boolean, label: string): Track[] =>
    inside
      ? [0.42, 0.5, 0.58].map((x, index) => person([x, 0.5], { id: index + 1, label }))
      : [0.05, 0.1, 0.15].map((x, index) => person([x, 0.9], { id: index + 1, label }));
  const labels = {
    person: ['zone-intrusion', 'loitering', 'crowd', 'occupancy'],
    car: ['fire-lane'],
    bicycle: ['two-wheeler-indoors'],
  };

  test.each(
    Object.entries(labels).flatMap(([label, names]) => names.map((name) => [name, label] as const)),
  )('change no verdict of %s', (name, label) => {
    const rule = kinds.find(({ kind }) => kind === name);
    if (!rule) throw new Error(name);
    const live = (stretches: { inside: boolean; seconds: number }[], fps: number) => {
      const engine = createRuleEngine({ camera, rules: [rule] });
      let start = 0;
      return stretches.flatMap(({ inside, seconds }) => {
        const from = start;
        start += seconds;
        return Array.from({ length: seconds * fps }, (_, look) => from + look / fps).flatMap((second) =>
          engine.update(scene(inside, label), at(second)).map(({ kind }) => ({ kind, second })),
        );
      });
    };
    fc.assert(
      fc.property(settled, (stretches) => {
        const [full, half] = [live(stretches, 10), live(stretches, 5)];
        expect(half.map(({ kind }) => kind)).toEqual(full.map(({ kind }) => kind));
        for (const [index, { second }] of half.entries())
          expect(Math.abs(second - (full[index]?.second ?? Number.NaN))).toBeLessThan(1);
      }),
      { numRuns: 40 },
    );
  });
});
