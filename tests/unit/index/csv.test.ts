import { describe, expect, test } from 'vitest';
import { parseCsv } from '../../../dashboard/server/src/index/csv.ts';
import { compileModel, IndexError, readTable } from '../../../dashboard/server/src/index/index.ts';
import { frameworkOf, indicatorsOf } from './build.ts';

const cellsOf = (text: string) => parseCsv(text).map(({ cells }) => cells);
const model = compileModel(frameworkOf({ code: 'i', children: indicatorsOf(['a', 'b']) }));

function problemsOf(text: string, of = model): readonly string[] {
  try {
    readTable(of, text);
  } catch (error) {
    if (error instanceof IndexError) return error.problems;
    throw error;
  }
  return [];
}

describe('CSV', () => {
  test('has quoted cells, doubled quotes and line ends inside quotes', () => {
    expect(cellsOf('a,"b ""x"", c"\r\n"1\n2",\n')).toEqual([
      ['a', 'b "x", c'],
      ['1\n2', ''],
    ]);
  });

  test('may start with a byte order mark, end without a line end, and hold empty lines', () => {
    expect(cellsOf('\uFEFFa,b\n\n1,2\n,\n3, 4 ')).toEqual([
      ['a', 'b'],
      ['1', '2'],
      ['3', '4'],
    ]);
    expect(cellsOf('a,b\n1,')).toEqual([
      ['a', 'b'],
      ['1', ''],
    ]);
  });

  test('counts lines also through quoted line ends', () => {
    expect(parseCsv('a\n"1\n2"\nx').map(({ line }) => line)).toEqual([1, 2, 4]);
  });

  test('tells where a quote is not closed', () => {
    expect(() => parseCsv('a\n"1\n2')).toThrow(/line 2: a quoted cell is not closed/);
    expect(() => parseCsv('a\n"1"2')).toThrow(/line 2/);
  });
});

describe('a table read for a framework', () => {
  test('takes the first column as the units and leaves unknown columns out', () => {
    const table = readTable(model, 'where,b,note,a\nx,1,hello,-2.5e1\ny,NA,,\n');
    expect(table.units).toEqual(['x', 'y']);
    expect([...table.columns.keys()].sort()).toEqual(['a', 'b']);
    expect([...(table.columns.get('a') ?? [])]).toEqual([-25, Number.NaN]);
    expect([...(table.columns.get('b') ?? [])]).toEqual([1, Number.NaN]);
  });

  test('finds unit, group and parent where the framework names them', () => {
    const unit = { id: 'code', group: 'kind', parent: 'street' };
    const named = compileModel(frameworkOf({ code: 'i', children: indicatorsOf(['a']) }, { unit }));
    const table = readTable(named, 'a,code,kind,street\n1,x,k,s\n');
    expect(table).toMatchObject({ units: ['x'], groups: ['k'], parents: ['s'] });
  });

  test('reports every bad cell by line and column', () => {
    expect(problemsOf('u,a,b\nx,1;5,2\ny,3,"1,000"\nx,1,2\n,1,2\nz,1\nw,Infinity,0x10\n')).toEqual([
      'line 4: unit "x" is already on line 2',
      'line 5, column 1: the unit has no name',
      'line 6: 2 cells, but 3 columns',
      expect.stringMatching(/^line 2, column "a": "1;5" is not a number/),
      expect.stringMatching(/^line 7, column "a": "Infinity"/),
      expect.stringMatching(/^line 3, column "b": "1,000"/),
      expect.stringMatching(/^line 7, column "b": "0x10"/),
    ]);
  });

  test('reports missing and doubled columns', () => {
    expect(problemsOf('u,a,a\nx,1,2\n')).toEqual([
      'line 1, column 3: "a" is there twice',
      expect.stringMatching(/^line 1: no column "b", which indicator "b" needs; there are u, a, a/),
    ]);
  });

  test('refuses a file without rows', () => {
    expect(problemsOf('u,a,b\n')).toEqual([expect.stringMatching(/at least one row/)]);
    expect(problemsOf('')).toHaveLength(1);
  });

  test.each([
    ['u;a;b\nx;1;2\n', /^line 1, column 1: the cells seem to be separated by ";"; save the file with commas/],
    ['\n\nu\ta\tb\nx\t1\t2\n', /^line 3, column 1: .* separated by tabs/],
    ['u,a,b\nx,1,\uFFFD\uFFFD\n', /^line 2: is not UTF-8 text/],
    ['u\0,\0a', /^line 1: is not UTF-8 text/],
  ])('tells what is wrong with the file %j as a whole', (text, pattern) => {
    expect(problemsOf(text)).toEqual([expect.stringMatching(pattern)]);
  });

  test.each([
    ['95%', /without the percent sign/],
    ['-1.5 ‰', /without the percent sign/],
    ['"1,234"', /without thousands separators/],
    ['1 234 567.8', /without thousands separators/],
    ['"3,5"', /decimals after a point/],
    ['12３', /use plain digits/],
    ['1e999', /too large/],
    ['-', /leave it empty or NA/],
    ['#DIV/0!', /leave it empty or NA/],
  ])('tells line, column and remedy of the cell %s', (cell, pattern) => {
    const [problem, ...others] = problemsOf(`u,a,b\r\n"x\ny",1,2\r\nz,${cell},2\r\n`);
    expect(problem).toMatch(/^line 4, column "a": /);
    expect(problem).toMatch(pattern);
    expect(others).toEqual([]);
  });
});
