import { decoderOf, EventDetailSchema } from '@pingan/models/contract';
import { describe, expect, test } from 'vitest';
import type { EventDraft } from '../../../gateway/src/assembly/alarm-book.ts';
import { PictureFaults } from '../../../gateway/src/assembly/picture-faults.ts';
import { silentLogger } from '../../../gateway/src/base/log.ts';
import { grain, type Paint, picture, seededRandom, wall } from '../health/picture-builder.ts';

const random = seededRandom(9);
const live = () => grain(wall, 8, random);
const black = () => () => 16;

function aCamera(values = new Map<string, string>()) {
  const drafts: EventDraft[] = [];
  const work: Promise<void>[] = [];
  let streaming = true;
  const faults = new PictureFaults({
    camera: {
      id: 'cam-1',
      code: '44030600001320000001',
      name: '北门',
      source: { kind: 'file', path: 'a.mp4' },
    },
    baselines: { get: (name) => values.get(name), set: (name, value) => void values.set(name, value) },
    isStreaming: () => streaming,
    recent: {
      until: () => ({ sets: { codec: 'h264', sps: new Uint8Array(), pps: new Uint8Array() }, units: [] }),
    },
    takeSnapshot: async () => ({ width: 1, height: 1, sha256: '0'.repeat(64), jpegBase64: 'AAAA' }),
    enqueue: (job) => void work.push(job()),
    emit: async (draft) => void drafts.push(draft),
    log: silentLogger,
  });
  const show = async (paint: () => Paint, from: number, to: number) => {
    for (let second = from; second < to; second++) faults.observe(picture(paint(), second * 1000));
    await Promise.all(work);
  };
  const setStreaming = (value: boolean) => {
    streaming = value;
  };
  return { faults, drafts, show, values, setStreaming };
}

describe('picture faults', () => {
  test('raise one alarm with a snapshot and clear it when all findings are gone', async () => {
    const { drafts, show } = aCamera();
    await show(live, 0, 15);
    await show(black, 15, 30);
    await show(live, 30, 50);
    expect(drafts.map(({ phase, type }) => `${type} ${phase}`)).toEqual([
      'picture-fault raised',
      'picture-fault cleared',
    ]);
    expect(drafts[0]?.detail.picture?.map(({ finding }) => finding)).toEqual(['black']);
    expect(drafts[0]?.snapshot).toBeDefined();
    expect(drafts[1]?.snapshot).toBeUndefined();
    for (const { detail } of drafts) expect(decoderOf(EventDetailSchema).check(detail)).toBe(true);
  });

  test('an occlusion is an event of its own', async () => {
    const { drafts, show } = aCamera();
    await show(live, 0, 15);
    await show(() => grain((x, y) => (x < 130 ? 84 + x / 40 : wall(x, y)), 2, random), 15, 45);
    expect(drafts.map(({ phase, type }) => `${type} ${phase}`)).toEqual(['picture-occluded raised']);
    expect(drafts[0]?.detail.picture?.[0]?.extent).toBe('part');
  });

  test('say nothing while the stream is down', async () => {
    const { drafts, show, setStreaming } = aCamera();
    await show(live, 0, 15);
    setStreaming(false);
    await show(black, 15, 30);
    expect(drafts).toEqual([]);
  });

  test('keep what they learnt for the next start', async () => {
    const { faults, show, values } = aCamera();
    faults.save();
    expect(values.size).toBe(0);
    await show(live, 0, 20);
    faults.save();
    expect([...values.keys()]).toEqual(['picture-baseline:cam-1']);
    const { drafts, show: showAgain } = aCamera(values);
    await showAgain(() => grain((x, y) => (x < 130 ? 84 + x / 40 : wall(x, y)), 2, random), 0, 25);
    expect(drafts.map(({ type }) => type)).toEqual(['picture-occluded']);
  });
});
