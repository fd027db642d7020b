/** A technician's visit on a phone: from a gateway that knows nothing to a saved summary. One page, in order. */
import { readFile } from 'node:fs/promises';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFailed, test } from 'vitest';
import { openBrowser, overflowOf, violationsOf, type Watch, watchPage } from '../support/browser.ts';
import { until } from '../support/until.ts';
import { keepPicture } from './desk-page.ts';
import { OTHER_LOGIN, openTechnicianSite, SITE_LOGIN, type TechnicianSite } from './technician-site.ts';

let site: TechnicianSite;
let browser: Browser;
let page: Page;
let watch: Watch;
let hasFailed = false;
const keepsForDocs = process.env['PINGAN_KEEP_SCREENSHOTS'] === '1';
/** Kept small in docs/images. */
const FOR_DOCS = ['technician-discover', 'technician-pictures', 'technician-summary'];

const heading = (name: string) => page.getByRole('heading', { level: 1, name, exact: true });
const press = (name: string) => page.getByRole('button', { name, exact: true }).click();
const devices = () => page.getByTestId('device');
const devicesIn = (state: string) => page.locator(`[data-testid="device"][data-state="${state}"]`);
const isSaved = () => page.locator('.saving[data-state="saved"]').waitFor();

/** What everybody should find on every step: nothing for axe to say, nothing beyond the edge, a picture to look at. */
async function looksWell(name: string): Promise<void> {
  expect(await violationsOf(page)).toEqual([]);
  expect((await overflowOf(page)).x).toBe(0);
  await keepPicture(page, name);
  if (keepsForDocs && FOR_DOCS.includes(name)) await keepPicture(page, name, 'docs/images');
}

beforeAll(async () => {
  site = await openTechnicianSite();
  browser = await openBrowser();
  const context = await browser.newContext({
    viewport: { width: 390, height: 844 },
    timezoneId: 'Asia/Shanghai',
    hasTouch: true,
    isMobile: true,
    reducedMotion: 'reduce',
  });
  page = await context.newPage();
  page.setDefaultTimeout(45_000);
  watch = watchPage(page, site.url);
});

/** The steps build on each other: after a failure the rest would only wait in vain. */
beforeEach((context) => {
  context.skip(hasFailed, 'an earlier step failed');
  onTestFailed(async () => {
    hasFailed = true;
    console.error(
      `gateway ${site.gateway.isAlive() ? 'lives' : 'has ended'}:\n${site.gateway.output().slice(-3000)}`,
    );
    await keepPicture(page, 'failed');
  });
});

afterAll(async () => {
  await browser?.close();
  await site?.close();
});

describe('a technician with a phone', () => {
  test('is let in by the code of the gateway alone', async () => {
    await page.goto(site.url);
    await heading('配对网关').waitFor();
    await looksWell('technician-pair');
    await page.getByLabel('配对码').fill('zzzz zzzz');
    await press('配对');
    await page.getByRole('alert').getByText('没有有效的配对码').waitFor();
    await page.getByLabel('配对码').fill((await site.pairingCode()).toLowerCase());
    await press('配对');
    await heading('网络自检').waitFor();
  });

  test('sees how the gateway itself is', async () => {
    await page.getByTestId('check').first().waitFor();
    expect(await page.getByTestId('check').count()).toBe(8);
    expect(await page.locator('[data-check="centre"]').getAttribute('data-state')).toBe('ok');
    await looksWell('technician-check');
    await page.locator('.actions .button-primary').click();
    await heading('发现摄像机').waitFor();
  });

  test('finds every camera of the site', async () => {
    await page.getByRole('button', { name: /^(开始查找|再找一次)$/ }).click();
    await until('twelve cameras', async () => (await devices().count()) === 12, 30_000);
    await until(
      'every camera to ask for a password',
      async () => (await devicesIn('needs-password').count()) === 12,
      30_000,
    );
    await looksWell('technician-discover');
    await page.getByRole('button', { name: '其他方式' }).focus();
    await page.keyboard.press('Enter');
    await page.getByLabel('网段').fill('192.168.1.0');
    await page.getByText('“192.168.1.0”不是网段').waitFor();
    await looksWell('technician-add');
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'hidden' });
    expect(await page.locator(':focus').innerText()).toBe('其他方式');
    await page.locator('.actions .button-primary').click();
    await heading('口令').waitFor();
  });

  test('loses nothing typed by a reload, but for passwords, as the page says', async () => {
    await page.getByLabel('用户名').fill(SITE_LOGIN.username);
    await page.getByLabel('口令', { exact: true }).fill('half a pass');
    await isSaved();
    await page.reload();
    await heading('口令').waitFor();
    expect(await page.getByLabel('用户名').inputValue()).toBe(SITE_LOGIN.username);
    expect(await page.getByLabel('口令', { exact: true }).inputValue()).toBe('');
    await page.getByText('离开本页需要重新输入').waitFor();
  });

  test('opens ten with the password of the site and two with their own', async () => {
    await page.getByLabel('口令', { exact: true }).fill(SITE_LOGIN.password);
    await press('保存并尝试');
    const waiting = page.getByTestId('waiting');
    await until('two cameras to refuse', async () => (await waiting.count()) === 2, 60_000);
    await waiting.first().getByText('用户名或口令错误').waitFor();
    await looksWell('technician-passwords');
    await page.getByText('选定的摄像机').click();
    for (const box of await waiting.getByRole('checkbox').all()) await box.check();
    await page.getByLabel('口令', { exact: true }).fill(OTHER_LOGIN.password);
    await press('保存并尝试');
    await page.getByText('所有摄像机都已登录').waitFor({ timeout: 60_000 });
    await looksWell('technician-passwords-done');
    await press('下一步');
    await heading('画面验收').waitFor();
  });

  test('sees a picture of each and accepts it, or says what is wrong', async () => {
    const shown = page.locator('.picture[data-state="shown"]');
    await until(
      'all cameras to give a picture',
      async () => (await page.getByText('共 12 台').count()) > 0,
      60_000,
    );
    await shown.waitFor();
    await looksWell('technician-pictures');
    await press('标记问题');
    await page.getByText('方向不对').click();
    await page.getByLabel('备注').fill('对着墙');
    await looksWell('technician-mark');
    await press('保存标记');
    for (let accepted = 0; accepted < 11; accepted += 1) {
      await page.getByText(`通过 ${accepted} · 标记 1`).waitFor();
      await page.locator('.actions .button-primary:enabled').click();
    }
    await page.getByText('通过 11 · 标记 1 · 待验收 0').waitFor();
    await press('下一步');
    await heading('名称与位置').waitFor();
  });

  test('names every camera; half a name survives a reload', async () => {
    await page.getByLabel('设备名称').waitFor();
    await page.getByLabel('设备名称').fill('1 号门半');
    await isSaved();
    await page.reload();
    await heading('名称与位置').waitFor();
    await page.getByLabel('设备名称').waitFor();
    expect(await page.getByLabel('设备名称').inputValue()).toBe('1 号门半');
    await looksWell('technician-names');
    for (let number = 1; number <= 12; number += 1) {
      await page.getByText(`第 ${number} 台，共 12 台`).waitFor();
      await page.getByLabel('设备名称').fill(`${number} 号门`);
      await page.getByLabel('安装位置').fill(`滨海雅苑 ${number} 号门灯杆`);
      await page.getByText('东南', { exact: true }).click();
      await page.locator('.actions .button-primary').click();
    }
    await heading('测试报警').waitFor();
  });

  test('sends a test alarm, which the centre confirms', async () => {
    await press('发送测试报警');
    await page.locator('[data-testid="alarm-result"][data-receipted="true"]').waitFor();
    const arrived = await site.centre.eventWhen('the test alarm', ({ type }) => type === 'test-alarm');
    expect(arrived.origin.name).toMatch(/^\d+ 号门$/);
    await looksWell('technician-alarm');
    await press('下一步');
    await heading('完成').waitFor();
  });

  test('saves a summary that says what is left to do, and no password', async () => {
    await page.getByTestId('summary-camera').first().waitFor();
    expect(await page.getByTestId('summary-camera').count()).toBe(12);
    await page.getByText('设备时钟偏差过大').first().waitFor();
    await page.getByText('方向不对 · 对着墙').first().waitFor();
    await page.getByLabel('备注').fill('钥匙在门岗');
    await looksWell('technician-summary');
    await page.emulateMedia({ media: 'print' });
    await page.getByText('施工人员签字').waitFor();
    expect(await page.getByRole('button').filter({ visible: true }).count()).toBe(0);
    await page.emulateMedia({ media: 'screen' });
    const save = async (name: string) => {
      const [download] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('link', { name }).click(),
      ]);
      return { name: download.suggestedFilename(), text: await readFile(await download.path(), 'utf8') };
    };
    const csv = await save('保存 CSV');
    expect(csv.name).toMatch(/^pingan-gw-site-0001-\d{4}-\d\d-\d\d\.csv$/);
    expect(csv.text.trim().split('\r\n')).toHaveLength(13);
    expect(csv.text).toContain('12 号门,滨海雅苑 12 号门灯杆,东南,5');
    expect(csv.text).toContain('已标记,方向不对,对着墙');
    const json = await save('保存 JSON');
    const { counts, alarm, cameras } = JSON.parse(json.text);
    expect(counts).toEqual({ cameras: 12, ready: 11, attention: 1, accepted: 11, marked: 1 });
    expect(alarm).toMatchObject({ receipted: true });
    expect(cameras.map(({ cause }: { cause: string }) => cause).sort()).toEqual(
      ['clock-off', 'h265-only', ...Array(10).fill('working')].sort(),
    );
    for (const { text } of [csv, json]) expect(text).not.toContain('CANARY');
    await press('完成开通');
    await page.getByText('开通已完成').waitFor();
    await looksWell('technician-finished');
  });

  test('reads it in English too, and the browser remembers that', async () => {
    await press('English');
    await heading('Finish').waitFor();
    await isSaved();
    await page.reload();
    await heading('Finish').waitFor();
    await page.getByTestId('summary-camera').first().waitFor();
    expect(await page.getByRole('main').innerText()).toContain('The device’s clock is off');
    await looksWell('technician-english');
    await press('中文');
  });

  test('can work on when the centre is gone', async () => {
    await site.broker.stop();
    await page.getByRole('button', { name: '网络自检' }).click();
    await heading('网络自检').waitFor();
    await press('重新检查');
    await page.locator('[data-check="centre"][data-state="warning"]').waitFor();
    await page.getByText('中心拒绝连接').waitFor();
    await page.getByRole('button', { name: '测试报警' }).click();
    await heading('测试报警').waitFor();
    await press('再发一次');
    await page.locator('[data-testid="alarm-result"][data-receipted="false"]').waitFor();
    await looksWell('technician-offline');
  });

  test('asked for nothing beyond the gateway', () => {
    expect(watch.strangers).toEqual([]);
    expect(watch.errors.filter((error) => !error.includes('/api/session'))).toEqual([]);
    expect(watch.requests.length).toBeGreaterThan(50);
  });
});
