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
  // of a node with children
  children: Type.Optional(Type.Array(Type.Ref('Node'), { minItems: 1, maxItems: 500 })),
  aggregation: Type.Optional(Type.Enum(['arithmetic', 'geometric', 'harmonic'])),
  minDataShare: Type.Optional(Share),
  // of an indicator
  column: Type.Optional(Column),
  unit: Type.Optional(Text),
  direction: Type.Optional(Type.Enum(['positive', 'negative'])),
  denominator: Type.Optional(
    Type.Object(
      { column: Column, per: Type.Optional(Type.Number({ exclusiveMinimum: 0, maximum: 1e12 })) },
      strict,
    ),
  ),
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
    sensitivity: Type.Optional(SensitivitySchema),
    index: NodeSchema,
  },
  strict,
);

export type LocalName = Static<typeof NameSchema>;
export type Normalisation = Static<typeof NormalisationSchema>;
export type NormalisationMethod = Normalisation['method'];
export type Imputation = Static<typeof ImputationSchema>;
export type ImputationMethod = Imputation['method'];
export type FrameworkNode = Static<typeof NodeSchema>;
export type Aggregation = NonNullable<FrameworkNode['aggregation']>;
export type Band = Static<typeof BandSchema>;
export type Framework = Static<typeof FrameworkSchema>;
