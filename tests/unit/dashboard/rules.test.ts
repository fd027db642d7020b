import { describe, expect, test } from 'vitest';
import { precisionOf } from '../../../dashboard/server/src/rules/precision.ts';
import { type RuleChange, RuleDesk } from '../../../dashboard/server/src/rules/rule-desk.ts';
import { createVerdicts } from '../../../dashboard/server/src/rules/verdicts.ts';
import { ruleKinds } from '../rules/rule-kinds.ts';

const settings = { proposeBelowPrecision: 0.5, minimumVerdicts: 10 };

describe('precision', () => {
  test.each([
    [0, 0, null, 'collecting'],
    [9, 0, null, 'collecting'],
    [5, 5, 0.5, 'good'],
    [4, 6, 0.4, 'proposed'],
    [0, 10, 0, 'proposed'],
  ])('%i true and %i false are %s: %s', (confirmed, refuted, precision, standing) => {
    expect(precisionOf({ confirmed, refuted }, settings)).toEqual({ precision, standing });
  });
});

describe('the rule desk', () => {
  const rule = ruleKinds['zone-intrusion'];
  const desk = () => {
    const changes: RuleChange[] = [];
    const setRules = async (change: RuleChange) => void changes.push(change);
    const findVersion = async (_: string, version: number) => (version === 3 ? [rule] : undefined);
    return { changes, desk: new RuleDesk({ setRules, findVersion }) };
  };

  test('goes back to a version by sending its rules again', async () => {
    const { changes, desk: one } = desk();
    await one.restore({ gatewayId: 'gw', version: 3, actor: 'ann' });
    expect(changes).toEqual([{ gatewayId: 'gw', rules: [rule], actor: 'ann', restoredFrom: 3 }]);
    await expect(one.restore({ gatewayId: 'gw', version: 9, actor: 'ann' })).rejects.toMatchObject({
      code: 'not-found',
    });
  });

  test('refuses two rules of one id, naming the second', async () => {
    const { changes, desk: one } = desk();
    const change = { gatewayId: 'gw', rules: [rule, rule], actor: 'ann' };
    await expect(one.set(change)).rejects.toMatchObject({ code: 'invalid', field: 'body.rules.1.id' });
    expect(changes).toEqual([]);
  });
});

describe('a verdict', () => {
  const verdicts = createVerdicts({ save: async () => false, onChanged: () => {}, now: () => 0 });
  const say = (isTrue: boolean, reason: 'animal' | 'confirmed' | 'other') =>
    verdicts.say({ alarmId: 'a', isTrue, reason, note: '', actor: 'ann' });

  test('whose reason says the contrary is refused', async () => {
    await expect(say(true, 'animal')).rejects.toMatchObject({ field: 'body.reason' });
    await expect(say(false, 'confirmed')).rejects.toMatchObject({ field: 'body.reason' });
  });

  test('on nothing known is not found', async () => {
    await expect(say(false, 'other')).rejects.toMatchObject({ code: 'not-found' });
  });
});
