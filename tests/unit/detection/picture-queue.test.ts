import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Job, PictureQueue } from '../../../gateway/src/detection/picture-queue.ts';

let clock = 0;
const job = (cameraId: string): Job => ({
  picture: { cameraId, width: 32, height: 32, data: new Uint8Array(), capturedAtMs: clock++, monotonicMs: 0 },
  settle: () => {},
});

describe('pictures waiting for a worker', () => {
  test('a newer picture of a camera replaces its older one and keeps its place', () => {
    const queue = new PictureQueue();
    const [old, other, fresh] = [job('a'), job('b'), job('a')];
    expect(queue.add(old)).toBeUndefined();
    queue.add(other);
    expect(queue.add(fresh)).toBe(old);
    expect([queue.next(), queue.next(), queue.next()]).toEqual([fresh, other, undefined]);
  });

  test('a camera whose picture is being looked at is passed over until that is done', () => {
    const queue = new PictureQueue();
    queue.add(job('a'));
    queue.next();
    const [again, other] = [job('a'), job('b')];
    queue.add(again);
    queue.add(other);
    expect(queue.next()).toBe(other);
    expect(queue.next()).toBeUndefined();
    queue.done('a');
    expect(queue.next()).toBe(again);
  });

  test('armed cameras go first, and every fourth turn is for one that is not', () => {
    const queue = new PictureQueue();
    queue.add(job('calm'));
    const armed = ['a', 'b', 'c', 'd'].map((id) => ({ ...job(id), isUrgent: true }));
    for (const one of armed) queue.add(one);
    const order = armed.map(() => queue.next()?.picture.cameraId);
    expect([...order, queue.next()?.picture.cameraId]).toEqual(['a', 'b', 'c', 'calm', 'd']);
  });

  test('cleared jobs come out once', () => {
    const queue = new PictureQueue();
    const waiting = job('a');
    queue.add(waiting);
    expect(queue.clear()).toEqual([waiting]);
    expect(queue.next()).toBeUndefined();
  });

  test('a camera name that is a property of every object is just a name', () => {
    const queue = new PictureQueue();
    const odd = job('__proto__');
    expect(queue.add(odd)).toBeUndefined();
    expect(queue.next()).toBe(odd);
  });

  test('however fast one camera sends, every other one is served once before it is served again', () => {
    const camera = fc.constantFrom('a', 'b', 'c', 'd');
    fc.assert(
      fc.property(fc.array(camera, { maxLength: 60 }), (flood) => {
        const queue = new PictureQueue();
        for (const id of ['a', 'b', 'c', 'd']) queue.add(job(id));
        const served: string[] = [];
        for (const id of [...flood, 'a', 'a', 'a', 'a']) {
          const next = queue.next();
          if (next) {
            served.push(next.picture.cameraId);
            queue.done(next.picture.cameraId);
          }
          queue.add(job(id));
        }
        expect(new Set(served.slice(0, 4)).size).toBe(4);
      }),
    );
  });
});
