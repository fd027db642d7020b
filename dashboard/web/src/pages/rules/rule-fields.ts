import { PICTURE_FINDINGS, type Rule, type RuleKind, RuleSchema } from '@pingan/models/contract';
import { Value } from 'typebox/value';

/** What the form of a rule asks, read from the rule's schema: a new kind of rule has its form by itself. */
export type RuleField =
  | {
      input: 'number';
      name: string;
      minimum: number;
      maximum: number;
      isInteger: boolean;
      isOptional: boolean;
    }
  | { input: 'choice'; name: string; options: string[] }
  | { input: 'list'; name: string; options: readonly string[] };

type Part = {
  type?: string;
  minimum?: number;
  maximum?: number;
  enum?: readonly unknown[];
  const?: unknown;
  anyOf?: readonly Part[];
};

/** What the form shows in a way of its own, or not at all. */
const OWN = ['id', 'kind', 'cameras', 'zone', 'line', 'schedule', 'trialUntil', 'allowed', 'experimental'];
const LABELS = [
  'person',
  'vehicle',
  'two-wheeler',
  'car',
  'bus',
  'truck',
  'bicycle',
  'motorcycle',
  'dog',
  'cat',
  'backpack',
  'handbag',
  'suitcase',
];

const choicesOf = (part: Part): string[] =>
  [...(part.enum ?? []), ...(part.const === undefined ? [] : [part.const])]
    .concat((part.anyOf ?? []).flatMap(choicesOf))
    .map(String);

function fieldOf(name: string, part: Part, isOptional: boolean): RuleField | null {
  if (name === 'labels') return { input: 'list', name, options: LABELS };
  if (name === 'findings') return { input: 'list', name, options: Object.keys(PICTURE_FINDINGS) };
  if (part.type === 'number' || part.type === 'integer') {
    const { minimum = 0, maximum = 1e6 } = part;
    return { input: 'number', name, minimum, maximum, isInteger: part.type === 'integer', isOptional };
  }
  const options = choicesOf(part);
  return options.length > 1 ? { input: 'choice', name, options } : null;
}

export const RULE_KINDS: readonly RuleKind[] = RuleSchema.anyOf.map(
  ({ properties }) => properties.kind.const,
);

/** The fields of a kind, what is special to it first. */
export function fieldsOf(kind: RuleKind): RuleField[] {
  const schema = RuleSchema.anyOf.find(({ properties }) => properties.kind.const === kind);
  if (schema === undefined) return [];
  const required: readonly string[] = schema.required;
  const parts: [string, Part][] = Object.entries(schema.properties);
  return parts
    .filter(([name]) => !OWN.includes(name))
    .flatMap(([name, part]) => fieldOf(name, part, !required.includes(name)) ?? [])
    .toReversed();
}

/** The rule with another value, or null when the contract does not allow it. `undefined` leaves the field out. */
export function changed(rule: object, change: Record<string, unknown>): Rule | null {
  const next = Object.fromEntries(
    Object.entries({ ...rule, ...change }).filter(([, value]) => value !== undefined),
  );
  return Value.Check(RuleSchema, next) ? next : null;
}

const COMMON = { severity: 3, cooldownSeconds: 30, clearSeconds: 5 };
const PEOPLE = { labels: ['person'], minConfidence: 0.45, minHeight: 0.05 };
/** Usual values of each kind; times follow the rules' own examples. */
const DEFAULTS: Record<RuleKind, Record<string, unknown>> = {
  'zone-intrusion': { ...PEOPLE, severity: 2, dwellSeconds: 2 },
  'line-crossing': { ...PEOPLE, direction: 'both' },
  loitering: { ...PEOPLE, loiterSeconds: 60, returnSeconds: 10 },
  crowd: { ...PEOPLE, severity: 2, minCount: 8, durationSeconds: 10 },
  'fire-lane': { ...PEOPLE, labels: ['vehicle'], severity: 2, stoppedSeconds: 60 },
  'two-wheeler-indoors': { ...PEOPLE, labels: ['two-wheeler'], severity: 2, dwellSeconds: 2 },
  'wrong-way': { ...PEOPLE, labels: ['vehicle', 'two-wheeler'], allowed: [0, 1], durationSeconds: 2 },
  climbing: { ...PEOPLE, severity: 1, direction: 'both' },
  occupancy: { ...PEOPLE, maxCount: 20, durationSeconds: 10 },
  'object-left': {
    ...PEOPLE,
    labels: ['backpack', 'handbag', 'suitcase'],
    experimental: true,
    unattendedSeconds: 120,
    ownerHeights: 2,
  },
  'camera-tampering': { severity: 2, findings: ['occluded', 'scene-moved', 'black'], durationSeconds: 10 },
};

/** A new rule of a kind for a camera, with a shape in the middle of the picture; null when a kind has no default. */
export function newRule(
  kind: RuleKind,
  { id, camera, shapeName }: { id: string; camera: string; shapeName: string },
): Rule | null {
  const rule = {
    ...COMMON,
    ...DEFAULTS[kind],
    kind,
    id,
    cameras: [camera],
    zone: {
      id: `${id}-zone`,
      name: shapeName,
      polygon: [
        [0.3, 0.4],
        [0.7, 0.4],
        [0.7, 0.9],
        [0.3, 0.9],
      ],
    },
    line: {
      id: `${id}-line`,
      name: shapeName,
      points: [
        [0.25, 0.65],
        [0.75, 0.65],
      ],
    },
  };
  const schema = RuleSchema.anyOf.find(({ properties }) => properties.kind.const === kind);
  const known = Object.fromEntries(
    Object.entries(rule).filter(([name]) => schema !== undefined && name in schema.properties),
  );
  return Value.Check(RuleSchema, known) ? known : null;
}

/** The first id of the form kind-N that is not taken. */
export function freeId(kind: RuleKind, rules: readonly Rule[]): string {
  const taken = new Set(rules.map(({ id }) => id));
  let number = 1;
  while (taken.has(`${kind}-${number}`)) number += 1;
  return `${kind}-${number}`;
}
