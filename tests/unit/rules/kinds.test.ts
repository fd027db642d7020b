import { describe, expect, test } from 'vitest';
import { createRuleEngine } from '../../../gateway/src/rules/index.ts';
import { at, camera, outside, person } from './builders.ts';
import { line, ruleKinds, walker, watch } from './rule-kinds.ts';

const raised = (told: ReturnType<typeof watch>) => told.filter(({ kind }) => kind === 'raised');
const kindsOf = (told: ReturnType<typeof watch>) => told.map(({ kind }) => kind);

describe('line crossing', () => {
  const rule = ruleKinds['line-crossing'];
  const toTheRight = walker([0.3, 0.5], [0.7, 0.5], 4);

  test('tells which way, as one who walks along the line sees it', () => {
    const [alarm] = raised(watch(rule, 5, { tracksAt: (second) => [toTheRight(second)] }));
    expect(alarm).toMatchObject({
      type: 'line-crossing',
      detail: { line, direction: 'right-to-left', track: { id: 1 } },
    });
    const back = walker([0.7, 0.5], [0.3, 0.5], 4);
    expect(raised(watch(rule, 5, { tracksAt: (second) => [back(second)] }))[0]?.detail.direction).toBe(
      'left-to-right',
    );
  });

  test('keeps silent about the other direction when one is wanted', () => {
    const wanted = { ...rule, direction: 'left-to-right' as const };
    expect(watch(wanted, 8, { tracksAt: (second) => [toTheRight(second)] })).toEqual([]);
  });

  test('a box that shakes on the line crosses once', () => {
    const shaking = (second: number) => {
      const track = walker([0.4, 0.5], [0.6, 0.5], 10)(second);
      const shift = Math.round(second * 5) % 2 === 0 ? 0.012 : -0.012;
      return { ...track, foot: [track.foot[0] + shift, track.foot[1]] as const };
    };
    expect(kindsOf(watch(rule, 20, { tracksAt: (second) => [shaking(second)] }))).toEqual([
      'raised',
      'cleared',
    ]);
  });

  test('going round its end is no crossing', () => {
    const round = (second: number) =>
      second < 3
        ? walker([0.3, 0.5], [0.5, 0.95], 3)(second)
        : walker([0.5, 0.95], [0.7, 0.5], 3)(second - 3);
    expect(watch(rule, 8, { tracksAt: (second) => [round(second)] })).toEqual([]);
  });

  test('somebody hidden for two seconds on the line has crossed it', () => {
    const hidden = (second: number) => (second > 1.4 && second < 3.4 ? [] : [toTheRight(second)]);
    expect(raised(watch(rule, 6, { tracksAt: hidden }))).toHaveLength(1);
  });

  test('a second person who crosses while the alarm is up is told at once', () => {
    const second = walker([0.3, 0.6], [0.7, 0.6], 4, { id: 2 });
    const told = watch(rule, 8, { tracksAt: (now) => [toTheRight(now), second(Math.max(0, now - 1))] });
    expect(kindsOf(told)).toEqual(['raised', 'updated', 'cleared']);
    expect(told[1]?.detail.track?.id).toBe(2);
  });
});

describe('climbing', () => {
  test('walking along the wall is none, getting over it is', () => {
    const wall = {
      ...ruleKinds.climbing,
      line: {
        ...line,
        points: [
          [0.1, 0.4],
          [0.9, 0.4],
        ] as [number, number][],
      },
    };
    const along = walker([0.2, 0.55], [0.8, 0.55], 5);
    expect(watch(wall, 6, { tracksAt: (second) => [along(second)] })).toEqual([]);
    const over = walker([0.5, 0.6], [0.5, 0.4], 3);
    expect(raised(watch(wall, 5, { tracksAt: (second) => [over(second)] }))).toHaveLength(1);
  });
});

describe('loitering', () => {
  const rule = ruleKinds.loitering;

  test('counts the time inside in all, absences forgiven', () => {
    const coming = (second: number) => [person(second % 5 < 3.5 ? [0.5, 0.5] : outside)];
    const [alarm] = raised(watch(rule, 20, { tracksAt: coming }));
    expect(alarm?.second).toBeGreaterThan(7);
    expect(alarm?.second).toBeLessThan(11);
    expect(alarm?.detail.track?.dwellSeconds).toBeGreaterThanOrEqual(6);
  });

  test('passing by, even again and again after long pauses, is none', () => {
    const passing = (second: number) => [person(second % 10 < 4 ? [0.5, 0.5] : outside)];
    expect(watch(rule, 60, { tracksAt: passing })).toEqual([]);
  });
});

describe('crowd', () => {
  const group = (count: number) =>
    Array.from({ length: count }, (_, index) => person([0.35 + index * 0.04, 0.5], { id: index + 1 }));

  test('wants the number for the time, and says how many of how many', () => {
    const told = watch(ruleKinds.crowd, 6, { tracksAt: (second) => group(second < 1 ? 2 : 4) });
    expect(raised(told)[0]?.second).toBe(3);
    expect(raised(told)[0]?.detail).toMatchObject({ measures: [{ kind: 'people', value: 4, limit: 3 }] });
    expect(raised(told)[0]?.detail.tracks).toHaveLength(3);
    expect(watch(ruleKinds.crowd, 20, { tracksAt: () => group(2) })).toEqual([]);
  });

  test('does not end because one of five is hidden for a moment', () => {
    const told = watch({ ...ruleKinds.crowd, minCount: 5 }, 12, {
      tracksAt: (second) => group(second > 5 && second < 6.5 ? 4 : 5),
    });
    expect(kindsOf(told)).toEqual(['raised']);
  });

  test('few tall people close together are dense: 3 with 0.4 of the picture in 0.16 of its area make 3', () => {
    const tall = [0.4, 0.5, 0.6].map((x, index) =>
      person([x, 0.6], { id: index + 1, box: [x - 0.05, 0.2, 0.1, 0.4] }),
    );
    const rule = { ...ruleKinds.crowd, minCount: 50, minDensity: 2.9 };
    const [alarm] = raised(watch(rule, 5, { tracksAt: () => tall }));
    expect(alarm?.detail.measures?.[1]).toMatchObject({ kind: 'density', limit: 2.9 });
    expect(alarm?.detail.measures?.[1]?.value).toBeCloseTo(3, 6);
    expect(watch({ ...rule, minDensity: 3.2 }, 5, { tracksAt: () => tall })).toEqual([]);
  });
});

describe('occupancy', () => {
  test('one more than allowed is too many, the allowed number is not', () => {
    const inside = (count: number) =>
      Array.from({ length: count }, (_, index) => person([0.5, 0.5], { id: index + 1 }));
    expect(watch(ruleKinds.occupancy, 10, { tracksAt: () => inside(2) })).toEqual([]);
    const told = watch(ruleKinds.occupancy, 12, { tracksAt: (second) => inside(second < 6 ? 3 : 2) });
    expect(kindsOf(told)).toEqual(['raised', 'cleared']);
    expect(told[0]?.second).toBe(2);
  });
});

describe('fire lane', () => {
  const rule = ruleKinds['fire-lane'];
  const parked = person([0.5, 0.5], { label: 'car', box: [0.4, 0.38, 0.2, 0.12] });

  test('a car that stands is told once, for hours, ever more seldom', () => {
    const told = watch(rule, 3 * 3600, { tracksAt: () => [parked], fps: 1 });
    expect(kindsOf(told).filter((kind) => kind === 'raised')).toHaveLength(1);
    expect(told[0]?.second).toBe(5);
    expect(told.length).toBeLessThan(14);
  });

  test('a van that the detector takes for a truck now and then stands all the same', () => {
    const flipping = (second: number) => [{ ...parked, label: second % 2 < 1 ? 'car' : 'truck' }];
    expect(raised(watch(rule, 20, { tracksAt: flipping }))).toHaveLength(1);
  });

  test('driving through slowly, and people standing there, are no cause', () => {
    const slow = walker([0.3, 0.5], [0.7, 0.5], 20, { label: 'car' });
    expect(watch(rule, 25, { tracksAt: (second) => (second < 20 ? [slow(second)] : []) })).toEqual([]);
    expect(watch(rule, 25, { tracksAt: () => [person()] })).toEqual([]);
  });

  test('headlights that hide it for eight seconds do not end it', () => {
    const told = watch(rule, 40, { tracksAt: (second) => (second > 15 && second < 23 ? [] : [parked]) });
    expect(kindsOf(told).filter((kind) => kind !== 'updated')).toEqual(['raised']);
  });
});

describe('two-wheeler indoors', () => {
  test('a motorcycle or bicycle in the lobby is told, a person with a bag is not', () => {
    const rule = ruleKinds['two-wheeler-indoors'];
    expect(
      raised(watch(rule, 3, { tracksAt: () => [person([0.5, 0.5], { label: 'motorcycle' })] }))[0]?.second,
    ).toBe(1);
    expect(
      raised(watch(rule, 3, { tracksAt: () => [person([0.5, 0.5], { label: 'bicycle' })] })),
    ).toHaveLength(1);
    const bag = [person(), person([0.52, 0.5], { id: 2, label: 'handbag' })];
    expect(watch(rule, 30, { tracksAt: () => bag })).toEqual([]);
  });
});

describe('wrong way', () => {
  const rule = ruleKinds['wrong-way'];

  test('against the direction is told, with it, across it and standing are not', () => {
    const going = (from: [number, number], to: [number, number]) =>
      raised(watch(rule, 5, { tracksAt: (second) => [walker(from, to, 5)(second)] }));
    expect(going([0.5, 0.68], [0.5, 0.32])).toHaveLength(1);
    expect(going([0.5, 0.32], [0.5, 0.68])).toHaveLength(0);
    expect(going([0.32, 0.5], [0.68, 0.5])).toHaveLength(0);
    expect(going([0.5, 0.5], [0.5, 0.5])).toHaveLength(0);
  });

  test('a direction without a length is refused by name', () => {
    expect(() => createRuleEngine({ camera, rules: [{ ...rule, allowed: [0, 0] }] })).toThrow(
      /rule "r": allowed/,
    );
  });
});

describe('object left', () => {
  const rule = ruleKinds['object-left'];
  const suitcase = person([0.5, 0.5], { id: 7, label: 'suitcase', box: [0.48, 0.45, 0.04, 0.05] });

  test('is told when its owner has gone away', () => {
    const owner = walker([0.5, 0.5], [0.95, 0.9], 8);
    const told = watch(rule, 40, {
      tracksAt: (second) => (second < 12 ? [] : [suitcase, owner(Math.max(0, second - 14))]),
    });
    expect(raised(told)).toHaveLength(1);
    expect(raised(told)[0]?.detail.measures?.[0]?.kind).toBe('unattended-seconds');
  });

  test('is none while somebody stands by it, nor what was there from the beginning', () => {
    const withOwner = (second: number) => (second < 12 ? [] : [suitcase, person([0.52, 0.5])]);
    expect(watch(rule, 60, { tracksAt: withOwner })).toEqual([]);
    expect(watch(rule, 60, { tracksAt: () => [suitcase] })).toEqual([]);
  });
});

describe('camera tampering', () => {
  test('a finding that lasts is told, another finding is not', () => {
    const engine = createRuleEngine({ camera, rules: [ruleKinds['camera-tampering']] });
    const told = [0, 1, 2, 3, 4].flatMap((second) => engine.update([], at(second), ['occluded', 'blurred']));
    expect(told).toMatchObject([{ kind: 'raised', type: 'camera-tampering' }]);
    const other = createRuleEngine({ camera, rules: [ruleKinds['camera-tampering']] });
    expect([0, 2, 4, 6].flatMap((second) => other.update([], at(second), ['noise']))).toEqual([]);
  });
});
