import { Worker } from 'node:worker_threads';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { silentLogger } from '../../../gateway/src/base/log.ts';
import { DetectionPool, type DetectionPoolOptions } from '../../../gateway/src/detection/detection-pool.ts';
import type { WorkerSettings } from '../../../gateway/src/detection/messages.ts';
import type { Picture } from '../../../gateway/src/pipeline.ts';
import { streetPictures } from '../../support/street-pictures.ts';
import { until } from '../../support/until.ts';

const WIDTH = 416;
const HEIGHT = 320;
const workerFile = new URL('../../../gateway/src/detection/worker.ts', import.meta.url);
const hungWorkerFile = new URL('./hung-worker.ts', import.meta.url);

let street: Uint8Array[];
beforeAll(async () => {
  street = await streetPictures({ width: WIDTH, height: HEIGHT, count: 8, everyNth: 20 });
});

const picture = (cameraId: string, index = 0): Picture => ({
  cameraId,
  width: WIDTH,
  height: HEIGHT,
  data: street[index % street.length] ?? new Uint8Array(),
  capturedAtMs: index,
  monotonicMs: index,
});

let running: DetectionPool | undefined;
afterEach(async () => {
  await running?.stop();
  running = undefined;
});

async function started(options: Partial<DetectionPoolOptions> = {}): Promise<DetectionPool> {
  const settings = {
    model: 'nanodet-coco-int8',
    workers: 1,
    minScore: 0.3,
    log: silentLogger,
    random: () => 0,
  };
  running = new DetectionPool({ ...settings, ...options });
  await running.start();
  return running;
}

/** Opens real workers and keeps hold of them. */
function watched() {
  const workers: Worker[] = [];
  const open = (settings: WorkerSettings) => {
    const worker = new Worker(workerFile, { workerData: settings });
    workers.push(worker);
    return worker;
  };
  return { workers, open };
}

describe('the detection pool', () => {
  test('finds the people in pictures of a street', async () => {
    const pool = await started();
    for (const index of street.keys()) {
      const result = await pool.detect(picture('gate', index));
      const people = result?.detections.filter(({ label }) => label === 'person') ?? [];
      expect(people.length, `picture ${index}`).toBeGreaterThanOrEqual(3);
      for (const { box } of people) expect(box[3]).toBeGreaterThan(box[2]);
      expect(result?.inferenceMs).toBeGreaterThan(0);
    }
    expect(pool.stats).toEqual({
      submitted: 8,
      inferred: 8,
      dropped: 0,
      restarts: 0,
      failures: 0,
      workersDown: 0,
    });
  });

  test('leaves the caller its picture', async () => {
    const pool = await started();
    const sent = picture('gate');
    const result = await pool.detect(sent);
    expect(result?.picture).toBe(sent);
    expect(sent.data.length).toBe(WIDTH * HEIGHT * 1.5);
  });

  test('takes pictures of several sizes and reports weak detections and few labels when asked', async () => {
    const pool = await started({ minScore: 0.1, labels: ['person'] });
    const [tall] = await streetPictures({ width: 416, height: 416, count: 1 });
    const [flat] = await streetPictures({ width: 416, height: 224, count: 1 });
    const found = await Promise.all([
      pool.detect({ ...picture('a'), height: 416, data: tall ?? new Uint8Array() }),
      pool.detect({ ...picture('b'), height: 224, data: flat ?? new Uint8Array() }),
    ]);
    for (const result of found) {
      expect(result?.detections.every(({ label }) => label === 'person')).toBe(true);
      expect(result?.detections.some(({ confidence }) => confidence > 0.5)).toBe(true);
      expect(result?.detections.some(({ confidence }) => confidence < 0.3)).toBe(true);
    }
  });

  test('drops the older picture of a camera when every worker is busy', async () => {
    const pool = await started();
    const results = await Promise.all([0, 1, 2, 3, 4].map((index) => pool.detect(picture('gate', index))));
    expect(results.map((result) => result?.picture.capturedAtMs ?? null)).toEqual([0, null, null, null, 4]);
    expect(pool.stats).toMatchObject({ submitted: 5, inferred: 2, dropped: 3 });
  });

  test('serves quiet cameras in turn while one camera floods', async () => {
    const pool = await started({ workers: 2 });
    let flooding = true;
    const flood = async () => {
      for (let index = 0; flooding; index++) {
        void pool.detect(picture('loud', index));
        await new Promise(setImmediate);
      }
    };
    const flooded = flood();
    for (let round = 0; round < 3; round++) {
      const quiet = await Promise.all(['a', 'b', 'c'].map((id) => pool.detect(picture(id, round))));
      expect(quiet.every((result) => result !== null)).toBe(true);
    }
    flooding = false;
    await flooded;
    expect(pool.stats.dropped).toBeGreaterThan(0);
  });

  test('one refused picture fails alone, without a new worker', async () => {
    const pool = await started();
    const broken = { ...picture('bad'), data: new Uint8Array(10) };
    expect(await pool.detect(broken)).toBeNull();
    expect(await pool.detect(picture('good'))).not.toBeNull();
    expect(pool.stats).toMatchObject({ failures: 1, restarts: 0, inferred: 1 });
  });

  test('replaces a killed worker; the picture it was at is a failure and the next ones are seen', async () => {
    const { workers, open } = watched();
    const pool = await started({ open });
    for (let kill = 1; kill <= 3; kill++) {
      const lost = pool.detect(picture('gate'));
      void workers.at(-1)?.terminate();
      expect(await lost).toBeNull();
      expect(await pool.detect(picture('gate'))).not.toBeNull();
      expect(pool.stats).toMatchObject({ restarts: kill, failures: kill, inferred: kill });
    }
    expect(workers).toHaveLength(4);
  });

  test('gives up a worker that does not answer in time; cameras on the other worker go on', async () => {
    let opened = 0;
    const open = (settings: WorkerSettings) =>
      new Worker(opened++ === 0 ? hungWorkerFile : workerFile, { workerData: settings });
    const pool = await started({ workers: 2, open, timeoutMs: 2_000 });
    const hung = pool.detect(picture('unlucky'));
    const others = await Promise.all(['a', 'b', 'c'].map((id) => pool.detect(picture(id))));
    expect(others.every((result) => result !== null)).toBe(true);
    expect(await hung).toBeNull();
    expect(pool.stats).toMatchObject({ restarts: 1, failures: 1, inferred: 3, workersDown: 1 });
    await until('the replacement', () => opened === 3);
    expect(await pool.detect(picture('unlucky'))).not.toBeNull();
    await until('no worker down', () => pool.stats.workersDown === 0);
  });

  test('stops while busy: everything is settled, the threads are gone, and later pictures are dropped', async () => {
    const { workers, open } = watched();
    const pool = await started({ workers: 2, open });
    const pending = ['a', 'b', 'c', 'd'].map((id) => pool.detect(picture(id)));
    await pool.stop();
    await pool.stop();
    await Promise.all(pending);
    expect(workers.map(({ threadId }) => threadId)).toEqual([-1, -1]);
    expect(await pool.detect(picture('late'))).toBeNull();
    const { submitted, inferred, dropped, failures } = pool.stats;
    expect(inferred + dropped + failures).toBe(submitted);
  });

  test('can be started again after a stop', async () => {
    const pool = await started();
    await pool.stop();
    await pool.start();
    expect(await pool.detect(picture('gate'))).not.toBeNull();
  });

  test('does not start with an unknown model, label or number of workers, and says which', async () => {
    await expect(started({ model: 'yolo' })).rejects.toThrow(/yolo is unknown; choose one of: nanodet/);
    await expect(started({ labels: ['ghost'] })).rejects.toThrow(/label ghost/);
    await expect(started({ workers: 0 })).rejects.toThrow(/workers is 0/);
    await expect(started({ minScore: 2 })).rejects.toThrow(/minScore is 2/);
  });

  test('does not start when a worker cannot, and leaves no thread behind', async () => {
    const threads: Worker[] = [];
    const open = () => {
      const worker = new Worker('throw new Error("no memory")', { eval: true });
      threads.push(worker);
      return worker;
    };
    await expect(started({ open, workers: 2 })).rejects.toThrow(/did not start: no memory/);
    expect(threads.every(({ threadId }) => threadId === -1)).toBe(true);
  });
});
