import { existsSync } from 'node:fs';
import { join } from 'node:path';
import axe from 'axe-core';
import { type Browser, chromium, type Locator, type Page } from 'playwright-core';
import { Type } from 'typebox';
import { Value } from 'typebox/value';

/** Chromium cannot reach any other host: a page that tries is found by the failing request and by `watchPage`. */
const ARGUMENTS = [
  '--headless=new',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--autoplay-policy=no-user-gesture-required',
  '--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1',
];

/** Where Chromium is: PINGAN_CHROMIUM, else the first `chromium` of PATH. Throws an Error with the remedy. */
function findChromium(): string {
  const named = process.env['PINGAN_CHROMIUM'];
  const found = named
    ? [named]
    : (process.env['PATH'] ?? '').split(':').map((folder) => join(folder, 'chromium'));
  const file = found.find((one) => existsSync(one));
  if (file === undefined) {
    throw new Error('no Chromium: install the package chromium or set PINGAN_CHROMIUM to its program');
  }
  return file;
}

/** A real Chromium without a window and with a fresh profile. */
export function openBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: findChromium(), headless: true, args: ARGUMENTS });
}

export type Watch = {
  /** Addresses outside of the origin that the page asked for, WebSockets included. */
  strangers: string[];
  /** Errors on the console and exceptions nobody caught. */
  errors: string[];
  /** Method and path of every request of the origin so far. */
  requests: string[];
  sockets: string[];
};

/** Writes down what a page asks for and complains of, from now on. A refused sign-in (401) is not a complaint. */
export function watchPage(page: Page, origin: string): Watch {
  const watch: Watch = { strangers: [], errors: [], requests: [], sockets: [] };
  const { host } = new URL(origin);
  page.on('request', (request) => {
    const url = new URL(request.url());
    if (url.protocol === 'data:' || url.protocol === 'blob:') return;
    if (url.origin === origin) watch.requests.push(`${request.method()} ${url.pathname}`);
    else watch.strangers.push(url.href);
  });
  page.on('websocket', (socket) => {
    const url = new URL(socket.url());
    watch.sockets.push(url.pathname);
    if (url.host !== host) watch.strangers.push(url.href);
  });
  page.on('pageerror', (error) => watch.errors.push(`uncaught: ${error.message}`));
  page.on('console', (message) => {
    if (message.type() !== 'error') return;
    const { url } = message.location();
    const isRefusal = message.text().includes('status of 401') && url === `${origin}/api/v1/session`;
    if (!isRefusal) watch.errors.push(`${message.text()} (${url})`);
  });
  return watch;
}

const ViolationsSchema = Type.Array(Type.String());

/** What axe-core finds wrong, one line per rule; the landmarks must be there, for a blank page has no violations. */
export async function violationsOf(page: Page): Promise<string[]> {
  await page.getByRole('banner').waitFor();
  await page.getByRole('main').waitFor();
  await page.evaluate(axe.source);
  const found: unknown = await page.evaluate(`axe.run(document).then(({ violations }) =>
    violations.map(({ id, help, nodes }) =>
      id + ': ' + help + ' — ' + nodes.map(({ html }) => html.slice(0, 200)).join(' | ')))`);
  return Value.Parse(ViolationsSchema, found);
}

const FrameSchema = Type.Object({ timeS: Type.Number(), mean: Type.Number(), deviation: Type.Number() });

/** What is needed of a `<video>` and its page; the types of the DOM are not those of the tests. */
type VideoElement = {
  currentTime: number;
  ownerDocument: {
    createElement(name: 'canvas'): { width: number; height: number; getContext(kind: '2d'): Context };
  };
};
type Context = {
  drawImage(image: VideoElement, x: number, y: number, width: number, height: number): void;
  getImageData(x: number, y: number, width: number, height: number): { data: Uint8ClampedArray };
};

/** The picture a `<video>` shows: its media time in seconds, and mean and standard deviation of its luma (0..255). */
export async function frameOf(video: Locator): Promise<{ timeS: number; mean: number; deviation: number }> {
  const found: unknown = await video.evaluate((element: VideoElement) => {
    const canvas = element.ownerDocument.createElement('canvas');
    canvas.width = 160;
    canvas.height = 120;
    const context = canvas.getContext('2d');
    context.drawImage(element, 0, 0, 160, 120);
    const { data } = context.getImageData(0, 0, 160, 120);
    const channel = (at: number) => data[at] ?? 0;
    const lumas = Array.from(
      { length: data.length / 4 },
      (_, at) => 0.299 * channel(4 * at) + 0.587 * channel(4 * at + 1) + 0.114 * channel(4 * at + 2),
    );
    const mean = lumas.reduce((sum, luma) => sum + luma, 0) / lumas.length;
    const variance = lumas.reduce((sum, luma) => sum + (luma - mean) ** 2, 0) / lumas.length;
    return { timeS: element.currentTime, mean, deviation: Math.sqrt(variance) };
  });
  return Value.Parse(FrameSchema, found);
}

/** Elements that reach beyond the right edge of a page that is wider than its window, the innermost first; for a failing test to name. */
export async function widerThanWindow(page: Page): Promise<string[]> {
  const found: unknown = await page.evaluate(`(() => {
    const root = document.documentElement;
    if (root.scrollWidth <= root.clientWidth) return [];
    return [...document.body.querySelectorAll('*')]
      .map((element) => ({ element, edge: Math.round(element.getBoundingClientRect().right + root.scrollLeft) }))
      .filter(({ edge }) => edge > root.clientWidth)
      .reverse()
      .slice(0, 12)
      .map(({ element, edge }) => element.tagName + '.' + (element.getAttribute('class') ?? '') + ' to ' + edge);
  })()`);
  return Value.Parse(Type.Array(Type.String()), found);
}

const OverflowSchema = Type.Object({ x: Type.Number(), y: Type.Number() });

/** By how many CSS pixels the page is wider and taller than the window; 0 where it fits. */
export async function overflowOf(page: Page): Promise<{ x: number; y: number }> {
  const found: unknown = await page.evaluate(`({
    x: Math.max(0, document.documentElement.scrollWidth - document.documentElement.clientWidth),
    y: Math.max(0, document.documentElement.scrollHeight - document.documentElement.clientHeight),
  })`);
  return Value.Parse(OverflowSchema, found);
}
