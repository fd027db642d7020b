import { type Static, Type } from 'typebox';

const strict = { additionalProperties: false } as const;

/** A code is a column name of the scores: letters, digits and signs, without blanks, commas and quotes. */
const Code = Type.String({ minLength: 1, maxLength: 64, pattern: '^[^\\s,"\']+$' });
const Column = Type.String({ minLength: 1, maxLength: 200 });
const Points = Type.Number({ minimum: -1e12, maximum: 1e12 });
const Share = Type.Number({ minimum: 0, maximum: 1 });
const IsoDate = Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}$' });

const Text = Type.String({ minLength: 1, maxLength: 500 });

export const NameSchema = Type.Union([Text, Type.Object({ zh: Text, en: Text }, strict)]);

const LongText = Type.String({ minLength: 1, maxLength: 4000 });
const Prose = Type.Union([LongText, Type.Object({ zh: LongText, en: LongText }, strict)]);

/** What people read about a node: what it is, how it is reckoned, where it comes from, how far to trust it. */
export const SheetSchema = Type.Object(
  {
    definition: Type.Optional(Prose),
    formula: Type.Optional(Prose),
    source: Type.Optional(Prose),
    quality: Type.Optional(Prose),
  },
  strict,
);

/**
 * Where an indicator's numbers come from. Alerts of machines score only once confirmed by people and per exposure,
 * so there is no kind for raw alerts.
 */
export const EVIDENCE_KINDS = ['reported', 'confirmed-alerts', 'operations', 'inspection', 'survey'] as const;

export const NORMALISATION_METHODS = [
  'goalposts',
  'min-max',
  'z-score',
  'rank',
  'percentile',
  'distance-to-target',
  'none',
] as const;

export const NormalisationSchema = Type.Object(
  {
    method: Type.Enum([...NORMALISATION_METHODS]),
    range: Type.Optional(Type.Tuple([Points, Points])),
    cap: Type.Optional(Type.Boolean()),
    ties: Type.Optional(Type.Enum(['average', 'min'])),
    mean: Type.Optional(Points),
    sd: Type.Optional(Type.Number({ exclusiveMinimum: 0, maximum: 1e12 })),
  },
  strict,
);

export const TreatmentSchema = Type.Object(
  {
    winsorise: Type.Optional(
      Type.Object(
        {
          maxPoints: Type.Integer({ minimum: 0, maximum: 100_000 }),
          skew: Type.Optional(Type.Number({ minimum: 0, maximum: 100 })),
          kurtosis: Type.Optional(Type.Number({ minimum: 0, maximum: 1000 })),
        },
        strict,
      ),
    ),
    log: Type.Optional(Type.Enum(['never', 'fallback', 'always'])),
  },
  strict,
);

export const IMPUTATION_METHODS = ['none', 'mean', 'median', 'group-mean', 'group-median'] as const;

export const ImputationSchema = Type.Object(
  {
    method: Type.Enum([...IMPUTATION_METHODS]),
    stage: Type.Optional(Type.Enum(['before-treatment', 'after-treatment', 'after-normalisation'])),
  },
  strict,
);

const NodeFields = {
  code: Code,
  name: Type.Optional(NameSchema),
  weight: Type.Optional(Type.Number({ minimum: 0, maximum: 1e9 })),
  sheet: Type.Optional(SheetSchema),
  // of a node with children
  children: Type.Optional(Type.Array(Type.Ref('Node'), { minItems: 1, maxItems: 500 })),
  aggregation: Type.Optional(Type.Enum(['arithmetic', 'geometric', 'harmonic'])),
  minDataShare: Type.Optional(Share),
  // of an indicator
  column: Type.Optional(Column),
  unit: Type.Optional(NameSchema),
  direction: Type.Optional(Type.Enum(['positive', 'negative'])),
  denominator: Type.Optional(
    Type.Object(
      {
        column: Column,
        per: Type.Optional(Type.Number({ exclusiveMinimum: 0, maximum: 1e12 })),
        min: Type.Optional(Type.Number({ minimum: 0, maximum: 1e12 })),
        exposure: Type.Optional(Type.Enum(['people', 'camera-hours', 'sites'])),
      },
      strict,
    ),
  ),
  evidence: Type.Optional(Type.Enum([...EVIDENCE_KINDS])),
  rollup: Type.Optional(Type.Enum(['mean', 'pool'])),
  count: Type.Optional(Type.Boolean()),
  shrinkage: Type.Optional(Type.Enum(['none', 'global', 'group'])),
  transform: Type.Optional(Type.Enum(['none', 'log'])),
  goalposts: Type.Optional(Type.Tuple([Points, Points])),
  target: Type.Optional(Points),
  minCoverage: Type.Optional(Share),
  normalisation: Type.Optional(NormalisationSchema),
  treatment: Type.Optional(TreatmentSchema),
  imputation: Type.Optional(ImputationSchema),
} as const;

/** A node of the hierarchy: an indicator when it has no children, else a pillar, a sub-index or the index. */
export const NodeSchema = Type.Cyclic({ Node: Type.Object(NodeFields, strict) }, 'Node');

export const BandSchema = Type.Object(
  {
    code: Code,
    name: NameSchema,
    colour: Type.String({ pattern: '^#[0-9a-fA-F]{6}$' }),
    from: Points,
    alert: Type.Optional(Type.Boolean()),
  },
  strict,
);

export const DeductionSchema = Type.Object(
  {
    code: Code,
    name: Type.Optional(NameSchema),
    column: Column,
    points: Type.Number({ minimum: 0, maximum: 1e9 }),
    max: Type.Optional(Type.Number({ minimum: 0, maximum: 1e9 })),
    levels: Type.Optional(
      Type.Record(Type.String({ minLength: 1, maxLength: 64 }), Type.Number({ minimum: 0, maximum: 1e9 })),
    ),
  },
  strict,
);

/** A target of a plan, shown beside the figure it is for; it never scores by itself. */
export const TargetSchema = Type.Object(
  {
    code: Code,
    name: NameSchema,
    indicator: Type.Optional(Code),
    value: Points,
    unit: Type.Optional(NameSchema),
    sense: Type.Enum(['at-least', 'at-most']),
    source: Type.Optional(Prose),
  },
  strict,
);

export const SensitivitySchema = Type.Object(
  {
    weightSpread: Type.Optional(Type.Number({ minimum: 0, maximum: 1 })),
    normalisations: Type.Optional(
      Type.Array(Type.Enum(['as-configured', 'min-max', 'z-score', 'rank', 'percentile']), { maxItems: 20 }),
    ),
    imputations: Type.Optional(
      Type.Array(Type.Enum(['as-configured', ...IMPUTATION_METHODS]), { maxItems: 20 }),
    ),
    counts: Type.Optional(Type.Enum(['gamma', 'poisson', 'fixed'])),
    interval: Type.Optional(Type.Number({ minimum: 0.5, maximum: 0.999 })),
  },
  strict,
);

/** A whole framework file. The meaning of each field is told in README.md of this folder. */
export const FrameworkSchema = Type.Object(
  {
    code: Code,
    name: Type.Optional(NameSchema),
    description: Type.Optional(Type.String({ maxLength: 4000 })),
    version: Type.String({ minLength: 1, maxLength: 64 }),
    validFrom: Type.Optional(IsoDate),
    validTo: Type.Optional(IsoDate),
    unit: Type.Optional(
      Type.Object(
        { id: Type.Optional(Column), group: Type.Optional(Column), parent: Type.Optional(Column) },
        strict,
      ),
    ),
    treatment: Type.Optional(TreatmentSchema),
    imputation: Type.Optional(ImputationSchema),
    normalisation: Type.Optional(NormalisationSchema),
    missing: Type.Optional(
      Type.Object(
        { minDataShare: Type.Optional(Share), measure: Type.Optional(Type.Enum(['weight', 'count'])) },
        strict,
      ),
    ),
    rollup: Type.Optional(Type.Object({ minAreaShare: Type.Optional(Share) }, strict)),
    bands: Type.Optional(Type.Array(BandSchema, { minItems: 1, maxItems: 20 })),
    bandHysteresis: Type.Optional(Type.Number({ minimum: 0, maximum: 1e9 })),
    deductions: Type.Optional(Type.Array(DeductionSchema, { maxItems: 50 })),
    scoreFloor: Type.Optional(Points),
    targets: Type.Optional(Type.Array(TargetSchema, { maxItems: 100 })),
    sensitivity: Type.Optional(SensitivitySchema),
    index: NodeSchema,
  },
  strict,
);

export type LocalName = Static<typeof NameSchema>;
export type LocalProse = Static<typeof Prose>;
export type EvidenceKind = (typeof EVIDENCE_KINDS)[number];
export type Target = Static<typeof TargetSchema>;
export type Deduction = Static<typeof DeductionSchema>;
export type Normalisation = Static<typeof NormalisationSchema>;
export type NormalisationMethod = Normalisation['method'];
export type Imputation = Static<typeof ImputationSchema>;
export type ImputationMethod = Imputation['method'];
export type FrameworkNode = Static<typeof NodeSchema>;
export type Aggregation = NonNullable<FrameworkNode['aggregation']>;
export type Band = Static<typeof BandSchema>;
export type Framework = Static<typeof FrameworkSchema>;
