import { type Rule, RuleSchema } from '@pingan/models/contract';
import { Value } from 'typebox/value';
import { describe, expect, test } from 'vitest';
import { zhCn } from '../../../dashboard/web/src/i18n/zh-cn.ts';
import {
  changed,
  fieldsOf,
  freeId,
  newRule,
  RULE_KINDS,
} from '../../../dashboard/web/src/pages/rules/rule-fields.ts';
import {
  addAfter,
  addAt,
  areaOf,
  keyOn,
  movePoint,
  removePoint,
  type Shape,
} from '../../../dashboard/web/src/pages/rules/shape.ts';

const zone: Shape = {
  kind: 'zone',
  points: [
    [0.2, 0.2],
    [0.8, 0.2],
    [0.8, 0.8],
    [0.2, 0.8],
  ],
};
const line: Shape = {
  kind: 'line',
  points: [
    [0.1, 0.5],
    [0.9, 0.5],
  ],
};
const press = (key: string, shiftKey = false) => ({ key, shiftKey });

describe('a shape on the picture', () => {
  test('is moved by arrows, further with Shift, never out of the picture', () => {
    expect(keyOn(zone, 0, press('ArrowRight'))?.shape.points[0]).toEqual([0.205, 0.2]);
    expect(keyOn(zone, 0, press('ArrowUp', true))?.shape.points[0]).toEqual([0.2, 0.15]);
    expect(movePoint(zone, 0, [-3, 7]).points[0]).toEqual([0, 1]);
    expect(keyOn(zone, 0, press('a'))).toBeNull();
  });

  test('gets a point by Enter between this one and the next, which then has the focus', () => {
    const added = keyOn(zone, 3, press('Enter'));
    expect(added).toMatchObject({ focus: 4 });
    expect(added?.shape.points[4]).toEqual([0.2, 0.5]);
    expect(addAfter(line, 1).points).toHaveLength(3);
  });

  test('loses a point by Delete, but never its form', () => {
    const three = removePoint(zone, 3);
    expect(three.points).toHaveLength(3);
    expect(removePoint(three, 0)).toBe(three);
    expect(removePoint(line, 0)).toBe(line);
    expect(keyOn(zone, 3, press('Delete'))).toMatchObject({ focus: 2 });
  });

  test('gets a point where somebody presses, in the nearest piece', () => {
    expect(addAt(zone, [0.5, 0.25])).toMatchObject({ index: 1 });
    expect(addAt(zone, [0.1, 0.5])).toMatchObject({ index: 4 });
    expect(addAt(line, [0.5, 0.9])).toMatchObject({ index: 1 });
  });

  test('has an area', () => {
    expect(areaOf(zone.points)).toBeCloseTo(0.36);
  });
});

describe('the form of a rule', () => {
  test('has sane defaults of every kind, with every field of its schema in both languages', () => {
    const names = new Set(Object.keys(zhCn.rules.field));
    for (const kind of RULE_KINDS) {
      const rule = newRule(kind, { id: 'r', camera: '*', shapeName: '防区' });
      expect([kind, Value.Check(RuleSchema, rule)]).toEqual([kind, true]);
      for (const field of fieldsOf(kind)) expect(names).toContain(field.name);
    }
  });

  test('asks numbers within the bounds of the contract', () => {
    expect(fieldsOf('zone-intrusion')).toContainEqual({
      input: 'number',
      name: 'dwellSeconds',
      minimum: 0,
      maximum: 3600,
      isInteger: false,
      isOptional: false,
    });
    expect(fieldsOf('line-crossing')).toContainEqual({
      input: 'choice',
      name: 'direction',
      options: ['left-to-right', 'right-to-left', 'both'],
    });
  });

  test('takes no value that the contract refuses, and leaves out what is taken back', () => {
    const rule = newRule('loitering', { id: 'loitering-1', camera: '*', shapeName: '防区' });
    const known: Rule[] = rule === null ? [] : [rule];
    expect(known.map((one) => changed(one, { loiterSeconds: -1 }))).toEqual([null]);
    const onTrial = known.flatMap((one) => changed(one, { trialUntil: '2026-11-23T00:00:00.000Z' }) ?? []);
    expect(onTrial).toHaveLength(1);
    expect(onTrial.map((one) => changed(one, { trialUntil: undefined }))).toEqual(known);
    expect(freeId('loitering', known)).toBe('loitering-2');
  });
});
