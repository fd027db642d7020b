/**
 * CPU and wall time per picture of the int8 network against the float32 one it was made from, one thread, and how far
 * they agree. Both see the same pictures of the street clip, in turns of ten pictures; figures are medians over pictures.
 */
import type { PictureSize } from '@pingan/models/detectors';
import { nanodet } from '../../models/detectors/nanodet/index.ts';
import {
  type Agreement,
  comparePeople,
  type NanodetRun,
  openFp32,
  openInt8,
  summarise,
} from '../support/nanodet-runs.ts';
import { streetPictures } from '../support/street-pictures.ts';
import { median, report, round } from './report.ts';

const SIZES: readonly PictureSize[] = [
  { width: 416, height: 416 },
  { width: 416, height: 320 },
];
const PICTURES = 40;
/** Pictures one network sees before it is the other's turn: a worker, too, runs one network only. */
const TURN = 10;
const ROUNDS = 2;
/** Confidence from which a detection would start a track. */
const SURE = 0.4;
const WEAK = 0.2;

type Cost = { cpuMs: number; wallMs: number };

async function timed<T>(costs: Cost[], action: () => Promise<T> | T): Promise<T> {
  const [cpu, wall] = [process.cpuUsage(), performance.now()];
  const result = await action();
  const { user, system } = process.cpuUsage(cpu);
  costs.push({ cpuMs: (user + system) / 1000, wallMs: performance.now() - wall });
  return result;
}

const medians = (costs: readonly Cost[]) => ({
  cpuMs: round(median(costs.map(({ cpuMs }) => cpuMs))),
  wallMs: round(median(costs.map(({ wallMs }) => wallMs))),
});

/** `whole` is the way from pixels to output tensors, `network` the part of it inside the runtime. */
type RunCosts = { whole: Cost[]; network: Cost[] };

/**
 * Runs one turn; the first picture of it warms the caches and is not counted. Both start from the same bytes: the int8
 * network normalises inside, the float32 one is handed normalised planes, so that step is part of its whole.
 */
async function turn(run: NanodetRun, pictures: readonly Uint8Array[], size: PictureSize, costs: RunCosts) {
  const [first] = pictures;
  if (first) await run.infer(run.input(first, size));
  for (const pixels of pictures)
    await timed(costs.whole, async () => {
      const input = run.input(pixels, size);
      await timed(costs.network, () => run.infer(input));
    });
}

const noCosts = (): RunCosts => ({ whole: [], network: [] });

async function measure(int8: NanodetRun, fp32: NanodetRun, size: PictureSize) {
  const costs = { int8: noCosts(), fp32: noCosts(), before: noCosts().whole, after: noCosts().whole };
  const agreements: Agreement[] = [];
  const pictures: Uint8Array[] = [];
  for (const data of await streetPictures({ ...size, count: PICTURES })) {
    const pixels = await timed(costs.before, () => nanodet.preprocess.i420({ ...size, data }));
    const results = await int8.infer(int8.input(pixels, size));
    const candidate = await timed(costs.after, () => int8.detections(results, size, WEAK));
    const reference = fp32.detections(await fp32.infer(fp32.input(pixels, size)), size, WEAK);
    agreements.push(comparePeople(reference, candidate, SURE));
    pictures.push(pixels);
  }
  for (let round = 0; round < ROUNDS; round++)
    for (let from = 0; from < PICTURES; from += TURN) {
      const some = pictures.slice(from, from + TURN);
      await turn(int8, some, size, costs.int8);
      await turn(fp32, some, size, costs.fp32);
    }
  const { matchRate, meanOverlap, ...people } = summarise(agreements);
  return {
    int8: { ...medians(costs.int8.whole), networkCpuMs: medians(costs.int8.network).cpuMs },
    fp32: { ...medians(costs.fp32.whole), networkCpuMs: medians(costs.fp32.network).cpuMs },
    preprocess: medians(costs.before),
    postprocess: medians(costs.after),
    agreement: { ...people, matchRate: round(matchRate), meanOverlap: round(meanOverlap) },
  };
}

const [int8, fp32] = [await openInt8(), await openFp32()];
const measured: [string, Awaited<ReturnType<typeof measure>>][] = [];
for (const size of SIZES) measured.push([`${size.width}x${size.height}`, await measure(int8, fp32, size)]);
await Promise.all([int8.close(), fp32.close()]);

const [, main] = measured[0] ?? [];
const ratio = (a = Number.NaN, b = Number.NaN) => round(a / b);
report({
  bench: 'detector',
  figures: { ...Object.fromEntries(measured), matchRate: main?.agreement.matchRate },
  ratios: {
    'int8/fp32': ratio(main?.int8.cpuMs, main?.fp32.cpuMs),
    'int8/fp32, network alone': ratio(main?.int8.networkCpuMs, main?.fp32.networkCpuMs),
  },
  targets: { 'int8/fp32': '<=0.55', matchRate: '>=0.95' },
});
