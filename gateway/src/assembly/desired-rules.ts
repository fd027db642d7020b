import {
  type Decoder,
  decoderOf,
  type ReportedConfiguration,
  type Rule,
  RuleSchema,
} from '@pingan/models/contract';
import { Type } from 'typebox';
import { messageOf } from '../base/errors.ts';
import type { Camera } from '../pipeline.ts';
import { createRuleEngine } from '../rules/index.ts';

export type RuleErrors = ReportedConfiguration['errors'];
export type ReadRules = {
  rules: Rule[];
  /** Rules of kinds that this gateway does not know: they are left out, the others work. */
  unknown: RuleErrors;
  /** Rules that cannot work: the whole version is refused. */
  broken: RuleErrors;
};

const TEXT_LIMIT = 256;
const decoders = new Map<string, Decoder<Rule>>(
  RuleSchema.anyOf.map((schema) => [schema.properties.kind.const, decoderOf(schema)]),
);
const kindOnly = decoderOf(Type.Object({ kind: Type.String() }));
/** Any camera will do to try whether rules can work. */
const PROBE_CAMERA: Pick<Camera, 'id' | 'code'> = { id: 'cam-probe', code: '00000000000000000000' };

const faultOf = (path: string, message: string) => ({
  path: path.slice(0, TEXT_LIMIT),
  message: message.slice(0, TEXT_LIMIT),
});
const pathOf = (error: unknown) => (error instanceof Error && 'path' in error ? String(error.path) : '');

/** Reads rules one by one and tries whether each can work; every fault is told with its path. */
export function readRules(values: readonly unknown[]): ReadRules {
  const read: ReadRules = { rules: [], unknown: [], broken: [] };
  for (const [index, value] of values.entries()) {
    const path = `/rules/${index}`;
    if (kindOnly.check(value) && !decoders.has(value.kind)) {
      read.unknown.push(faultOf(`${path}/kind`, `this gateway does not know "${value.kind}": update it`));
      continue;
    }
    try {
      const { kind } = kindOnly.parse(value);
      const rule = decoders.get(kind)?.parse(value);
      if (rule === undefined) continue;
      createRuleEngine({ camera: PROBE_CAMERA, rules: [{ ...rule, cameras: ['*'] }] });
      read.rules.push(rule);
    } catch (error) {
      read.broken.push(faultOf(`${path}${pathOf(error)}`, messageOf(error)));
    }
  }
  return read;
}
