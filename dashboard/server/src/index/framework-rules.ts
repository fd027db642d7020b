import type { Framework, FrameworkNode, Normalisation } from './framework-schema.ts';

const MAX_DEPTH = 12;

const INDICATOR_ONLY = [
  'column',
  'unit',
  'direction',
  'denominator',
  'evidence',
  'rollup',
  'count',
  'shrinkage',
  'transform',
  'goalposts',
  'target',
  'minCoverage',
  'normalisation',
  'treatment',
  'imputation',
] as const;

const PARENT_ONLY = ['aggregation', 'minDataShare'] as const;

interface PlacedNode {
  node: FrameworkNode;
  path: string;
  depth: number;
}

/** What a schema cannot say: codes are unique, fields fit their node, methods have what they need. */
export function findContradictions(framework: Framework): string[] {
  const nodes = place(framework.index, 'index', 0);
  return [
    ...duplicateCodes(framework, nodes),
    ...nodes.flatMap(({ node, path, depth }) => [
      ...(depth > MAX_DEPTH ? [`${path}: deeper than ${MAX_DEPTH} levels`] : []),
      ...(node.children === undefined
        ? indicatorProblems(framework, node, path)
        : parentProblems(node, path)),
    ]),
    ...rangeProblems(framework.normalisation, 'normalisation'),
    ...(framework.imputation?.method.startsWith('group') && !framework.unit?.group
      ? ['imputation: needs unit.group, the column that names each unit’s group']
      : []),
    ...bandProblems(framework),
    ...targetProblems(framework, nodes),
    ...validityProblems(framework),
    ...sensitivityProblems(framework, nodes),
  ];
}

function place(node: FrameworkNode, path: string, depth: number): PlacedNode[] {
  const children = depth > MAX_DEPTH ? [] : (node.children ?? []);
  return [
    { node, path, depth },
    ...children.flatMap((child, i) => place(child, `${path}.children[${i}]`, depth + 1)),
  ];
}

function duplicateCodes(framework: Framework, nodes: PlacedNode[]): string[] {
  const places = [
    ...nodes.map(({ node, path }) => ({ code: node.code, path })),
    ...(framework.deductions ?? []).map(({ code }, i) => ({ code, path: `deductions[${i}]` })),
  ];
  const first = new Map<string, string>();
  return places.flatMap(({ code, path }) => {
    const earlier = first.get(code);
    first.set(code, earlier ?? path);
    return earlier === undefined ? [] : [`${path}.code: "${code}" is already the code of ${earlier}`];
  });
}

function parentProblems(node: FrameworkNode, path: string): string[] {
  const misplaced = INDICATOR_ONLY.filter((key) => node[key] !== undefined);
  const weights = (node.children ?? []).map((child) => child.weight ?? 1);
  return [
    ...misplaced.map((key) => `${path}.${key}: belongs to an indicator, but "${node.code}" has children`),
    ...(weights.every((weight) => weight === 0)
      ? [`${path}.children: at least one needs a weight above 0`]
      : []),
  ];
}

function indicatorProblems(framework: Framework, node: FrameworkNode, path: string): string[] {
  const log = (node.treatment ?? framework.treatment)?.log ?? 'never';
  const method = resolveNormalisation(framework, node).method;
  const needsGroup = node.imputation?.method.startsWith('group') || node.shrinkage === 'group';
  const goalposts = node.goalposts;
  const rules: [boolean, string][] = [
    [method === 'goalposts' && !goalposts, `${path}.goalposts: needed by the normalisation "goalposts"`],
    [
      method !== 'goalposts' && goalposts !== undefined,
      `${path}.goalposts: unused by "${method}"; remove one`,
    ],
    [
      goalposts !== undefined && goalposts[0] >= goalposts[1],
      `${path}.goalposts: the first must be the lower`,
    ],
    [
      node.transform === 'log' && goalposts !== undefined && goalposts[0] <= 0,
      `${path}.goalposts: must be above 0 with transform "log"`,
    ],
    [
      method === 'goalposts' && log !== 'never',
      `${path}: fixed goalposts contradict treatment.log "${log}"; use transform: log or log: never`,
    ],
    [
      method === 'distance-to-target' && node.target === undefined,
      `${path}.target: needed by "distance-to-target"`,
    ],
    [
      (node.shrinkage ?? 'none') !== 'none' && node.denominator === undefined,
      `${path}.denominator: needed by shrinkage, which weighs rates by their exposure`,
    ],
    [
      (node.shrinkage ?? 'none') !== 'none' && node.count !== true,
      `${path}.count: must be true with shrinkage, which is for counts of events`,
    ],
    [
      node.evidence === 'confirmed-alerts' && node.denominator?.exposure === undefined,
      `${path}.denominator: confirmed alerts score only per exposure; name its column and its kind (exposure: camera-hours, sites or people)`,
    ],
    [
      node.rollup === 'pool' && node.denominator === undefined,
      `${path}.denominator: needed by rollup "pool", which divides sums`,
    ],
    [
      node.rollup === 'pool' && node.denominator?.exposure === 'camera-hours',
      `${path}.rollup: pooling camera-hours would let areas with many cameras outweigh the others; use mean`,
    ],
    [needsGroup === true && !framework.unit?.group, `${path}: needs unit.group, the column of groups`],
  ];
  return [
    ...PARENT_ONLY.filter((key) => node[key] !== undefined).map(
      (key) => `${path}.${key}: belongs to a node with children, but "${node.code}" has none`,
    ),
    ...rules.filter(([broken]) => broken).map(([, text]) => text),
    ...rangeProblems(node.normalisation, `${path}.normalisation`),
  ];
}

/** Own normalisation, else the framework's, else goalposts where the indicator has them, else min–max. */
export function resolveNormalisation(framework: Framework, node: FrameworkNode): Normalisation {
  const fallback: Normalisation = { method: node.goalposts === undefined ? 'min-max' : 'goalposts' };
  return node.normalisation ?? framework.normalisation ?? fallback;
}

function rangeProblems(normalisation: Normalisation | undefined, path: string): string[] {
  const range = normalisation?.range;
  return range !== undefined && range[0] >= range[1] ? [`${path}.range: the first must be the lower`] : [];
}

function bandProblems(framework: Framework): string[] {
  const bands = framework.bands ?? [];
  return bands.flatMap((band, i) => {
    const below = bands[i - 1];
    const problems = below !== undefined && below.from >= band.from ? ['bands must rise; order them'] : [];
    if (bands.findIndex(({ code }) => code === band.code) !== i)
      problems.push(`"${band.code}" is there twice`);
    return problems.map((text) => `bands[${i}]: ${text}`);
  });
}

function targetProblems({ targets = [] }: Framework, nodes: PlacedNode[]): string[] {
  const indicators = new Set(
    nodes.filter(({ node }) => node.children === undefined).map(({ node }) => node.code),
  );
  return targets.flatMap(({ code, indicator }, i) => [
    ...(targets.findIndex((target) => target.code === code) === i
      ? []
      : [`targets[${i}].code: "${code}" is there twice`]),
    ...(indicator === undefined || indicators.has(indicator)
      ? []
      : [`targets[${i}].indicator: there is no indicator "${indicator}"`]),
  ]);
}

function validityProblems({ validFrom, validTo }: Framework): string[] {
  const isDate = (text: string | undefined) => text === undefined || !Number.isNaN(Date.parse(text));
  if (!isDate(validFrom)) return [`validFrom: ${validFrom} is no date`];
  if (!isDate(validTo)) return [`validTo: ${validTo} is no date`];
  if (validFrom !== undefined && validTo !== undefined && validTo < validFrom)
    return ['validTo: is before validFrom'];
  return [];
}

function sensitivityProblems({ sensitivity, unit }: Framework, nodes: PlacedNode[]): string[] {
  const signed = sensitivity?.normalisations?.includes('z-score') === true;
  const means = nodes.some(({ node }) => node.aggregation === 'geometric' || node.aggregation === 'harmonic');
  const grouped = sensitivity?.imputations?.some((method) => method.startsWith('group')) === true;
  return [
    ...(signed && means
      ? [
          'sensitivity.normalisations: z-score gives negative values, which geometric and harmonic means refuse',
        ]
      : []),
    ...(grouped && !unit?.group ? ['sensitivity.imputations: needs unit.group, the column of groups'] : []),
  ];
}
