import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parseCsv } from '../../../dashboard/server/src/index/csv.ts';
import {
  compileModel,
  computeIndex,
  parseFrameworkYaml,
  readTable,
} from '../../../dashboard/server/src/index/index.ts';

const fixture = (name: string) =>
  readFileSync(new URL(`../../fixtures/index/${name}`, import.meta.url), 'utf8');

describe('the Human Development Index of 2021', () => {
  const framework = parseFrameworkYaml(fixture('hdi.yaml'));
  const csv = fixture('hdi-2021.csv');
  const published = new Map(
    parseCsv(csv)
      .slice(1)
      .map(({ cells }) => [cells[0], Number(cells[5])]),
  );
  const result = computeIndex({
    framework,
    table: readTable(compileModel(framework), csv),
    softwareVersion: 'test',
  });
  const scores = result.nodes[0]?.scores ?? new Float64Array();

  test.each([
    ['CHE', 0.962],
    ['NOR', 0.961],
    ['AUS', 0.951],
    ['SGP', 0.939],
    ['CHN', 0.768],
    ['IND', 0.633],
    ['NER', 0.4],
    ['SSD', 0.385],
  ])('of %s is %f, as in the Human Development Report 2021/2022', (country, value) => {
    expect(scores[result.units.indexOf(country)]).toBeCloseTo(value, 3);
  });

  test('equals the published value to three decimals for all 191 countries', () => {
    const rounded = result.units.map((unit, i) => [unit, Number((scores[i] ?? 0).toFixed(3))]);
    expect(rounded).toHaveLength(191);
    expect(rounded).toEqual(result.units.map((unit) => [unit, published.get(unit)]));
  });

  test('ranks Switzerland first and South Sudan last', () => {
    const ranks = result.nodes[0]?.ranks;
    expect(ranks?.[result.units.indexOf('CHE')]).toBe(1);
    expect(ranks?.[result.units.indexOf('SSD')]).toBe(191);
  });

  test('caps expected schooling at 18 years', () => {
    const schooling = result.nodes.find((node) => node.code === 'expected-schooling');
    expect(schooling?.scores[result.units.indexOf('AUS')]).toBe(1);
  });
});
