/**
 * Vehicle and two-wheeler rules on real street footage with openly licensed pictures laid into it: raised, and not raised for people
 * on foot, one of them with a white bag.
 */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Rule } from '@pingan/models/contract';
import { afterAll, describe, expect, test } from 'vitest';
import { type ReplayEvent, replayVideo } from '../../../gateway/src/assembly/video-replay.ts';
import { silentLogger } from '../../../gateway/src/base/log.ts';

const FIXTURES = join(import.meta.dirname, '../../fixtures');
const STREET = join(FIXTURES, 'media/street.mp4');
const MOTORCYCLE = join(FIXTURES, 'pictures/motorcycle.png');
const folder = mkdtempSync(join(tmpdir(), 'pingan-composites-'));
const run = promisify(execFile);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Lays a picture into ten seconds of the street; its left edge is where `x` says at second `t`. */
async function compose(name: string, picture: string[], { x, y }: { x: string; y: number }): Promise<string> {
  const output = join(folder, name);
  const encode = [
    '-t',
    '10',
    '-an',
    '-c:v',
    'libx264',
    '-preset',
    'veryfast',
    '-g',
    '20',
    '-bf',
    '0',
    output,
  ];
  await run('ffmpeg', [
    ...['-v', 'error', '-y', '-nostdin', '-i', STREET, ...picture],
    ...['-filter_complex', `[1]scale=320:-2[thing];[0][thing]overlay=x='${x}':y=${y}:eval=frame`, ...encode],
  ]);
  return output;
}

const common = {
  cameras: ['*'],
  severity: 2,
  cooldownSeconds: 0,
  clearSeconds: 3,
  minConfidence: 0.4,
  minHeight: 0.03,
};
const lobby: Rule = {
  ...common,
  kind: 'two-wheeler-indoors',
  id: 'lobby',
  labels: ['two-wheeler'],
  dwellSeconds: 1.5,
  zone: {
    id: 'lobby',
    name: '大堂',
    polygon: [
      [0.05, 0.45],
      [0.95, 0.45],
      [0.95, 1],
      [0.05, 1],
    ],
  },
};
const fireLane = (polygon: [number, number][]): Rule => ({
  ...common,
  kind: 'fire-lane',
  id: 'fire-lane',
  labels: ['vehicle'],
  stoppedSeconds: 5,
  zone: { id: 'lane', name: '消防通道', polygon },
});
/** Where a van and a car stand all the time, at the far end of the road. */
const FAR_END: [number, number][] = [
  [0.82, 0.05],
  [1, 0.05],
  [1, 0.24],
  [0.82, 0.24],
];
const WHOLE_ROAD: [number, number][] = [
  [0.02, 0.3],
  [0.98, 0.3],
  [0.98, 0.98],
  [0.02, 0.98],
];

async function raised(path: string, rule: Rule): Promise<ReplayEvent[]> {
  const told: ReplayEvent[] = [];
  await replayVideo({
    path,
    rules: [rule],
    sampleFps: 5,
    longSide: 416,
    startsAtMs: 0,
    log: silentLogger,
    onEvent: (event) => told.push(event),
  });
  return told.filter(({ kind }) => kind === 'raised');
}

describe('two-wheeler indoors', () => {
  test('a motorcycle that comes in and stands is raised once', async () => {
    const path = await compose('motorcycle.mp4', ['-i', MOTORCYCLE], { x: 'max(380, 760-150*t)', y: 230 });
    const told = await raised(path, lobby);
    expect(told).toHaveLength(1);
    expect(told[0]?.detail.track?.label).toBe('motorcycle');
  });

  test('people on foot, one with a white bag, are not', async () => {
    expect(await raised(STREET, lobby)).toEqual([]);
  });
});

describe('fire lane', () => {
  test('vehicles that stand in it are raised once, car or truck as the detector may say', async () => {
    const told = await raised(STREET, fireLane(FAR_END));
    expect(told).toHaveLength(1);
    expect(['car', 'truck', 'bus']).toContain(told[0]?.detail.track?.label);
  });

  test('a van that drives through and people on foot are not', async () => {
    const van = ['-i', STREET, '-filter_complex_threads', '1'];
    const path = join(folder, 'van.mp4');
    await run('ffmpeg', [
      ...['-v', 'error', '-y', '-nostdin', '-i', STREET, ...van],
      '-filter_complex',
      "[1]trim=end_frame=1,crop=84:62:648:40,scale=252:-2,loop=-1:1[thing];[0][thing]overlay=x='-260+110*t':y=330:eval=frame:shortest=1",
      ...['-t', '10', '-an', '-c:v', 'libx264', '-preset', 'veryfast', '-g', '20', '-bf', '0', path],
    ]);
    expect(await raised(path, fireLane(WHOLE_ROAD))).toEqual([]);
  });
});
