/** The buyer's tools as they are called: on real footage, with the real network. */
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, describe, expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '../../..');
const STREET = join(ROOT, 'tests/fixtures/media/street.mp4');
const TRUTH = join(ROOT, 'tests/eval/alerts/fixtures/truth.txt');
const RULES = join(ROOT, 'tests/eval/alerts/rules.yaml');
const folder = mkdtempSync(join(tmpdir(), 'pingan-tools-'));
const file = (name: string) => join(folder, name);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

type Ended = { code: number; stdout: string; stderr: string };
const run = promisify(execFile);
const gateway = (...args: string[]): Promise<Ended> =>
  run(process.execPath, ['gateway/src/main.ts', ...args], { cwd: ROOT }).then(
    ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
    (error: Ended) => ({ code: error.code, stdout: error.stdout, stderr: error.stderr }),
  );

describe('track and evaluate', () => {
  test('follow the people of the street well enough, in pixels and frames of the source', async () => {
    const output = file('tracks.txt');
    expect(await gateway('track', '--input', STREET, '--output', output)).toMatchObject({ code: 0 });
    const rows = readFileSync(output, 'utf8')
      .trim()
      .split('\n')
      .map((line) => line.split(',').map(Number));
    expect(Math.max(...rows.map(([frame = 0]) => frame))).toBeLessThanOrEqual(200);
    expect(new Set(rows.map(([frame = 0]) => frame)).size).toBe(140);
    const labelled = readFileSync(TRUTH, 'utf8')
      .split('\n')
      .filter((line) => Number.parseInt(line, 10) <= 200);
    writeFileSync(file('truth.txt'), labelled.join('\n'));
    const judged = await gateway(
      ...['evaluate', '--truth', file('truth.txt'), '--result', output, '--json'],
      ...['--source-fps', '10', '--sample-fps', '1'],
    );
    const figures: { mota: number; idf1: number; frames: number } = JSON.parse(judged.stdout);
    expect(figures.frames).toBe(20);
    expect(figures.mota).toBeGreaterThan(0.75);
    expect(figures.idf1).toBeGreaterThan(0.7);
  });

  test('raw detections have no identity and reach down to weak scores', async () => {
    const output = file('detections.txt');
    await gateway('track', '--input', STREET, '--output', output, '--detections', '--sample-fps', '1');
    const rows = readFileSync(output, 'utf8')
      .trim()
      .split('\n')
      .map((line) => line.split(',').map(Number));
    expect(new Set(rows.map(([, id]) => id))).toEqual(new Set([-1]));
    const scores = rows.map(([, , , , , , score = 0]) => score);
    expect(Math.min(...scores)).toBeLessThan(0.1);
    expect(Math.min(...scores)).toBeGreaterThanOrEqual(0.049);
  });
});

describe('replay', () => {
  test('gives the same events each time', async () => {
    const once = () => gateway('replay', '--input', STREET, '--rules', RULES, '--json');
    const [first, second] = [await once(), await once()];
    expect(first.stdout.split('\n').length).toBeGreaterThan(20);
    expect(second.stdout).toBe(first.stdout);
    const event: unknown = JSON.parse(first.stdout.split('\n')[0] ?? '');
    expect(event).toMatchObject({ kind: 'raised', seconds: expect.any(Number), detail: { rule: {} } });
  });
});

describe('a call that cannot work says why', () => {
  test.each([
    [['track', '--output', 'x'], 2, /--input is missing/],
    [['track', '--input', 'none.mp4', '--output', 'x'], 1, /none\.mp4.*(No such file|cannot be read)/s],
    [
      ['track', '--input', STREET, '--output', 'x', '--sample-fps', '0'],
      2,
      /--sample-fps is "0": give a number from/,
    ],
    [['track', '--input', STREET, '--output', 'x', '--labels', 'ghost'], 2, /--labels names "ghost"/],
    [['evaluate', '--truth', 'none.txt', '--result', TRUTH], 2, /--truth: no such file: none\.txt/],
    [['replay', '--input', STREET, '--rules', TRUTH], 2, /--rules .*truth\.txt/],
    [['dance'], 2, /usage/],
  ])('%j', async (args, code, message) => {
    const ended = await gateway(...args);
    expect(ended.code).toBe(code);
    expect(ended.stderr).toMatch(message);
  });
});
