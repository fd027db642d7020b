/** An alarm of a simulated camera becomes a clip that an operator gets, watches and seeks in a real Chromium. One page, in order. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { Browser, Locator, Page } from 'playwright-core';
import { Type } from 'typebox';
import { Value } from 'typebox/value';
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFailed, test } from 'vitest';
import { EventEvidenceSchema } from '../../dashboard/server/src/routes/evidence-schemas.ts';
import { EventItemSchema, PageOf } from '../../dashboard/server/src/routes/schemas.ts';
import { type BenchSystem, NEAR_HALF, startSystem } from '../bench/spine/system.ts';
import { probeClip } from '../integration/evidence/evidence-kit.ts';
import { clips } from '../simulators/camera/simulator.ts';
import { frameOf, openBrowser, overflowOf, violationsOf, type Watch, watchPage } from '../support/browser.ts';
import { until } from '../support/until.ts';
import { keepPicture, logIn } from './desk-page.ts';

const folder = mkdtempSync(join(tmpdir(), 'pingan-evidence-e2e-'));
let system: BenchSystem;
let browser: Browser;
let page: Page;
let watch: Watch;
let hasFailed = false;
/** Asking more often would take the machine from the detector. */
const POLL_MS = 300;
let alarmId = '';

const clip = (): Locator => page.getByTestId('event-clip');
const video = (): Locator => page.getByTestId('clip-video');
const get = (path: string) => fetch(`${system.url}${path}`, { headers: { cookie: system.cookie } });
const standing = async () =>
  Value.Parse(EventEvidenceSchema, await (await get(`/api/v1/events/${alarmId}/evidence`)).json());

async function firstAlarm() {
  await wait(POLL_MS);
  const read: unknown = await (await get('/api/v1/events?type=zone-intrusion&limit=50')).json();
  return Value.Parse(PageOf(EventItemSchema), read).items.at(-1);
}

beforeAll(async () => {
  [system, browser] = await Promise.all([
    startSystem(folder, {
      cameras: 1,
      clip: clips.street,
      subClip: clips.streetSub,
      discovers: false,
      // Once raised the alarm stays: its clip is not prolonged by others.
      gateway: { evidence: { mainStream: true }, rules: [{ ...NEAR_HALF, clearSeconds: 3600 }] },
    }),
    openBrowser(),
  ]);
  const context = await browser.newContext({
    viewport: { width: 1600, height: 1000 },
    timezoneId: 'Asia/Shanghai',
    reducedMotion: 'reduce',
  });
  page = await context.newPage();
  page.setDefaultTimeout(45_000);
  watch = watchPage(page, system.url);
});
afterAll(async () => {
  await browser?.close();
  await system?.stop();
  rmSync(folder, { recursive: true, force: true });
});
/** The steps build on each other: after a failure the rest would only wait in vain. */
beforeEach((context) => {
  context.skip(hasFailed, 'an earlier step failed');
  onTestFailed(async () => {
    hasFailed = true;
    await keepPicture(page, 'failed');
  });
});

describe('the evidence of an alarm', () => {
  test('is asked for from the event, also while it is still being recorded, and comes by itself when it is done', async () => {
    const alarm = await until('an alarm', firstAlarm, 120_000);
    alarmId = alarm.id;
    await page.goto(`${system.url}/login`);
    await logIn(page, system.adminPassword);
    await page.waitForURL((url) => !url.pathname.endsWith('/login'));
    await page.goto(`${system.url}/events`);
    await page.getByRole('button', { name: '区域入侵' }).last().click();
    await clip().locator('.clip-request').waitFor();
    await keepPicture(page, 'evidence-none');
    await page.getByTestId('clip-request').click();
    await until('the clip to be on its way', async () =>
      ['asked', 'receiving', 'stored'].includes((await standing()).state),
    );
    await page.locator('[data-testid="event-clip"][data-state="stored"]').waitFor({ timeout: 120_000 });
    const { evidence } = await standing();
    expect(evidence?.clip).toMatchObject({
      codec: 'h264',
      width: 768,
      height: 576,
      profile: 'main',
      masked: false,
    });
    expect(evidence?.alarms.map(({ id }) => id)).toContain(alarmId);
  }, 300_000);

  test('is of the promised length and whole', async () => {
    const answer = await get(`/api/v1/events/${alarmId}/evidence/files/clip.mp4?download=1`);
    expect(answer.headers.get('content-disposition')).toContain('attachment');
    const file = join(folder, 'clip.mp4');
    writeFileSync(file, Buffer.from(await answer.arrayBuffer()));
    const { evidence } = await standing();
    const { seconds } = await probeClip(file);
    expect(Math.abs(seconds - (evidence?.clip?.durationMs ?? 0) / 1000)).toBeLessThan(0.5);
    // The first alarm may come before the camera has run for ten seconds; a group of pictures is two seconds long.
    expect(seconds).toBeGreaterThan(20);
    expect(seconds).toBeLessThan(33.5);
  });

  test('plays and seeks in the browser', async () => {
    await page.getByTestId('clip-watch').click();
    const first = await until('a picture', async () => {
      const frame = await frameOf(video());
      return frame.timeS > 0.3 && frame.deviation > 10 && frame;
    });
    expect(first.mean).toBeGreaterThan(30);
    const duration: unknown = await video().evaluate((element: { duration: number }) => element.duration);
    const lengthS = Value.Parse(Type.Number(), duration);
    const { evidence } = await standing();
    expect(Math.abs(lengthS - (evidence?.clip?.durationMs ?? 0) / 1000)).toBeLessThan(0.5);
    const target = lengthS - 6;
    await video().evaluate((element: { currentTime: number }, toS) => {
      element.currentTime = toS;
    }, target);
    const later = await until('the picture after the seek', async () => {
      const frame = await frameOf(video());
      return frame.timeS > target + 0.5 && frame;
    });
    expect(later.timeS).toBeLessThan(lengthS + 1);
    expect(later.deviation).toBeGreaterThan(10);
    await page.getByTestId('clip-moment').first().click();
    await until('the moment of alarm', async () => (await frameOf(video())).timeS < target - 1);
    // Back and forth, into the middle of groups of pictures: each time it goes on from there.
    for (const toS of [7.3, 1.1, 15.9, 4.4]) {
      await video().evaluate((element: { currentTime: number }, at) => {
        element.currentTime = at;
      }, toS);
      const shown = await until(`the picture at ${toS} s`, async () => {
        const frame = await frameOf(video());
        return frame.timeS > toS + 0.2 && frame.timeS < toS + 3 && frame;
      });
      expect(shown.deviation).toBeGreaterThan(10);
    }
    const ranges = watch.requests.filter((one) => one.endsWith('/files/clip.mp4'));
    expect(ranges.length).toBeGreaterThan(0);
  });

  test('reads well in both languages and on a small screen, and asks nobody else for anything', async () => {
    await video().evaluate((element: { pause(): void }) => element.pause());
    await clip().scrollIntoViewIfNeeded();
    await keepPicture(page, 'evidence-clip');
    expect(await video().isVisible()).toBe(true);
    expect(await violationsOf(page)).toEqual([]);
    await page.setViewportSize({ width: 390, height: 844 });
    expect((await overflowOf(page)).x).toBe(0);
    await clip().scrollIntoViewIfNeeded();
    await keepPicture(page, 'evidence-clip-390');
    await page.setViewportSize({ width: 1600, height: 1000 });
    await page.evaluate("localStorage.setItem('pingan.language', 'en')");
    await page.goto(`${system.url}/events`);
    await page.getByRole('button', { name: 'Zone intrusion' }).last().click();
    await page.locator('[data-testid="event-clip"][data-state="stored"]').waitFor();
    await page.getByRole('heading', { name: 'Evidence clip' }).waitFor();
    await clip().scrollIntoViewIfNeeded();
    await keepPicture(page, 'evidence-clip-en');
    expect(watch.strangers).toEqual([]);
    expect(watch.errors).toEqual([]);
  });
});
