import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { silentLogger } from '../../../dashboard/server/src/base/log.ts';
import { readWorkbook } from '../../../dashboard/server/src/reports/documents.ts';
import { EmbeddedDatabase } from '../../../dashboard/server/src/store/embedded-database.ts';
import {
  type Centre,
  DISTRICT,
  incidentCsv,
  type Json,
  measureCsv,
  populationCsv,
  startCentre,
} from './centre.ts';

let centre: Centre;
let august: Json;
let september: Json;
const AUGUST = { kind: 'month', start: '2026-08-01' };
const SEPTEMBER = { kind: 'month', start: '2026-09-01' };

beforeAll(async () => {
  centre = await startCentre();
  const { grids } = centre;
  for (const [kind, text] of [
    ['population', populationCsv(grids)],
    ['incidents', incidentCsv('2026-08', grids)],
    ['incidents', incidentCsv('2026-09', grids, grids.slice(0, 3))],
    ['measures', measureCsv('2026-08', grids)],
    ['measures', measureCsv('2026-09', grids)],
  ] as const) {
    const { status, body } = await centre.upload(kind, { name: `${kind}.csv`, bytes: text });
    expect([status, body]).toMatchObject([200, { refusedRows: 0, unchanged: 0 }]);
  }
  august = await compute(AUGUST);
  september = await compute(SEPTEMBER);
});
afterAll(() => centre?.stop());

const compute = async (period: object): Promise<Json> => {
  const { status, body } = await centre.post('/api/v1/index/publications', { period });
  expect([status, body]).toMatchObject([201, { state: 'draft' }]);
  return body;
};
const path = (id: string, rest = '') => `/api/v1/index/publications/${id}${rest}`;

describe('a publication', () => {
  test('goes from draft by one person to published by another, and a new version supersedes it', async () => {
    const head = august;
    expect(head).toMatchObject({ version: 1, period: AUGUST, author: 'an', framework: { code: 'pingan' } });
    expect(head.score).toBeGreaterThan(0);
    const full = await centre.get(path(head.id));
    expect(full.areas).toHaveLength(15);
    expect(full.draftText.zh).toContain('2026-08');
    expect(full.text).toEqual(full.draftText);

    const text = { zh: '八月形势平稳。', en: 'August was calm.' };
    const edited = await centre.api(path(head.id), {
      method: 'PATCH',
      body: { text },
      cookie: centre.cookies.an,
    });
    expect(edited.status).toBe(200);
    expect((await centre.post(path(head.id, '/approve'), {}, centre.cookies.bo)).status).toBe(409);
    expect((await centre.post(path(head.id, '/submit'), {})).body).toMatchObject({ state: 'submitted' });
    expect((await centre.post(path(head.id, '/submit'), {})).status).toBe(409);
    const own = await centre.post(path(head.id, '/approve'), {});
    expect([own.status, own.body]).toMatchObject([
      403,
      { code: 'same-person', message: expect.stringContaining('an') },
    ]);
    const approved = await centre.post(path(head.id, '/approve'), {}, centre.cookies.bo);
    expect(approved.body).toMatchObject({ state: 'published', approver: 'bo' });
    expect(await centre.get(path(head.id))).toMatchObject({ text, draftText: full.draftText });
    const late = await centre.api(path(head.id), {
      method: 'PATCH',
      body: { text },
      cookie: centre.cookies.an,
    });
    expect(late.status).toBe(409);

    const second = await compute(AUGUST);
    expect(second).toMatchObject({ version: 2, inputsSha256: head.inputsSha256, score: head.score });
    await centre.post(path(second.id, '/submit'), {}, centre.cookies.bo);
    expect(await centre.get(path(head.id))).toMatchObject({ state: 'published' });
    await centre.post(path(second.id, '/approve'), {}, centre.cookies.bo);
    expect(await centre.get(path(head.id))).toMatchObject({ state: 'superseded' });
    const actions = (await centre.store.audit.all())
      .filter(({ target }) => target === head.id)
      .map(({ action }) => action);
    expect(actions).toEqual([
      'publication.compute',
      'publication.edit',
      'publication.submit',
      'publication.approve',
    ]);
  });

  test('is kept by the database from every change of its result, and from deletion', async () => {
    const head = august;
    const url = await new EmbeddedDatabase(`${centre.dataDir}/database`, silentLogger).findRunning();
    const client = new pg.Client({ connectionString: url ?? '' });
    await client.connect();
    try {
      for (const statement of [
        `update publications set score = 100 where id = '${head.id}'`,
        `update publications set content = '{}' where id = '${head.id}'`,
        `update publications set draft_zh = 'x' where id = '${head.id}'`,
        `update publications set text_zh = 'x' where state = 'published'`,
        'update publication_scores set score = 100',
        'delete from publication_scores',
        'delete from publications',
        'truncate publications cascade',
      ]) {
        await expect(client.query(statement)).rejects.toThrow(/never changes|only grows/);
      }
    } finally {
      await client.end();
    }
  });

  test('lists its areas by level or below one, and says what each score is made of', async () => {
    const head = september;
    const streets = await centre.get(path(head.id, '?level=street'));
    expect(streets.areas).toHaveLength(2);
    expect(streets.areas[0].rankInterval).toHaveLength(2);
    const below = await centre.get(path(head.id, `?area=${DISTRICT}`));
    expect(below.areas.map(({ code }: Json) => code)).toContain(DISTRICT);
    expect(below.areas).toHaveLength(3);
    const [root] = below.areas;
    const pillars = root.nodes.filter(({ parent }: Json) => parent === root.nodes[0].code);
    expect(pillars.map(({ name }: Json) => name.zh)).toEqual(
      expect.arrayContaining(['治安', '消防', '安全生产', '矛盾纠纷', '防范能力', '处置效能', '群众满意度']),
    );
    const cases = root.nodes.find(({ code }: Json) => code === 'reported-cases');
    expect(cases).toMatchObject({ kind: 'indicator', value: expect.any(Number) });
    expect(cases.value).toBeCloseTo((cases.numerator / cases.denominator) * 10_000, 6);
    const lane = root.nodes.find(({ code }: Json) => code === 'lane-alerts');
    expect(lane).toMatchObject({ score: null, value: null });
  });

  test.each([
    [{ kind: 'week', start: '2026-09-01' }, /Monday/],
    [{ kind: 'month', start: '2026-09-02' }, /first day/],
    [{ kind: 'day', start: '2026-02-30' }, /first day/],
    [{ kind: 'day', start: '2999-01-01' }, /future/],
  ])('of %j is refused with the reason', async (period, reason) => {
    const { status, body } = await centre.post('/api/v1/index/publications', { period });
    expect(status).toBe(400);
    expect(body).toMatchObject({ field: 'body.period.start', message: expect.stringMatching(reason) });
  });

  test('is listed with others page by page, newest period first', async () => {
    const seen: string[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const next: string = cursor === '' ? '' : `&cursor=${cursor}`;
      const page: Json = await centre.get(`/api/v1/index/publications?kind=month&limit=2${next}`);
      seen.push(...page.items.map(({ period, version }: Json) => `${period.start} ${version}`));
      cursor = page.next;
    }
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen).toEqual([...seen].sort().reverse());
    expect(seen.length).toBeGreaterThanOrEqual(3);
  });
});

describe('the difference', () => {
  test('of two months adds up from its parts, and names what got worse', async () => {
    for (const area of [DISTRICT, centre.grids[0]]) {
      const query = `publication=${september.id}&area=${area}&against=${august.id}`;
      const answer = await centre.get(`/api/v1/index/decomposition?${query}`);
      const sum = answer.parts.reduce((total: number, { part }: Json) => total + part, 0);
      expect(sum).toBeCloseTo(answer.difference, 9);
      expect(answer.to.score - answer.from.score).toBeCloseTo(answer.difference, 9);
      expect(answer.difference).toBeLessThan(0);
      expect(answer.parts.find(({ code }: Json) => code === 'reported-cases').part).toBeLessThan(0);
    }
  });

  test('of two areas adds up too; an unknown area and a missing publication are named', async () => {
    const { id } = september;
    const [a, b] = centre.grids;
    const answer = await centre.get(`/api/v1/index/decomposition?publication=${id}&area=${a}&against=${b}`);
    const sum = answer.parts.reduce((total: number, { part }: Json) => total + part, 0);
    expect(Math.abs(sum - answer.difference)).toBeLessThan(1e-9);
    const unknown = await centre.api(`/api/v1/index/decomposition?publication=${id}&area=${a}&against=999`);
    expect([unknown.status, unknown.body]).toMatchObject([400, { field: 'query.against' }]);
    const gone = await centre.api(`/api/v1/index/publications/00000000-0000-7000-8000-000000000000`);
    expect(gone.status).toBe(404);
  });

  test('shows in the trend, which says what is not published yet', async () => {
    const trend = await centre.get(`/api/v1/index/trend?area=${DISTRICT}&kind=month`);
    expect(trend.points.map(({ start }: Json) => start)).toEqual(['2026-08-01', '2026-09-01']);
    expect(trend.points.map(({ provisional }: Json) => provisional)).toEqual([false, true]);
    expect(trend.bands.map(({ code }: Json) => code)).toEqual(['red', 'amber', 'blue', 'green']);
  });
});

describe('sensitivity and sheets', () => {
  test('give the same answer for the same seed, kept with the publication', async () => {
    const { id } = september;
    const query = 'level=community&runs=100&seed=7';
    const first = await centre.get(path(id, `/sensitivity?${query}`));
    expect(first.areas).toHaveLength(4);
    expect(first.leaveOneOut.length).toBeGreaterThan(10);
    expect(first.oneAtATime).toHaveLength(14);
    expect(await centre.get(path(id, `/sensitivity?${query}`))).toEqual(first);
    const again = await compute(SEPTEMBER);
    expect((await centre.get(path(again.id, `/sensitivity?${query}`))).areas).toEqual(first.areas);
    expect((await centre.api(path(id, '/sensitivity?level=community&runs=5000'))).status).toBe(400);
  });

  test('tell what an indicator means and for how many grids it is known', async () => {
    const { id } = september;
    const { items } = await centre.get(path(id, '/sheet'));
    expect(items.find(({ code }: Json) => code === 'major-cases')).toMatchObject({
      direction: 'lower-is-better',
      target: 9,
      pillar: { zh: '治安' },
      coverage: { areas: 8, withData: 8 },
    });
    expect(items.find(({ code }: Json) => code === 'lane-alerts').coverage.withData).toBe(0);
  });
});

const PDF_READER = 'pdftotext';
const asBytes = (body: unknown): Buffer => (Buffer.isBuffer(body) ? body : Buffer.alloc(0));

describe('exports', () => {
  test('are a workbook that opens and a PDF with Chinese text', async () => {
    const { id, inputsSha256 } = september;
    const sheet = await centre.api(path(id, '/export.xlsx'), { cookie: centre.cookies.viewer });
    expect(sheet.headers.get('content-disposition')).toContain('pingan-index-month-2026-09-01');
    const about = new Map(
      (await readWorkbook(asBytes(sheet.body))).map(([item = '', value]) => [item, value]),
    );
    expect(about.get('状态 State')).toContain('未发布');
    expect(about.get('输入 SHA-256')).toBe(inputsSha256);

    const paper = await centre.api(path(id, '/export.pdf'));
    if (paper.status === 501) {
      expect(paper.body).toMatchObject({ message: expect.stringContaining('fonts-noto-cjk') });
      return;
    }
    const bytes = asBytes(paper.body);
    expect(bytes.subarray(0, 5).toString()).toBe('%PDF-');
    expect(bytes.toString('latin1')).toMatch(/\/Type \/Page\b/);
    const folder = await mkdtemp(join(tmpdir(), 'pingan-pdf-'));
    try {
      await writeFile(join(folder, 'a.pdf'), bytes);
      const { stdout, error } = spawnSync(PDF_READER, [join(folder, 'a.pdf'), '-'], { encoding: 'utf8' });
      if (error === undefined) expect(stdout).toMatch(/平安指数[\s\S]*治安/);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});
