import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { EvidenceStore, GatewayKey } from '../../../gateway/src/evidence/index.ts';
import { type CodedClip, fixturePath, readClip } from '../../support/access-units.ts';
import { evidenceFolder, evidenceStore, PlayedCamera } from './evidence-kit.ts';

const SHORT = { beforeMs: 1000, afterMs: 1000, longestMs: 60_000 };
const SNAPSHOT = { width: 1, height: 1, jpegBase64: 'AAAA', sha256: '0'.repeat(64) };

let street: CodedClip;
beforeAll(async () => {
  street = await readClip(fixturePath('street.mp4'));
});
let place: { folder: string; key: GatewayKey; remove(): void };
let store: EvidenceStore;
let free: number;
let told: boolean[];
beforeEach(async () => {
  place = await evidenceFolder();
  free = 1e9;
  told = [];
});
afterEach(async () => {
  await store.stop();
  place.remove();
});

async function open(options: Parameters<typeof evidenceStore>[1] = {}) {
  store = evidenceStore(place, {
    freeBytes: async () => free,
    onFull: (full) => told.push(full),
    ...options,
  });
  await store.start();
}

async function record(): Promise<string> {
  const camera = new PlayedCamera(street, store, { times: SHORT });
  await camera.play(3);
  const event = await camera.alarm({ snapshot: SNAPSHOT });
  await camera.play(2);
  await camera.recorder.stop();
  await store.processAll();
  return event.id;
}
const has = (alarmId: string) => store.find(alarmId)?.files ?? new Set<string>();

describe('the disk', () => {
  test('is kept within the quota: what the centre has goes first, then the oldest; the manifest says what there was', async () => {
    await open({ quota: { clipBytes: 700_000, snapshotBytes: 1e6, totalBytes: 1e7, reserveBytes: 0 } });
    const ids = [await record(), await record()];
    const [first = '', second = ''] = ids;
    const size = store.find(first)?.manifest.files.find(({ name }) => name === 'clip.mp4')?.bytes ?? 0;
    expect(size).toBeGreaterThan(100_000);
    const fits = Math.floor(700_000 / size);
    await store.markUploaded(store.find(second)?.id ?? '');
    const more: string[] = [];
    while (more.length < fits - 1) more.push(await record());
    expect(has(first).has('clip.mp4')).toBe(true);
    expect(has(second).has('clip.mp4')).toBe(false);
    expect(has(second).has(`${second}.jpg`)).toBe(true);
    expect(store.stats).toMatchObject({ removedFiles: 1 });
    expect(existsSync(join(store.find(second)?.folder ?? '', 'manifest.json'))).toBe(true);
  });

  test('gives up evidence before the events want for room, says so once nothing is left, and recovers by itself', async () => {
    await open({ quota: { clipBytes: 1e8, snapshotBytes: 1e8, totalBytes: 1e9, reserveBytes: 1000 } });
    const kept = await record();
    free = 10;
    const refused = await record();
    expect(told).toEqual([true]);
    expect(has(kept).size).toBe(0);
    expect(store.find(refused)).toBeUndefined();
    expect(readdirSync(join(place.folder, 'evidence/recording'))).toEqual([]);
    expect(store.stats).toMatchObject({ full: true, lost: 1 });
    free = 1e9;
    const again = await record();
    expect(told).toEqual([true, false]);
    expect(has(again).has('clip.mp4')).toBe(true);
  });

  test('that refuses a write costs the evidence and nothing else', async () => {
    const full = Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
    await open({
      maskClip: async () => {
        throw full;
      },
    });
    const camera = new PlayedCamera(street, store, {
      times: SHORT,
      masks: [
        {
          id: 'm',
          cameras: ['*'],
          polygon: [
            [0, 0],
            [1, 0],
            [1, 1],
          ],
        },
      ],
    });
    await camera.play(3);
    const event = await camera.alarm();
    await camera.play(2);
    await camera.recorder.stop();
    await store.processAll();
    expect(store.find(event.id)).toBeUndefined();
    expect(told).toEqual([true]);
    expect(readdirSync(join(place.folder, 'evidence/recording'))).toEqual([]);
  });
});
