import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { RuleSchema } from '@pingan/models/contract';
import { Type } from 'typebox';
import { Value } from 'typebox/value';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { createRuleEngine } from '../../../gateway/src/rules/index.ts';
import { camera } from './builders.ts';
import { ruleKinds } from './rule-kinds.ts';

test('the example has one rule of every kind, and all of them work', () => {
  const file = join(import.meta.dirname, '../../../config/rules.example.yaml');
  const rules = Value.Parse(Type.Array(RuleSchema), parse(readFileSync(file, 'utf8')));
  expect(rules.map(({ kind }) => kind).sort()).toEqual(Object.keys(ruleKinds).sort());
  expect(() => createRuleEngine({ camera, rules })).not.toThrow();
});
