import type { CameraPicture, CameraRoster } from '../../pipeline-roster.ts';
import { type Summary, TestAlarmSchema } from '../interface.ts';
import type { ProgressBook } from '../progress.ts';
import { RefusalError } from '../request.ts';
import { type Call, type Route, route, routeWithBody } from '../router.ts';
import { csvOf } from '../summary.ts';

export type ProofRouteOptions = {
  roster: CameraRoster;
  progress: ProgressBook;
  summary(): Summary;
};

/** A picture costs a decoder process: two at a time, a few wait, more are refused. */
const PICTURES_AT_ONCE = 2;
const PICTURES_WAITING = 8;

/** Lets a few through at a time; the others wait in order. */
class Turnstile {
  #inside = 0;
  readonly #waiting: (() => void)[] = [];

  async pass<T>(work: () => Promise<T>): Promise<T> {
    if (this.#inside >= PICTURES_AT_ONCE) {
      if (this.#waiting.length >= PICTURES_WAITING)
        throw new RefusalError(503, 'busy', 'too many pictures are asked for: wait a moment', 2);
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    } else this.#inside += 1;
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      if (next) next();
      else this.#inside -= 1;
    }
  }
}

/** What shows that the work is done: pictures, the test alarm, the summary. */
export function proofRoutes({ roster, progress, summary }: ProofRouteOptions): Route[] {
  const turnstile = new Turnstile();
  const picture = async ({ parameters, signal }: Call<undefined>) => {
    const id = parameters.get('id') ?? '';
    const { jpeg, width, height, capturedAtMs }: CameraPicture = await turnstile.pass(() =>
      roster.picture(id, signal),
    );
    return {
      bytes: Buffer.from(jpeg),
      contentType: 'image/jpeg',
      headers: {
        'x-picture-size': `${width}x${height}`,
        'x-captured-at': new Date(capturedAtMs).toISOString(),
      },
    };
  };
  /** Goes on when the page is left: its end is kept with the progress. */
  const testAlarm = async (cameraId: string) => {
    const { eventId, receipted } = await roster.testAlarm(cameraId);
    return { json: progress.keepAlarm({ cameraId, eventId, receipted }) };
  };
  const download = (name: string) => ({
    'content-disposition': `attachment; filename="${name}"`,
  });
  const fileName = (made: Summary, ending: string) =>
    `pingan-${made.site.gatewayId}-${made.madeAt.slice(0, 10)}.${ending}`;
  return [
    route(['GET', '/api/devices/:id/picture', 'paired'], picture),
    routeWithBody(['POST', '/api/test-alarm', 'paired'], TestAlarmSchema, ({ body }) =>
      testAlarm(body.cameraId),
    ),
    route(['GET', '/api/summary', 'paired'], () => ({ json: summary() })),
    route(['GET', '/api/summary.json', 'paired'], () => {
      const made = summary();
      const bytes = Buffer.from(`${JSON.stringify(made, null, 2)}\n`);
      return { bytes, contentType: 'application/json', headers: download(fileName(made, 'json')) };
    }),
    route(['GET', '/api/summary.csv', 'paired'], ({ query }) => {
      const made = summary();
      const language = query.get('language') === 'en' ? 'en' : 'zh';
      return {
        bytes: Buffer.from(csvOf(made, language)),
        contentType: 'text/csv; charset=utf-8',
        headers: download(fileName(made, 'csv')),
      };
    }),
  ];
}
