import type { IndexResult, IndicatorResult } from './compute.ts';

/** What a reader of the result should know though it is no error, one line each. */
export function findNotes({ indicators, units }: Pick<IndexResult, 'indicators' | 'units'>): string[] {
  return indicators.flatMap((indicator) => {
    const { code, column, denominator } = indicator;
    const known = indicator.rates.filter((rate) => !Number.isNaN(rate));
    const lost = countLost(indicator);
    if (known.length === 0)
      return [
        `indicator "${code}": no unit has a value (column "${column}"); its weight goes to the indicators beside it`,
      ];
    return [
      ...(lost === 0
        ? []
        : [
            `indicator "${code}": ${lost} of ${units.length} units are missing because the denominator "${denominator?.column}" is missing, 0 or too small`,
          ]),
      ...(known.length > 1 && known.every((rate) => rate === known[0])
        ? [`indicator "${code}": all units have the same value, so it tells none apart`]
        : []),
    ];
  });
}

function countLost({ raw, rates }: IndicatorResult): number {
  return raw.reduce(
    (count, value, unit) => (!Number.isNaN(value) && Number.isNaN(rates[unit]) ? count + 1 : count),
    0,
  );
}
