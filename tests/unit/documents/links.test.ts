import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { checkConfig } from '../../../dashboard/server/src/config/load.ts';

const skipped = /node_modules|dist\/|\.cache|^data\//;
const pages = globSync('**/*.md').filter((path) => !skipped.test(path));

test('there are pages to look at', () => expect(pages.length).toBeGreaterThan(20));

test.each(pages)('every link of %s leads to a file', (page) => {
  const links = [...readFileSync(page, 'utf8').matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)/g)].map(
    (match) => match[1] ?? '',
  );
  const broken = links.filter((link) => !/^[a-z]+:/.test(link) && !existsSync(join(dirname(page), link)));
  expect(broken).toEqual([]);
});

test('every npm script that the README names exists', () => {
  const { scripts } = JSON.parse(readFileSync('package.json', 'utf8'));
  const named = [...readFileSync('README.md', 'utf8').matchAll(/npm run (?:-s )?([a-z:]+)/g)].map(
    (match) => match[1] ?? '',
  );
  expect(named.filter((name) => !(name in scripts))).toEqual([]);
  expect(named).toContain('up');
});

test('the dashboard’s example configuration is valid', () => {
  expect(checkConfig(parse(readFileSync('config/dashboard.example.yaml', 'utf8')), 'example').http.port).toBe(
    8080,
  );
});
