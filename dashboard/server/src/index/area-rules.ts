import { at } from './aggregate.ts';
import type { AreaFacts, IndicatorFact } from './area-figures.ts';
import type { AreaTree } from './area-hierarchy.ts';
import { IndexError } from './errors.ts';
import type { Model } from './model.ts';

const MAX_PROBLEMS = 100;

/** @throws IndexError of kind `framework` for what an area tree cannot compute. */
export function checkAreaModel({ indicators }: Model): void {
  const problems = indicators.flatMap(({ code, normalisation, shrinkage, rollup }) => [
    ...(normalisation.method === 'goalposts' || normalisation.method === 'none'
      ? []
      : [`indicator "${code}": "${normalisation.method}" compares areas; use goalposts`]),
    ...(shrinkage === 'none' || rollup === 'pool'
      ? []
      : [
          `indicator "${code}": shrinkage in an area tree needs rollup: pool, or many small grids would hide what they show together`,
        ]),
  ]);
  if (problems.length > 0) throw new IndexError('framework', problems);
}

/** @throws IndexError of kind `data` naming area and indicator of every fact that cannot be. */
export function checkFacts({ framework, indicators }: Model, tree: AreaTree, facts: AreaFacts): void {
  const known = new Set([...indicators, ...(framework.deductions ?? [])].map(({ code }) => code));
  const problems: string[] = [];
  for (const code of Object.keys(facts)) {
    const index = tree.indexOf.get(code);
    const figures = facts[code] ?? {};
    if (index === undefined) problems.push(`facts of "${code}": there is no such area`);
    else if (at(tree.children, index).length > 0)
      problems.push(`facts of "${code}": the area has areas below it; give the facts to one of those`);
    else
      for (const indicator in figures) {
        const fact = figures[indicator];
        if (fact !== undefined && known.has(indicator) && isSound(fact)) continue;
        problems.push(
          `facts of "${code}", "${indicator}": ${known.has(indicator) ? 'numerator and denominator must be 0 or more, coverage 0 to 1' : 'the framework has no such indicator'}`,
        );
      }
    if (problems.length >= MAX_PROBLEMS) break;
  }
  if (problems.length > 0) throw new IndexError('data', problems.slice(0, MAX_PROBLEMS));
}

function isSound({ numerator, denominator, coverage }: IndicatorFact): boolean {
  const isBounded = numerator < Number.POSITIVE_INFINITY && denominator < Number.POSITIVE_INFINITY;
  return isBounded && numerator >= 0 && denominator >= 0 && coverage >= 0 && coverage <= 1;
}
