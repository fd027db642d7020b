import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openBrowser, violationsOf, type Watch, watchPage } from '../support/browser.ts';
import { ADMIN_PASSWORD, type RunningDashboard, startDashboard } from '../support/dashboard.ts';
import { anEvent } from '../support/events.ts';
import { aCamera, connectGateway, type FakeGateway } from '../support/fake-gateway.ts';
import { until } from '../support/until.ts';
import { keepPicture, logIn } from './desk-page.ts';

let dashboard: RunningDashboard;
let gateway: FakeGateway;
let browser: Browser;
let page: Page;
let watch: Watch;

beforeAll(async () => {
  dashboard = await startDashboard();
  gateway = await connectGateway(await dashboard.addGateway('gw-test'));
  await gateway.sayState('online');
  await gateway.sayHealth([aCamera()]);
  await gateway.sendEvents([anEvent(), anEvent({ trial: true })], 1);
  await gateway.receiptOf(2);
  browser = await openBrowser();
  page = await browser.newPage({ viewport: { width: 1600, height: 1000 } });
  page.setDefaultTimeout(30_000);
  watch = watchPage(page, dashboard.url);
  await page.goto(`${dashboard.url}/login?next=%2Fgateways%2Fgw-test%2Frules`);
  await logIn(page, ADMIN_PASSWORD);
});
afterAll(async () => {
  await browser?.close();
  await gateway?.end();
  await dashboard?.stop();
});

const point = (number: number) => page.getByRole('button', { name: new RegExp(`^第 ${number} 点`) });

describe('the rules of a gateway', () => {
  test('are drawn by keyboard and pointer and sent as a signed version', async () => {
    await page.getByTestId('rule-add').click();
    await point(1).focus();
    await page.keyboard.press('Shift+ArrowLeft');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: /第 2 点，共 5 点/ }).waitFor();
    await page.keyboard.press('Delete');
    await page.getByRole('button', { name: /第 2 点，共 4 点/ }).waitFor();
    const corner = await point(3).boundingBox();
    await page.mouse.move((corner?.x ?? 0) + 13, (corner?.y ?? 0) + 13);
    await page.mouse.down();
    await page.mouse.move((corner?.x ?? 0) - 60, (corner?.y ?? 0) - 40, { steps: 4 });
    await page.mouse.up();
    await page.getByTestId('rule-trial').click();
    await keepPicture(page, 'rules-editor');
    await page.getByTestId('rules-save').click();
    await until('the signed version at the gateway', () =>
      gateway.messages.some(
        ({ topic, payload }) => topic.endsWith('/desired') && payload.includes('signature'),
      ),
    );
    const { body } = await dashboard.api('/api/v1/gateways/gw-test/configuration');
    expect(body).toMatchObject({
      desired: {
        version: 1,
        rules: [{ kind: 'zone-intrusion', zone: { polygon: { length: 4, 0: [0.25, 0.4] } } }],
      },
    });
    expect(JSON.stringify(body)).toContain('trialUntil');
    expect(JSON.stringify(body)).not.toContain('[0.7,0.9]');
  });

  test('can be judged on trial, and an earlier version comes back', async () => {
    await page.getByTestId('verdict-false').first().click();
    await page.getByTestId('verdict-save').click();
    await until('the verdict in the figures', async () =>
      JSON.stringify((await dashboard.api('/api/v1/gateways/gw-test/rules/figures')).body).includes(
        '"refuted":1',
      ),
    );
    await dashboard.api('/api/v1/gateways/gw-test/configuration', { method: 'PUT', body: { rules: [] } });
    await page.reload();
    await page.getByTestId('restore-1').click();
    await page.locator('.ant-popconfirm-buttons .ant-btn-primary').click();
    await until('version 3', async () =>
      JSON.stringify((await dashboard.api('/api/v1/gateways/gw-test/configuration/versions')).body).includes(
        '"restoredFrom":1',
      ),
    );
    await point(1).waitFor();
    await keepPicture(page, 'rules');
  });

  test('pass the accessibility checks and complain of nothing', async () => {
    expect(await violationsOf(page)).toEqual([]);
    expect(watch.errors).toEqual([]);
    expect(watch.strangers).toEqual([]);
  });
});
