import { type Answer, type RunningDashboard, startDashboard } from '../../support/dashboard.ts';

export const DISTRICT = '440306';
export const PASSWORD = 'long enough';

/** Any value of an answer, for reading only. */
export type Json = ReturnType<typeof JSON.parse>;

export type Centre = RunningDashboard & {
  /** Cookies by user name: analysts `an`, `bo`; an operator, a viewer. */
  cookies: Record<'an' | 'bo' | 'operator' | 'viewer', string>;
  grids: string[];
  /** Sends a file as a browser would. */
  upload(kind: string, file: { name: string; bytes: Uint8Array | string }, cookie?: string): Promise<Answer>;
  get(path: string, cookie?: string): Promise<Json>;
  post(path: string, body: object, cookie?: string): Promise<{ status: number; body: Json }>;
};

export async function startCentre(): Promise<Centre> {
  const dashboard = await startDashboard();
  const cookies = { an: '', bo: '', operator: '', viewer: '' };
  for (const [username, role] of [
    ['an', 'analyst'],
    ['bo', 'analyst'],
    ['operator', 'operator'],
    ['viewer', 'viewer'],
  ] as const) {
    const { status } = await dashboard.api('/api/v1/users', {
      method: 'POST',
      body: { username, password: PASSWORD, role },
    });
    if (status !== 201) throw new Error(`adding ${username} answered ${status}`);
    cookies[username] = await dashboard.signIn(username, PASSWORD);
  }
  const read = (body: unknown): Json => JSON.parse(JSON.stringify(body));
  const areas = read((await dashboard.api('/api/v1/areas')).body);
  const grids: string[] = areas.items
    .filter(({ level }: { level: string }) => level === 'grid')
    .map(({ code }: { code: string }) => code);
  return {
    ...dashboard,
    cookies,
    grids,
    async upload(kind, { name, bytes }, cookie = cookies.an) {
      const form = new FormData();
      form.set('file', new Blob([Buffer.from(bytes)]), name);
      const response = await fetch(`${dashboard.url}/api/v1/imports/${kind}`, {
        method: 'POST',
        body: form,
        headers: { cookie },
      });
      return { status: response.status, body: await response.json(), headers: response.headers };
    },
    async get(path, cookie = cookies.an) {
      const { status, body } = await dashboard.api(path, { cookie });
      if (status !== 200) throw new Error(`${path} answered ${status}: ${JSON.stringify(body)}`);
      return read(body);
    },
    async post(path, body, cookie = cookies.an) {
      const answer = await dashboard.api(path, { method: 'POST', body, cookie });
      return { status: answer.status, body: read(answer.body) };
    },
  };
}

const HEAD = '来源,事件编号,区域编码,类别,发生时间,上报时间,报至区市时间,办结期限,办结时间,是否返工,死亡人数';

/** A CSV of incidents; `worse` grids have three times the cases. */
export function incidentCsv(month: string, grids: readonly string[], worse: readonly string[] = []): string {
  const rows = [HEAD];
  let number = 0;
  const add = (
    grid: string,
    category: string,
    day: number,
    rest = `${month}-30 18:00,${month}-29 10:00,否,0`,
  ) => {
    number += 1;
    const date = `${month}-${String(day).padStart(2, '0')}`;
    rows.push(`110,${month}-${number},${grid},${category},${date} 08:30,${date} 08:40,${date} 10:00,${rest}`);
  };
  grids.forEach((grid, i) => {
    const times = worse.includes(grid) ? 3 : 1;
    for (let n = 0; n < (2 + i) * times; n += 1) add(grid, n % 2 ? 'theft' : '盗窃', 1 + ((n * 7 + i) % 28));
    add(grid, 'dispute', 5);
    add(grid, 'fire', 1 + i);
    add(grid, 'work-hazard', 9);
    add(grid, 'fire-hazard', 10);
  });
  const [first = '', ...others] = grids;
  add(first, 'robbery', 1);
  add(others[0] ?? first, 'other', 28);
  return rows.join('\r\n');
}

export function measureCsv(month: string, grids: readonly string[]): string {
  const rows = ['area,measure,date,value'];
  grids.forEach((grid, i) => {
    for (const [measure, value] of [
      ['patrols-planned', 100],
      ['patrols-done', 90 - i],
      ['sites-required', 20],
      ['sites-covered', 18],
      ['answers', 50],
      ['answers-satisfied', 40 + (i % 5)],
    ] as const) {
      rows.push(`${grid},${measure},${month}-15,${value}`);
    }
  });
  return rows.join('\n');
}

export const populationCsv = (grids: readonly string[]): string =>
  ['区域编码,生效日期,人口', ...grids.map((grid, i) => `${grid},2026-01-01,${12_000 + i * 1000}`)].join('\n');
