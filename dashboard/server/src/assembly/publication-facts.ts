import {
  type Area,
  type AreaFacts,
  compileModel,
  type Framework,
  type IndicatorFact,
} from '../index/index.ts';
import type { Figure, PeriodFigures } from '../reports/period-figures.ts';

type Indicator = ReturnType<typeof compileModel>['indicators'][number];

/** Areas of the figures as the engine wants them. */
export function areasOf({ areas }: PeriodFigures): Area[] {
  return areas.map(({ code, parent, level, name, population }) => ({
    code,
    parent,
    level,
    nameZh: name.zh,
    nameEn: name.en,
    ...(population === null ? {} : { population }),
  }));
}

function factOf(
  own: Readonly<Record<string, Figure>>,
  { column, denominator, isCount }: Indicator,
): IndicatorFact | null {
  const below = denominator === null ? { amount: 1, coverage: 1 } : own[denominator.column];
  if (below === undefined) return null;
  // Where the exposure is known, an absent count is none; anything else that is absent is unknown.
  const above = own[column] ?? (isCount ? { amount: 0, coverage: 1 } : undefined);
  if (above === undefined) return null;
  return {
    numerator: above.amount,
    denominator: below.amount,
    coverage: Math.min(above.coverage, below.coverage),
  };
}

/** The facts that a framework reads from the figures of a period. Alerts that nobody confirmed are not among the figures. */
export function factsOf(framework: Framework, { figures }: PeriodFigures): AreaFacts {
  const { indicators } = compileModel(framework);
  return Object.fromEntries(
    Object.entries(figures).map(([area, own]) => {
      const facts: Record<string, IndicatorFact> = {};
      for (const indicator of indicators) {
        const fact = factOf(own, indicator);
        if (fact !== null) facts[indicator.code] = fact;
      }
      for (const { code, column } of framework.deductions ?? []) {
        const count = own[column];
        if (count !== undefined) facts[code] = { numerator: count.amount, denominator: 1, coverage: 1 };
      }
      return [area, facts];
    }),
  );
}
