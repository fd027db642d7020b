/** 平安指数 in Chromium on a real centre: from imported files to a publication that two persons signed. One page, in order. */
import { readFile } from 'node:fs/promises';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFailed, test } from 'vitest';
import {
  type Centre,
  incidentCsv,
  measureCsv,
  PASSWORD,
  populationCsv,
  startCentre,
} from '../integration/safety-index/centre.ts';
import { openBrowser, overflowOf, violationsOf, type Watch, watchPage } from '../support/browser.ts';
import { keepPicture } from './desk-page.ts';

/** The first of the sample streets. */
const STREET = '440306901';
let centre: Centre;
let browser: Browser;
let page: Page;
let watch: Watch;

async function signIn(name: string, password = PASSWORD): Promise<void> {
  await page.context().clearCookies();
  await page.goto(`${centre.url}/login`);
  await page.getByLabel('用户名').fill(name);
  await page.getByLabel('口令', { exact: true }).fill(password);
  await page.locator('button[type="submit"]').click();
  await page.getByRole('navigation', { name: '主导航' }).waitFor();
}

const open = async (path: string): Promise<void> => {
  await page.goto(`${centre.url}${path}`);
  await page.getByRole('main').waitFor();
};

/** What every page must be: no fault for those who cannot see it, and no wider than the window. */
async function isSound(name: string): Promise<void> {
  await page.locator('.spinner').first().waitFor({ state: 'detached' });
  expect(await violationsOf(page)).toEqual([]);
  expect((await overflowOf(page)).x).toBe(0);
  await keepPicture(page, `index-${name}`);
}

const panel = (name: string | RegExp) => page.getByRole('region', { name });

/** Computes the month that a day lies in; resolves when its draft is open. */
async function computeMonth(day: string, month: string): Promise<void> {
  await open('/index/publications?kind=month');
  const picker = page.getByLabel('所在日期');
  await picker.fill(day);
  await picker.press('Enter');
  await page.getByRole('button', { name: '计算新版本' }).click();
  await panel(`${month} · 第 1 版`).waitFor();
}

beforeAll(async () => {
  [centre, browser] = await Promise.all([startCentre(), openBrowser()]);
  for (const [kind, text] of [
    ['population', populationCsv(centre.grids)],
    ['incidents', incidentCsv('2026-08', centre.grids)],
    ['measures', measureCsv('2026-08', centre.grids)],
    ['measures', measureCsv('2026-09', centre.grids)],
  ] as const) {
    const { status } = await centre.upload(kind, { name: `${kind}.csv`, bytes: text });
    expect(status).toBe(200);
  }
  const context = await browser.newContext({
    viewport: { width: 1366, height: 768 },
    timezoneId: 'Asia/Shanghai',
    reducedMotion: 'reduce',
  });
  page = await context.newPage();
  page.setDefaultTimeout(30_000);
  watch = watchPage(page, centre.url);
});

afterAll(async () => {
  await browser?.close();
  await centre?.stop();
});

beforeEach(() => {
  onTestFailed(async () => {
    await keepPicture(page, 'index-failed').catch(() => undefined);
  });
});

describe('the index in Chromium', () => {
  test('an analyst imports incidents; refused rows are named with column and remedy', async () => {
    await signIn('an');
    await open('/index/imports');
    const text = `${incidentCsv('2026-09', centre.grids, centre.grids.slice(0, 3))}\r\n110,X-1,440306999,theft,2026-09-02 08:30,2026-09-02 08:40,,,,否,0`;
    await page
      .locator('input[type="file"]')
      .setInputFiles({ name: '九月警情.csv', mimeType: 'text/csv', buffer: Buffer.from(text) });
    await page.getByTestId('import-counts').getByText('拒绝 1 行').waitFor();
    await panel(/^导入结果/)
      .getByText('没有区域 440306999')
      .waitFor();
    await panel('上报事件').getByRole('row').nth(2).waitFor();
    await isSound('imports');
  });

  test('a template is downloaded with the columns that the import wants', async () => {
    const waiting = page.waitForEvent('download');
    await page.getByRole('button', { name: '下载 CSV 模板' }).click();
    const file = await waiting;
    expect(await readFile((await file.path()) ?? '', 'utf8')).toContain('发生时间');
  });

  test('two months are computed, and the draft speaks of what moved', async () => {
    await computeMonth('2026-08-15', '2026-08');
    await computeMonth('2026-09-15', '2026-09');
    const draft = panel(/^2026-09/).getByRole('region', { name: '系统草稿' });
    expect(await draft.innerText()).toContain('2026-09');
    await isSound('publications');
  });

  test('the overview drills down from the district to a grid and says where data is missing', async () => {
    await open('/index?kind=month');
    const ranking = panel('排名');
    await ranking.getByRole('row').nth(1).waitFor();
    await isSound('overview');
    const trail = page.getByRole('navigation', { name: '区域层级' });
    for (const depth of [2, 3, 4]) {
      await ranking.getByRole('row').nth(1).getByRole('button').click();
      await trail
        .getByRole('button')
        .nth(depth - 1)
        .waitFor();
    }
    await page.getByText('此级以下没有区域').waitFor();
    expect(await trail.getByRole('button').count()).toBe(4);
    await trail.getByRole('button').first().click();
    await ranking.getByRole('row').nth(2).waitFor();
  });

  test('why it changed: the parts that are shown add up to the difference that is shown', async () => {
    await open('/index/change?kind=month');
    const sums = page.getByTestId('sums');
    const difference = await sums.getByTestId('difference').innerText();
    expect(difference).toMatch(/^[+−]\d+\.\d{4}$/);
    expect(await sums.getByTestId('sum-of-parts').innerText()).toBe(difference);
    await page.getByText('误差小于').waitFor();
    const cells = await panel('各指标的贡献').locator('tbody td:last-child').allInnerTexts();
    const sum = cells.reduce((total, text) => total + Number(text.replace('−', '-')), 0);
    expect(Math.abs(sum - Number(difference.replace('−', '-')))).toBeLessThan(cells.length * 1e-4);
    await isSound('change');
    await open(`/index/change?kind=month&area=${STREET}`);
    await page.getByText('两个区域', { exact: true }).click();
    await panel('各指标的贡献').getByText('海湾街道').waitFor();
    await page.getByText('误差小于').waitFor();
  });

  test('indicators are explained, with targets and coverage', async () => {
    await open('/index/indicators?kind=month');
    await page.getByRole('row', { name: /八类案件率/ }).click();
    await page.getByText('公安立案数据导入').first().waitFor();
    await isSound('indicators');
  });

  test('rank intervals are simulated with a seed', async () => {
    await open('/index/sensitivity?kind=month');
    await page.getByLabel('模拟次数').fill('200');
    await page.getByRole('button', { name: '运行模拟' }).click();
    await panel('去掉一个指标时名次移动').getByRole('row').nth(1).waitFor();
    await isSound('sensitivity');
  });

  test('an edited text is saved, submitted, and cannot be approved by its author', async () => {
    await open('/index/publications?kind=month');
    await panel(/^2026-09/).waitFor();
    const editor = page.getByRole('textbox', { name: '编辑稿' });
    await editor.fill('九月治安警情上升，三个网格需要巡查。');
    await page.getByRole('button', { name: '保存文字' }).click();
    await page.getByText('文字已保存').waitFor();
    await page.getByRole('button', { name: '提交批准' }).click();
    await page.getByText('这一版由您计算').waitFor();
    expect(await page.getByRole('button', { name: '批准并发布' }).isDisabled()).toBe(true);
  });

  test('a second person approves, and the published version is exported as PDF and Excel', async () => {
    await signIn('bo');
    await open('/index/publications?kind=month');
    await page.getByRole('button', { name: '批准并发布' }).click();
    await panel(/^2026-09/)
      .getByText('已发布', { exact: true })
      .waitFor();
    expect(await page.getByRole('textbox', { name: '编辑稿' }).inputValue()).toContain('三个网格需要巡查');
    for (const [button, magic] of [
      ['导出 PDF', '%PDF'],
      ['导出 Excel', 'PK'],
    ] as const) {
      const waiting = page.waitForEvent('download');
      await page.getByRole('button', { name: button }).click();
      const bytes = await readFile((await (await waiting).path()) ?? '');
      expect(bytes.subarray(0, magic.length).toString()).toBe(magic);
    }
  });

  test('the framework editor lists problems with their lines and shows what would change', async () => {
    await open('/index/frameworks');
    const editor = page.getByLabel('评价框架 YAML 正文');
    const yaml = await editor.inputValue();
    await editor.fill(yaml.replace('weight: 24', 'weight: -24'));
    await page.getByRole('button', { name: '检查并预览' }).click();
    await panel(/^问题（[1-9]/)
      .getByRole('button', { name: /^第 \d+ 行$/ })
      .first()
      .click();
    await editor.fill(yaml.replace('version: 1.0.0', 'version: 1.1.0').replace('weight: 24', 'weight: 30'));
    await page.getByRole('button', { name: '检查并预览' }).click();
    await panel('试算结果').getByRole('row').nth(1).waitFor();
    await isSound('frameworks');
    await page.getByRole('button', { name: '存为新版本' }).click();
    await page.getByRole('button', { name: '提交批准' }).waitFor();
  });

  test('red steps and users are sound, in Chinese and in English', async () => {
    await open('/index/red-steps');
    await isSound('red-steps');
    await signIn('admin', 'correct horse battery');
    await open('/users');
    await page.getByRole('row', { name: /operator/ }).waitFor();
    await isSound('users');
    await page.getByTestId('language').click();
    for (const path of [
      '/index?kind=month',
      '/index/change?kind=month',
      '/index/publications?kind=month',
      '/index/imports',
    ]) {
      await open(path);
      await page.getByRole('table').first().waitFor();
      await isSound(`en${path.replace(/\W+/g, '-')}`);
    }
  });

  test('the wall shows the published month without anything to press', async () => {
    await page.setViewportSize({ width: 1920, height: 1080 });
    await open('/kiosk');
    await page.getByTestId('kiosk-area').waitFor();
    expect((await page.getByRole('button').count()) + (await page.getByRole('link').count())).toBe(0);
    await isSound('kiosk');
    expect(await overflowOf(page)).toEqual({ x: 0, y: 0 });
  });

  test('nothing was asked of another host and nothing complained', () => {
    expect(watch.strangers).toEqual([]);
    expect(watch.errors).toEqual([]);
  });
});
