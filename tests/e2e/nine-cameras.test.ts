/** Nine cameras on one page, live; one loses its cable: tile and camera page say what and why, and recover. One page, in order. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFailed, test } from 'vitest';
import { type BenchSystem, startSystem } from '../bench/spine/system.ts';
import { clips } from '../simulators/camera/simulator.ts';
import { frameOf, openBrowser, overflowOf, violationsOf, type Watch, watchPage } from '../support/browser.ts';
import { until } from '../support/until.ts';
import { keepPicture, logIn, untilAdvanced } from './desk-page.ts';

const CAMERAS = 9;
/** The camera that loses its cable, from 0 at the simulator. */
const PULLED = 3;
const NAME = '4 号摄像机';
const SIZES = [
  { width: 1920, height: 1080 },
  { width: 1366, height: 768 },
  { width: 390, height: 844 },
] as const;

const folder = mkdtempSync(join(tmpdir(), 'pingan-nine-'));
let system: BenchSystem;
let browser: Browser;
let page: Page;
let watch: Watch;
let hasFailed = false;

const tile = (name: string): Locator => page.getByRole('article', { name, exact: true });
const playing = (): Locator => page.getByTestId('wall-tile').locator('video[data-state="playing"]');
const status = (): Locator => page.getByTestId('camera-status');

async function fault(method: 'POST' | 'DELETE', body?: object): Promise<void> {
  const answer = await fetch(`${system.controlUrl}/cameras/${PULLED}/faults`, {
    method,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  if (!answer.ok) throw new Error(`the simulator answered ${answer.status}`);
}

/** The page at three sizes: it fits, and a picture of each is kept. */
async function keepSizes(name: string): Promise<void> {
  for (const size of SIZES) {
    await page.setViewportSize(size);
    await until('the layout', async () => (await overflowOf(page)).x === 0);
    await keepPicture(page, `${name}-${size.width}`);
  }
  await page.setViewportSize(SIZES[0]);
}

beforeAll(async () => {
  [system, browser] = await Promise.all([
    startSystem(folder, {
      cameras: CAMERAS,
      clip: clips.street,
      subClip: clips.streetSub,
      discovers: false,
      detects: false,
    }),
    openBrowser(),
  ]);
  const context = await browser.newContext({
    viewport: SIZES[0],
    timezoneId: 'Asia/Shanghai',
    reducedMotion: 'reduce',
  });
  page = await context.newPage();
  page.setDefaultTimeout(45_000);
  watch = watchPage(page, system.url);
});

beforeEach((context) => {
  context.skip(hasFailed, 'an earlier step failed');
  onTestFailed(async () => {
    hasFailed = true;
    await keepPicture(page, 'nine-failed').catch(() => undefined);
  });
});

afterAll(async () => {
  await browser?.close();
  await system?.stop();
  rmSync(folder, { recursive: true, force: true });
});

describe('nine cameras', () => {
  test('all play in nine tiles of one page, by keys alone, beside the open stream of changes', async () => {
    await page.goto(`${system.url}/login?next=%2Fwall`);
    await logIn(page, system.adminPassword);
    await page.getByRole('main').waitFor();
    await until('nine tiles', async () => (await page.getByTestId('wall-tile').count()) === CAMERAS);
    await page.keyboard.press('9');
    await page.keyboard.press('p');
    await until('nine playing tiles', async () => (await playing().count()) === CAMERAS, 60_000);
    for (const video of await playing().all()) await untilAdvanced(video, 0.4);
    const { mean, deviation } = await frameOf(playing().first());
    expect(mean).toBeGreaterThan(20);
    expect(deviation).toBeGreaterThan(10);
    expect(watch.sockets.filter((path) => path === '/api/v1/live').length).toBeGreaterThanOrEqual(CAMERAS);
    await page.locator('[data-testid="stream-state"][data-state="open"]').waitFor();
  });

  test('the grid plays sub-streams, the maximised tile the main stream', async () => {
    const widthOf = (video: Locator) =>
      video.evaluate((element: { videoWidth: number }) => element.videoWidth);
    expect(await widthOf(playing().first())).toBe(384);
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('f');
    await until('one tile', async () => (await page.getByTestId('wall-tile').count()) === 1);
    await playing().first().waitFor();
    await until('the main stream', async () => (await widthOf(playing().first())) === 768, 30_000);
    await keepPicture(page, 'wall-maximised');
    await page.keyboard.press('Escape');
    await until('nine playing tiles', async () => (await playing().count()) === CAMERAS, 60_000);
  });

  test('the wall has no accessibility fault and fits three sizes', async () => {
    expect(await violationsOf(page)).toEqual([]);
    await keepSizes('wall-zh');
  });

  test('the tile of a camera without its cable says what, why and what to do', async () => {
    await fault('POST', { kind: 'stall' });
    const trouble = tile(NAME).getByTestId('camera-trouble');
    await trouble.waitFor();
    await trouble.getByText('离线 · 无视频数据').waitFor();
    await trouble.getByText('建议').waitFor();
    await until('the other eight to play', async () => (await playing().count()) === CAMERAS - 1, 60_000);
    expect(await violationsOf(page)).toEqual([]);
    await keepPicture(page, 'wall-cable-zh');
  });

  test('so does its page, with the state over time', async () => {
    await tile(NAME).getByRole('link').click();
    await status().getByRole('heading', { name: '离线 · 无视频数据' }).waitFor();
    await status().getByText('检查网络拥塞和防火墙').waitFor();
    const history = page.getByRole('table', { name: '状态变化记录' });
    await history.getByRole('row', { name: /离线.*无视频数据/ }).waitFor();
    await page.getByRole('img', { name: /在所选时间内的状态/ }).waitFor();
    expect(await violationsOf(page)).toEqual([]);
    await keepSizes('camera-down-zh');
  });

  test('maintenance is entered and ended on its page', async () => {
    await page.getByLabel('原因', { exact: true }).fill('更换网线');
    await page.getByRole('button', { name: '登记维护' }).click();
    await status()
      .getByText(/计划维护至/)
      .waitFor();
    await page.getByRole('button', { name: '立即结束' }).click();
    await status()
      .getByText(/计划维护至/)
      .waitFor({ state: 'detached' });
  });

  test('both recover by themselves when the cable is back', async () => {
    await fault('DELETE');
    await status()
      .getByRole('heading', { name: /视频与画面正常|画面异常/ })
      .waitFor({ timeout: 90_000 });
    const shown = page.getByTestId('live-video');
    await page.getByRole('button', { name: '播放实时视频' }).last().click();
    await page.locator('video[data-state="playing"]').waitFor();
    await untilAdvanced(shown, 0.5);
    await keepSizes('camera-zh');
    await page.getByRole('link', { name: '视频墙' }).click();
    await page.keyboard.press('p');
    await until('nine playing tiles', async () => (await playing().count()) === CAMERAS, 60_000);
  });

  test('the list is filtered in its address and exported, the figures are shown with their parts', async () => {
    await page.goto(`${system.url}/cameras?state=streaming`);
    await until('nine rows', async () => (await page.locator('tr.ant-table-row').count()) === CAMERAS);
    const waiting = page.waitForEvent('download');
    await page.getByRole('link', { name: '导出 CSV' }).click();
    expect((await waiting).suggestedFilename()).toBe('cameras.csv');
    expect(await violationsOf(page)).toEqual([]);
    await keepSizes('cameras-zh');
    await page.goto(`${system.url}/health`);
    await page.getByTestId('figure-online').waitFor();
    expect(await violationsOf(page)).toEqual([]);
    await keepSizes('figures-zh');
  });

  test('all of it speaks English too', async () => {
    await page.getByTestId('language').click();
    await page.getByRole('heading', { name: /Operations figures/ }).waitFor();
    await keepSizes('figures-en');
    await page.goto(`${system.url}/cameras`);
    await page.getByRole('link', { name: NAME }).click();
    await status().waitFor();
    await page.getByRole('table', { name: 'Changes of state' }).waitFor();
    await keepSizes('camera-en');
    expect(await violationsOf(page)).toEqual([]);
    await page.goto(`${system.url}/wall`);
    await page.getByTestId('wall-tile').first().waitFor();
    await keepSizes('wall-en');
  });

  test('nothing was asked of another host and nothing complained', () => {
    expect(watch.strangers).toEqual([]);
    expect(watch.errors).toEqual([]);
  });
});
