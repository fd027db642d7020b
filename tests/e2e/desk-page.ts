import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { Locator, Page } from 'playwright-core';
import sharp from 'sharp';
import { frameOf } from '../support/browser.ts';
import { until } from '../support/until.ts';

const ROOT = join(import.meta.dirname, '../..');
/** The player notes its latency this often. */
const NOTE_MS = 250;

/** The duty desk as a person finds it; texts are those of the Chinese screen. */
export const alarms = (page: Page): Locator => page.getByTestId('alarm-item');
export const alarmOf = (page: Page, id: string): Locator =>
  page.locator(`[data-testid="alarm-item"][data-event-id="${id}"]`);
/** The parts of the desk that must be on the screen. */
export const PARTS = ['平安指数', '视频墙', '告警队列', '传感器', '网关'] as const;
export const partOf = (page: Page, name: string): Locator =>
  page.getByRole('region', { name }).or(page.getByRole('complementary', { name }));
export const drawer = (page: Page): Locator => page.getByRole('dialog');
export const drawerVideo = (page: Page): Locator => drawer(page).getByTestId('live-video');
export const wallVideos = (page: Page): Locator =>
  page.getByTestId('camera-tile').locator('video[data-state="playing"]');

export async function logIn(page: Page, password: string): Promise<void> {
  await page.getByLabel('用户名').fill('admin');
  await page.getByLabel('口令', { exact: true }).fill(password);
  await page.locator('button[type="submit"]').click();
}

/** Waits for the desk with its stream of changes open. */
export async function deskIsOpen(page: Page): Promise<void> {
  await page.locator('[data-testid="stream-state"][data-state="open"]').waitFor();
  await page.getByRole('main').waitFor();
}

export const showAlarms = (page: Page, state: '未确认' | '处置中' | '全部'): Promise<void> =>
  page.getByLabel('按状态筛选').getByText(state, { exact: true }).click();

/** Ids of the alarms in the queue, in order. */
export const alarmIds = (page: Page): Promise<(string | null)[]> =>
  alarms(page)
    .all()
    .then((items) => Promise.all(items.map((item) => item.getAttribute('data-event-id'))));

/** The first alarm with a picture that is none of the known ones. */
export function newCameraAlarm(page: Page, known: readonly (string | null)[]): Locator {
  const isOther = known.map((id) => `:not([data-event-id="${id}"])`).join('');
  return page.locator(`[data-testid="alarm-item"]:has(img)${isOther}`).first();
}

/** The id of the selected alarm, null while none is. */
export async function selectedAlarm(page: Page): Promise<string | null> {
  const selected = alarms(page).filter({ has: page.locator('.alarm-open[aria-current="true"]') });
  return (await selected.count()) === 0 ? null : selected.first().getAttribute('data-event-id');
}

/** Resolves when the media time has moved on by `seconds` since the first look; returns the last frame looked at. */
export async function untilAdvanced(video: Locator, seconds: number) {
  const first = await frameOf(video);
  return until(
    `the video to advance by ${seconds} s`,
    async () => {
      await wait(NOTE_MS);
      const frame = await frameOf(video);
      return frame.timeS - first.timeS >= seconds && frame;
    },
    60_000,
  );
}

/** What is needed of an `<img>` or an element around one; the types of the DOM are not those of this folder. */
type ImageOrFrame = { naturalWidth?: number; querySelector(selector: string): ImageOrFrame | null };

/** Width of the loaded picture of an image, or of the image inside an element, in its own pixels; 0 before. */
export async function widthOf(image: Locator): Promise<number> {
  const width: unknown = await image.evaluate(
    (node: ImageOrFrame) =>
      (node.naturalWidth === undefined ? node.querySelector('img') : node)?.naturalWidth,
  );
  return typeof width === 'number' ? width : 0;
}

/** Milliseconds from capture to screen as the player notes them, `count` notes in a row. */
export async function latenciesOf(video: Locator, count: number): Promise<number[]> {
  const noted: number[] = [];
  await until(
    `${count} notes of latency`,
    async () => {
      await wait(NOTE_MS);
      const text = await video.getAttribute('data-latency-ms');
      return text !== null && noted.push(Number(text)) >= count;
    },
    60_000,
  );
  return noted;
}

export const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

/** Keeps a picture of the window in a folder of the project; 256 colours keep it small. */
export async function keepPicture(page: Page, name: string, folder = 'test-results'): Promise<void> {
  const file = join(ROOT, folder, `${name}.png`);
  mkdirSync(dirname(file), { recursive: true });
  const picture = await page.screenshot();
  await sharp(picture).png({ palette: true, colours: 256, dither: 0.6, effort: 7 }).toFile(file);
}
