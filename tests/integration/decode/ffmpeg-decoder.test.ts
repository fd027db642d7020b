import { type ChildProcess, execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { silentLogger } from '../../../gateway/src/base/log.ts';
import {
  FfmpegDecoder,
  type FfmpegDecoderOptions,
  FfmpegLauncher,
} from '../../../gateway/src/decode/index.ts';
import type { AccessUnit, Picture } from '../../../gateway/src/pipeline.ts';
import { type CodedClip, fixturePath, readClip } from '../../support/access-units.ts';
import { feed } from '../../support/feed.ts';
import { until } from '../../support/until.ts';

const launcher = new FfmpegLauncher({ log: silentLogger });
let street: CodedClip;
beforeAll(async () => {
  street = await readClip(fixturePath('street.mp4'));
  await launcher.prepare();
});

const cleanUp: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const step of cleanUp.splice(0)) await step();
});

/** A decoder with all that it reports, and the children that it started. */
function begin(options: Partial<FfmpegDecoderOptions> = {}) {
  const [pictures, reports, children]: [Picture[], string[], ChildProcess[]] = [[], [], []];
  const decoder = new FfmpegDecoder({
    cameraId: 'cam-1',
    launcher: {
      prepare: () => launcher.prepare(),
      spawn: (parameters) => {
        const child = launcher.spawn(parameters);
        children.push(child);
        return child;
      },
    },
    onPicture: (picture) => pictures.push(picture),
    onFault: (fault) => reports.push(`${fault.kind}: ${fault.message}`),
    onHealthy: () => reports.push('healthy'),
    log: silentLogger,
    restartBaseMs: 50,
    ...options,
  });
  decoder.start();
  cleanUp.push(() => decoder.stop());
  return { decoder, pictures, reports, children };
}

function play(
  decoder: FfmpegDecoder,
  { clip = street, speed = 5, change = (unit: AccessUnit) => unit } = {},
) {
  const end = new AbortController();
  const done = feed(clip, {
    speed,
    signal: end.signal,
    onUnit: (unit) => decoder.push(change(unit), clip.sets),
  });
  const stop = async () => {
    end.abort();
    await done;
  };
  cleanUp.unshift(stop);
  return stop;
}

/** Mean luma of every source picture at the detector's size, decoded apart by ffmpeg. */
function lumaOfClip(name: string, size: string): number[] {
  const words = [
    '-v',
    'error',
    '-i',
    fixturePath(name),
    '-vf',
    `scale=${size}:flags=bilinear`,
    '-pix_fmt',
    'yuv420p',
  ];
  const raw = execFileSync('ffmpeg', [...words, '-fps_mode', 'passthrough', '-f', 'rawvideo', 'pipe:1'], {
    maxBuffer: 2 ** 28,
  });
  const [width = 0, height = 0] = size.split(':').map(Number);
  const bytes = width * height * 1.5;
  return Array.from({ length: raw.length / bytes }, (_, index) =>
    signature(raw.subarray(index * bytes), width * height),
  );
}

/** Tells pictures of the clip apart: people move, so sums weighted by position differ. */
function signature(data: Uint8Array, pixels: number): number {
  let sum = 0;
  for (let at = 0; at < pixels; at += 1) sum += (data[at] ?? 0) * (at % 251);
  return sum / pixels;
}

describe('decoder', () => {
  test('gives five pictures a second, each with the time of its own access unit', async () => {
    const { decoder, pictures, reports } = begin();
    const stop = play(decoder);
    await until('40 pictures', () => pictures.length >= 40);
    await stop();
    const luma = lumaOfClip('street.mp4', '416:320');
    const origin = street.units[0]?.capturedAtMs ?? 0;
    for (const picture of pictures.slice(0, 40)) {
      expect([picture.width, picture.height, picture.data.length]).toEqual([416, 320, 199_680]);
      const index = Math.round((picture.capturedAtMs - origin) / 100);
      const own = signature(picture.data, 416 * 320);
      const nearest = luma.reduce(
        (best, value, at) => (Math.abs(value - own) < Math.abs((luma[best] ?? 0) - own) ? at : best),
        0,
      );
      expect(Math.abs(nearest - index)).toBeLessThanOrEqual(1);
    }
    const steps = pictures
      .slice(1, 40)
      .map((picture, index) => picture.capturedAtMs - (pictures[index]?.capturedAtMs ?? 0));
    expect(steps.every((step) => step === 200)).toBe(true);
    expect(reports).toEqual(['healthy']);
    expect(decoder.stats).toMatchObject({ restarts: 0, failures: 0 });
  });

  test('gives a picture before the next access unit comes', async () => {
    const { decoder, pictures } = begin();
    const [first, second] = street.units;
    if (first === undefined || second === undefined) throw new Error('clip too short');
    decoder.push(first, street.sets);
    expect((await until('the first picture', () => pictures[0])).capturedAtMs).toBe(first.capturedAtMs);
  });

  test('keeps the times right when units are lost and damaged', async () => {
    const { decoder, pictures } = begin();
    const luma = lumaOfClip('street.mp4', '416:320');
    const lost = (index: number) => index % 7 === 3;
    street.units.forEach((unit, index) => {
      const cut =
        index % 13 === 5
          ? { ...unit, nals: unit.nals.map((nal) => nal.subarray(0, 12)), corrupt: true }
          : unit;
      if (!lost(index) || unit.key) decoder.push(cut, street.sets);
    });
    await until('60 pictures', () => pictures.length >= 60);
    const origin = street.units[0]?.capturedAtMs ?? 0;
    const keyframes = pictures.filter(
      (picture) => Math.round((picture.capturedAtMs - origin) / 100) % 20 === 0,
    );
    expect(keyframes.length).toBeGreaterThanOrEqual(5);
    for (const picture of keyframes) {
      const index = Math.round((picture.capturedAtMs - origin) / 100);
      expect(signature(picture.data, 416 * 320)).toBeCloseTo(luma[index] ?? 0, 0);
    }
  });

  test('puts pictures of a stream with B-frames in order with the times of their units', async () => {
    const clip = await readClip(fixturePath('street-bframes.mp4'));
    const { decoder, pictures } = begin({ picturesPerSecond: 30 });
    play(decoder, { clip });
    await until('30 pictures', () => pictures.length >= 30);
    const rtpOf = new Map(clip.units.map((unit) => [unit.capturedAtMs, unit.rtpTime]));
    const rtpTimes = pictures.slice(0, 30).map((picture) => rtpOf.get(picture.capturedAtMs) ?? Number.NaN);
    expect(rtpTimes).toEqual(rtpTimes.toSorted((a, b) => a - b));
    expect(new Set(rtpTimes).size).toBe(30);
  });

  test('decodes H.265', async () => {
    const clip = await readClip(fixturePath('street-h265.mp4'));
    const { decoder, pictures, reports } = begin();
    play(decoder, { clip });
    await until('10 pictures', () => pictures.length >= 10);
    expect(reports).toEqual(['healthy']);
  });

  test('starts anew when the parameter sets change, with the new size', async () => {
    const { decoder, pictures, children } = begin({ longSide: 320 });
    const stop = play(decoder);
    await until('3 pictures', () => pictures.length >= 3);
    await stop();
    play(decoder, { clip: await readClip(fixturePath('street-sub.mp4')) });
    const before = pictures.length;
    await until('3 more pictures', () => pictures.length >= before + 3 && children.length === 2);
    expect(decoder.stats.failures).toBe(0);
  });

  test('does not start a process for each of ever-changing parameter sets', async () => {
    const { decoder, children } = begin();
    const [key] = street.units;
    if (key === undefined) throw new Error('clip too short');
    for (let index = 0; index < 100; index += 1) {
      decoder.push(key, { ...street.sets, pps: Uint8Array.of(0x68, index) });
    }
    expect(children.length).toBe(1);
    expect(decoder.stats.failures).toBe(1);
  });

  test('starts a new ffmpeg when the old one is killed', async () => {
    const { decoder, pictures, children } = begin();
    play(decoder);
    await until('3 pictures', () => pictures.length >= 3);
    children[0]?.kill('SIGKILL');
    await until('a second ffmpeg', () => children.length === 2);
    const before = pictures.length;
    await until('pictures again', () => pictures.length > before + 3);
    expect(decoder.stats).toMatchObject({ restarts: 1, failures: 1 });
  });

  test('kills an ffmpeg that is fed and stays silent', async () => {
    const { decoder, pictures, reports, children } = begin({ silenceLimitMs: 600 });
    play(decoder);
    await until('3 pictures', () => pictures.length >= 3);
    const first = children[0];
    if (first?.pid === undefined) throw new Error('no ffmpeg was started');
    for (const pid of family(first.pid)) process.kill(pid, 'SIGSTOP');
    await until('a fault', () =>
      reports.some((report) => report.startsWith('decode-errors: no picture for')),
    );
    await until('the end of the stalled one', () => first.signalCode === 'SIGKILL');
    const before = pictures.length;
    await until('pictures again', () => pictures.length > before + 3);
  });

  test('drops to the next keyframe when ffmpeg does not keep up, and goes on', async () => {
    const { decoder, pictures, children } = begin({ silenceLimitMs: 60_000 });
    const stop = play(decoder);
    await until('3 pictures', () => pictures.length >= 3);
    await stop();
    const pids = family(children[0]?.pid ?? 0);
    for (const pid of pids) process.kill(pid, 'SIGSTOP');
    const filler = {
      ...street.units[1],
      nals: [Buffer.concat([Uint8Array.of(0x06, 0x05), new Uint8Array(500_000)])],
    };
    for (let index = 0; index < 30; index += 1) {
      decoder.push(
        { key: false, corrupt: false, capturedAtMs: 0, monotonicMs: 0, rtpTime: 0, ...filler },
        street.sets,
      );
    }
    expect(decoder.stats.droppedUnits).toBeGreaterThanOrEqual(15);
    for (const pid of pids) process.kill(pid, 'SIGCONT');
    const before = pictures.length;
    play(decoder);
    await until('pictures again', () => pictures.length > before + 3);
    expect(decoder.stats.restarts).toBe(0);
  });

  test('names a stream of which nothing decodes, and says when it is well again', async () => {
    const { decoder, reports } = begin({ silenceLimitMs: 600 });
    let broken = true;
    const garble = (nal: Uint8Array) =>
      nal.map((byte, at) => (at < 1 ? byte : (byte * 167 + at * 31) & 0xff));
    play(decoder, { change: (unit) => (broken ? { ...unit, nals: unit.nals.map(garble) } : unit) });
    await until('a fault', () => reports.some((report) => report.startsWith('decode-errors')));
    broken = false;
    await until('health', () => reports.at(-1) === 'healthy', 25_000);
  }, 40_000);

  test('names a stream of which most pictures come out damaged', async () => {
    const { decoder, reports } = begin();
    let [seed, broken] = [1, true];
    const spoil = (nal: Uint8Array) =>
      nal.map((byte, at) => {
        seed = (seed * 1_103_515_245 + 12_345) & 0x7fffffff;
        return at > 2 && (seed >> 16) % 8 === 0 ? (seed >> 8) & 0xff : byte;
      });
    play(decoder, { speed: 2, change: (unit) => (broken ? { ...unit, nals: unit.nals.map(spoil) } : unit) });
    await until('a fault', () => reports.some((report) => report.startsWith('decode-errors')));
    broken = false;
    await until('health', () => reports.at(-1) === 'healthy', 20_000);
  }, 40_000);

  test('names parameter sets that cannot be read', async () => {
    const { decoder, reports } = begin();
    const [unit] = street.units;
    if (unit === undefined) throw new Error('clip too short');
    decoder.push(unit, { ...street.sets, sps: Uint8Array.of(0x67, 0, 0, 0) });
    expect(reports[0]).toMatch(/^decode-errors: parameter sets cannot be read/);
  });

  test('waits while ffmpeg is being looked for, and starts with the next keyframe', async () => {
    const searching = new FfmpegLauncher({ log: silentLogger });
    const found = Promise.withResolvers<void>();
    const { decoder, pictures, reports } = begin({
      launcher: { prepare: () => found.promise, spawn: (parameters) => searching.spawn(parameters) },
    });
    play(decoder);
    await until('units', () => decoder.stats.droppedUnits >= 25);
    expect({ reports, failures: decoder.stats.failures }).toEqual({ reports: [], failures: 0 });
    await searching.prepare();
    found.resolve();
    await until('a picture', () => pictures.length > 0);
    expect(reports).toEqual(['healthy']);
  });

  test('says what to install when ffmpeg is missing', async () => {
    const absent = new FfmpegLauncher({ log: silentLogger, searchPath: '/nonexistent' });
    const { reports } = begin({ launcher: absent });
    await until('a fault', () => reports.length > 0);
    expect(reports[0]).toMatch(/^decoder-missing: ffmpeg is not installed: install/);
  });

  test('leaves no process behind when it stops while ffmpeg is starting', async () => {
    const [key] = street.units;
    if (key === undefined) throw new Error('clip too short');
    for (let delayMs = 0; delayMs < 15; delayMs += 1) {
      const { decoder, children } = begin();
      decoder.push(key, street.sets);
      await wait(delayMs);
      await decoder.stop();
      await until('the end of all', () => inGroup(children[0]?.pid ?? 0).length === 0, 5000);
    }
  });

  test('leaves no process behind when it stops', async () => {
    const { decoder, pictures, children } = begin();
    play(decoder);
    await until('3 pictures', () => pictures.length >= 3);
    const pids = family(children[0]?.pid ?? 0);
    expect(pids.length).toBeGreaterThan(0);
    await decoder.stop();
    await decoder.stop();
    await until('the end of all', () => !pids.some(isAlive));
  });
});

/** Living processes of a process group. */
function inGroup(group: number): number[] {
  const all = readdirSync('/proc').map(Number).filter(Number.isInteger);
  return all.filter((pid) => {
    if (!isAlive(pid)) return false;
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
    return Number(fields[2]) === group;
  });
}

/** A process and all its descendants. */
function family(pid: number): number[] {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')
    .trim()
    .split(' ')
    .filter(Boolean)
    .map(Number);
  return [pid, ...children.flatMap(family)];
}

function isAlive(pid: number): boolean {
  try {
    return !/^State:\s+[ZX]/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}
