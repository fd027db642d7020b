import { deflateRawSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { decodeText, parseCsv, writeCsv } from '../../../dashboard/server/src/reports/csv-text.ts';
import { readDay, readMoment } from '../../../dashboard/server/src/reports/import-cells.ts';
import { placeColumns } from '../../../dashboard/server/src/reports/import-kinds.ts';
import { type RowSetting, readRows } from '../../../dashboard/server/src/reports/import-rows.ts';
import { checkZip } from '../../../dashboard/server/src/reports/zip-size.ts';

const SHANGHAI = 'Asia/Shanghai';

describe('CSV', () => {
  test('is read with BOM, CRLF, quotes, line breaks in quotes and other separators', () => {
    expect(parseCsv('\uFEFFa,b\r\n"x ""y""","1\n2"\r\n')).toEqual([
      ['a', 'b'],
      ['x "y"', '1\n2'],
    ]);
    expect(parseCsv('a;b\n1,5;2')).toEqual([
      ['a', 'b'],
      ['1,5', '2'],
    ]);
    expect(parseCsv('a\tb\n1\t')).toEqual([
      ['a', 'b'],
      ['1', ''],
    ]);
    expect(() => parseCsv('a\n"1')).toThrow(/quote/);
  });

  test('is read from UTF-8 and from GB 18030', () => {
    expect(decodeText(Buffer.from('人口'))).toBe('人口');
    expect(decodeText(Buffer.from('c8cbbfda', 'hex'))).toBe('人口');
  });

  test('that is written can be read again and holds no formula', () => {
    const rows = [
      ['名称', 'a,b'],
      ['=HYPERLINK("x")', '-5'],
    ];
    const read = parseCsv(decodeText(writeCsv(rows)));
    expect(read[0]).toEqual(rows[0]);
    expect(read[1]).toEqual(['\'=HYPERLINK("x")', '-5']);
  });
});

describe('times', () => {
  test.each([
    ['2026-11-01 08:30', '2026-11-01T00:30:00.000Z'],
    ['2026/11/1 8:30:05', '2026-11-01T00:30:05.000Z'],
    ['2026年11月1日 08:30', '2026-11-01T00:30:00.000Z'],
    ['2026-11-01', '2026-10-31T16:00:00.000Z'],
    ['2026-11-01T08:30:00Z', '2026-11-01T08:30:00.000Z'],
    ['2026-11-01T08:30:00+02:00', '2026-11-01T06:30:00.000Z'],
    ['2026-11-01T08:30:00-0530', '2026-11-01T14:00:00.000Z'],
  ])('%s is read in the centre’s zone unless it names another', (text, iso) => {
    expect(new Date(readMoment(text, SHANGHAI) ?? 0).toISOString()).toBe(iso);
  });

  test('follow the clock change of a zone that has one', () => {
    expect(readMoment('2026-07-01 12:00', 'Europe/Berlin')).toBe(Date.parse('2026-07-01T10:00:00Z'));
    expect(readMoment('2026-01-01 12:00', 'Europe/Berlin')).toBe(Date.parse('2026-01-01T11:00:00Z'));
  });

  test.each([
    '',
    '08:30',
    '2026-02-30',
    '2026-13-01',
    '2026-11-01 24:30',
    '01/02/2026',
    '45000',
  ])('"%s" is none', (text) => expect([readMoment(text, SHANGHAI), readDay(text)]).toEqual([null, null]));
});

describe('rows', () => {
  const setting: RowSetting = {
    areaKind: (code) => (code === 'g1' ? 'leaf' : code === 'd' ? 'parent' : 'unknown'),
    timeZone: SHANGHAI,
    now: Date.parse('2026-11-22T00:00:00Z'),
  };
  const read = (text: string) => {
    const [header = [], ...rows] = parseCsv(text);
    return readRows('incidents', { rows, places: placeColumns('incidents', header) }, setting);
  };
  const head = 'source,externalId,area,category,occurredAt,reportedAt,closedAt,reworked,deaths';

  test('may name columns and values in Chinese or English, in any order', () => {
    const { incidents, refusals } = read(
      '类别,区域编码,事件编号,来源,上报时间,发生时间\nrobbery,g1,a,网格,2026-11-01 09:00,2026-11-01 08:00\n抢劫,g1,b,Property,2026-11-01 09:00,2026-11-01 08:00',
    );
    expect(refusals).toEqual([]);
    expect(incidents).toMatchObject([
      { source: 'grid', category: 'robbery', deaths: 0, reworked: false, dueAt: null },
      { source: 'property', category: 'robbery' },
    ]);
  });

  test.each([
    ['110,a,d,fire,2026-11-01,2026-11-01,,,', 'area'],
    ['110,a,x,fire,2026-11-01,2026-11-01,,,', 'area'],
    ['110,a,g1,ufo,2026-11-01,2026-11-01,,,', 'category'],
    ['110,,g1,fire,2026-11-01,2026-11-01,,,', 'externalId'],
    ['110,a,g1,fire,2030-11-01,2026-11-01,,,', 'occurredAt'],
    ['110,a,g1,fire,1999-11-01,2026-11-01,,,', 'occurredAt'],
    ['110,a,g1,fire,2026-11-02,2026-11-02,2026-11-01,,', 'closedAt'],
    ['110,a,g1,fire,2026-11-01,2026-11-01,,maybe,', 'reworked'],
    ['110,a,g1,fire,2026-11-01,2026-11-01,,,1.5', 'deaths'],
    ['110,a,g1,fire,2026-11-01,2026-11-01,,,-1', 'deaths'],
    ['fax,a,g1,fire,2026-11-01,2026-11-01,,,', 'source'],
  ])('%s is refused for %s with a remedy in both languages', (row, column) => {
    const { incidents, refusals, refusedRows } = read(`${head}\n${row}`);
    expect([incidents, refusedRows]).toEqual([[], 1]);
    expect(refusals).toMatchObject(
      [{ row: 2, column, message: { zh: /./, en: /./ } }].map(({ row: r, column: c }) => ({
        row: r,
        column: c,
      })),
    );
    expect(refusals[0]?.message.zh).toMatch(/\p{Script=Han}/u);
  });

  test('that tell of the same thing twice are refused though they are written differently', () => {
    const row = (date: string) => `g1,patrols-done,${date},1`;
    const [header = [], ...rows] = parseCsv(
      `area,measure,date,value\n${row('2026-11-01')}\n${row('2026/11/1')}`,
    );
    const { measures, refusals } = readRows(
      'measures',
      { rows, places: placeColumns('measures', header) },
      setting,
    );
    expect(measures).toHaveLength(1);
    expect(refusals).toMatchObject([{ row: 3 }]);
  });
});

/** A zip file of one deflated entry whose headers say `claimed` bytes. */
function zipOf(content: Buffer, claimed: number): Buffer {
  const packed = deflateRawSync(content);
  const name = Buffer.from('a');
  const local = Buffer.alloc(30);
  local.writeUInt32LE(0x04034b50, 0);
  local.writeUInt16LE(8, 8);
  local.writeUInt32LE(packed.length, 18);
  local.writeUInt32LE(claimed, 22);
  local.writeUInt16LE(1, 26);
  const entry = Buffer.alloc(46);
  entry.writeUInt32LE(0x02014b50, 0);
  entry.writeUInt16LE(8, 10);
  entry.writeUInt32LE(packed.length, 20);
  entry.writeUInt32LE(claimed, 24);
  entry.writeUInt16LE(1, 28);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(1, 10);
  end.writeUInt32LE(31 + packed.length, 16);
  return Buffer.concat([local, name, packed, entry, name, end]);
}

test('a zip file that unpacks to more than allowed is refused, whatever it claims', () => {
  expect(() => checkZip(zipOf(Buffer.alloc(1000), 1000), 1000)).not.toThrow();
  expect(() => checkZip(zipOf(Buffer.alloc(1_000_000), 10), 100_000)).toThrow(RangeError);
  expect(() => checkZip(Buffer.from('PK and nothing else that a zip has'), 10)).toThrow(/zip/);
});
