import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { timestamp } from '../base/clock.ts';
import { messageOf, StartError } from '../base/errors.ts';
import { type AreaFacts, computeAreaTree, type Framework, parseFramework } from '../index/index.ts';
import type { Area, Bilingual } from '../registry/areas.ts';
import type { FactsByArea } from '../reports/area-facts.ts';
import type { IndexArea, IndexResult } from '../routes/schemas.ts';

type Name = string | { zh: string; en: string } | undefined;
type Node = { code: string; name?: Name; children?: readonly Node[] };

const bilingual = (name: Name, code: string): Bilingual =>
  typeof name === 'object' ? name : { zh: name ?? code, en: name ?? code };

function namesOf(node: Node): [string, Bilingual][] {
  return [[node.code, bilingual(node.name, node.code)], ...(node.children ?? []).flatMap(namesOf)];
}

function readFramework(file: string): Framework {
  try {
    return parseFramework(parse(readFileSync(file, 'utf8'), { maxAliasCount: 100 }));
  } catch (cause) {
    throw new StartError(`index.frameworkFile ${file}: ${messageOf(cause)}`, { cause });
  }
}

/** Facts of areas that are no longer in the tree, or have areas below them, are left out. */
function factsOfLeaves(facts: FactsByArea, areas: readonly Area[]): AreaFacts {
  const parents = new Set(areas.map(({ parent }) => parent));
  const leaves = new Set(areas.map(({ code }) => code).filter((code) => !parents.has(code)));
  return Object.fromEntries(Object.entries(facts).filter(([code]) => leaves.has(code)));
}

/**
 * The index engine with the framework of a file, as the reports want it. Throws a StartError when the file is wrong.
 * @param areas reads the tree at every computation
 */
export function createIndexEngine(file: string, areas: () => readonly Area[]) {
  const framework = readFramework(file);
  const names = new Map(namesOf(framework.index));
  const nameOf = (code: string) => names.get(code) ?? bilingual(undefined, code);

  return (facts: FactsByArea, window: { from: Date; to: Date }): IndexResult => {
    const tree = areas();
    const result = computeAreaTree({
      framework,
      areas: tree.map(({ code, parent, level, name }) => ({
        code,
        parent,
        level,
        nameZh: name.zh,
        nameEn: name.en,
      })),
      facts: factsOfLeaves(facts, tree),
    });
    const shown = tree.flatMap((area, i): IndexArea[] => {
      const scored = result.areas[i];
      if (scored === undefined) return [];
      const { band } = scored;
      return [
        {
          ...area,
          score: scored.score,
          band: band && { code: band.code, name: bilingual(band.name, band.code), colour: band.colour },
          rank: scored.rank,
          indicators: scored.indicators.map(
            ({ code, numerator, denominator, normalised, weight, contribution }) => ({
              code,
              name: nameOf(code),
              numerator: denominator > 0 ? numerator : null,
              denominator: denominator > 0 ? denominator : null,
              value: denominator > 0 ? numerator / denominator : null,
              score: normalised,
              weight,
              contribution,
            }),
          ),
        },
      ];
    });
    return {
      computedAt: timestamp(window.to),
      framework: { ...result.framework, name: bilingual(framework.name, framework.code) },
      window: { from: timestamp(window.from), to: timestamp(window.to) },
      areas: shown,
    };
  };
}
