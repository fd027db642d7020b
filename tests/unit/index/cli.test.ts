import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runIndexCommand } from '../../../dashboard/server/src/index-cli.ts';

let folder = '';
const file = (name: string) => join(folder, name);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pingan-index-'));
  await writeFile(
    file('f.yaml'),
    'code: f\nversion: "1"\nindex: { code: i, children: [{ code: a }, { code: b }] }\n',
  );
  await writeFile(file('d.csv'), 'unit,a,b\nx,1,2\ny,3,4\nz,NA,\n');
  await writeFile(
    file('bad.yaml'),
    'code: f\nversion: "1"\nweigth: 1\nindex: { code: i, children: [{ code: a, wieght: 2 }] }\n',
  );
  await writeFile(file('bad.csv'), 'unit,a,b\nx,one,2\n');
  await writeFile(file('no.yaml'), 'a: [1\n');
});

afterAll(() => rm(folder, { recursive: true }));

async function run(...args: string[]) {
  let out = '';
  let err = '';
  const code = await runIndexCommand(args, {
    out: (text) => {
      out += text;
    },
    err: (text) => {
      err += text;
    },
  });
  return { code, out, err };
}

const inputs = () => ['--framework', file('f.yaml'), '--data', file('d.csv')];

describe('index compute', () => {
  test('prints the ranking and writes scores.csv', async () => {
    const { code, out } = await run('compute', ...inputs(), '--out', file('scores.csv'));
    expect(code).toBe(0);
    expect(out).toMatch(/1 +100\.000 {2}y\n +2 +0\.000 {2}x\n2 units with a score, 1 insufficient/);
    expect((await readFile(file('scores.csv'), 'utf8')).split('\n')[2]).toBe('y,100,1,,1,100,1,,1,100,1,,1');
  });

  test('prints JSON with hashes and versions', async () => {
    const { code, out } = await run('compute', ...inputs(), '--json');
    const result = JSON.parse(out);
    expect(code).toBe(0);
    expect(result.provenance).toMatchObject({
      framework: { code: 'f', version: '1' },
      inputsSha256: expect.stringMatching(/^[0-9a-f]{64}$/),
      softwareVersion: expect.stringMatching(/^\d+\.\d+\.\d+/),
    });
    expect(result.units.map(({ score }: { score: number | null }) => score)).toEqual([0, 100, null]);
  });

  test('tells all problems of a framework with file and path, and exits 1', async () => {
    const { code, err } = await run('compute', '--framework', file('bad.yaml'), '--data', file('d.csv'));
    expect(code).toBe(1);
    expect(err.trim().split('\n')).toEqual([
      expect.stringMatching(/bad\.yaml: weigth: unknown key/),
      expect.stringMatching(/bad\.yaml: index\.children\[0\]\.wieght: unknown key/),
    ]);
  });

  test('tells line and column of a bad cell', async () => {
    const { code, err } = await run('compute', '--framework', file('f.yaml'), '--data', file('bad.csv'));
    expect(code).toBe(1);
    expect(err).toMatch(/bad\.csv: line 2, column "a": "one" is not a number/);
  });

  test('tells that a file is not YAML', async () => {
    const { code, err } = await run('compute', '--framework', file('no.yaml'), '--data', file('d.csv'));
    expect(code).toBe(1);
    expect(err).toMatch(/no\.yaml: is not YAML/);
  });

  test('exits 2 with the usage or the reason for a wrong command line or file', async () => {
    expect(await run()).toMatchObject({ code: 2, err: expect.stringMatching(/^usage/) });
    expect(await run('compute')).toMatchObject({
      code: 2,
      err: expect.stringMatching(/--framework and --data are needed/),
    });
    expect(await run('compute', ...inputs(), '--runs', '3')).toMatchObject({
      code: 2,
      err: expect.stringMatching(/--runs/),
    });
    expect(await run('compute', '--framework', file('none'), '--data', file('d.csv'))).toMatchObject({
      code: 2,
      err: expect.stringMatching(/none: cannot be read/),
    });
    expect(await run('compute', ...inputs(), '--out', folder)).toMatchObject({
      code: 2,
      err: expect.stringMatching(/cannot be written/),
    });
  });
});

describe('index compute on awkward data', () => {
  async function compute(rows: string, ...args: string[]) {
    await writeFile(file('awkward.csv'), rows);
    return run('compute', '--framework', file('rates.yaml'), '--data', file('awkward.csv'), ...args);
  }

  beforeAll(() =>
    writeFile(
      file('rates.yaml'),
      'code: f\nversion: "1"\nindex: { code: i, children: [{ code: a, denominator: { column: n } }, { code: b }] }\n',
    ),
  );

  test('reads a byte order mark, CRLF and line ends inside quotes', async () => {
    const { code, out } = await compute('\uFEFFunit,a,n,b\r\n"north\nside",1,2,3\r\ny,2,3,4\r\n');
    expect(code).toBe(0);
    expect(out).toMatch(/2 units with a score, 0 insufficient/);
  });

  test('notes columns without values, without differences, and denominators of 0', async () => {
    const { code, err, out } = await compute('unit,a,n,b\nx,1,0,5\ny,2,0,5\n', '--json');
    expect(code).toBe(0);
    expect(err.trim().split('\n')).toEqual([
      expect.stringMatching(/note: indicator "a": no unit has a value/),
      expect.stringMatching(/note: indicator "b": all units have the same value/),
    ]);
    expect(JSON.parse(out).notes).toHaveLength(2);
    const some = await compute('unit,a,n,b\nx,1,0,5\ny,2,1,6\nz,2,2,5\n');
    expect(some.err).toMatch(/"a": 1 of 3 units are missing because the denominator "n"/);
  });

  test('tells that a file is empty, or has a unit twice', async () => {
    expect(await compute('')).toMatchObject({ code: 1, err: expect.stringMatching(/at least one row/) });
    expect(await compute('unit,a,n,b\nx,1,1,1\nx,1,1,1\n')).toMatchObject({
      code: 1,
      err: expect.stringMatching(/line 3: unit "x" is already on line 2/),
    });
  });

  test('computes 100,000 rows, and writes their JSON in pieces', async () => {
    const rows = Array.from({ length: 100_000 }, (_, i) => `u${i},${i % 97},${1 + (i % 31)},${i}`);
    const { code, out } = await compute(`unit,a,n,b\n${rows.join('\n')}\n`, '--json');
    expect(code).toBe(0);
    expect(JSON.parse(out).units).toHaveLength(100_000);
  });
});

describe('index sensitivity', () => {
  test('prints the same JSON for the same seed, with effects', async () => {
    const args = ['sensitivity', ...inputs(), '--runs', '50', '--seed', '7', '--json'];
    const first = await run(...args);
    expect(first.code).toBe(0);
    expect((await run(...args)).out).toBe(first.out);
    const result = JSON.parse(first.out);
    expect(result).toMatchObject({
      runs: 50,
      seed: 7,
      oneAtATime: expect.any(Array),
      leaveOneOut: expect.any(Array),
    });
    expect(result.units[0]).toMatchObject({ unit: 'y', rank: 1, rankLow: 1, rankHigh: 1 });
  });

  test('prints intervals and effects for people', async () => {
    const { code, out } = await run('sensitivity', ...inputs(), '--runs', '20');
    expect(code).toBe(0);
    expect(out).toMatch(/20 runs, seed 1, 90 % intervals/);
    expect(out).toMatch(/without a: ranks move by 0\.00/);
  });

  test.each(['0', '-1', 'many', '1.5', '1000000'])('refuses %s runs', async (runs) => {
    const { code, err } = await run('sensitivity', ...inputs(), `--runs=${runs}`);
    expect(code).toBe(2);
    expect(err).toMatch(/--runs: .* must be a whole number from 1 to 100000/);
  });
});
