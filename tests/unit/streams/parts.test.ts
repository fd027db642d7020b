import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { AnnexBSplitter } from '../../../gateway/src/streams/annex-b.ts';
import { ConnectGate } from '../../../gateway/src/streams/connect-gate.ts';
import { GopCache } from '../../../gateway/src/streams/gop-cache.ts';
import { sourceByKind } from '../../../gateway/src/streams/sources.ts';
import { FakeSource, SETS, unit } from './fake-source.ts';

describe('GopCache', () => {
  test('keeps what came since the last keyframe', () => {
    const cache = new GopCache();
    cache.push(unit(0));
    expect(cache.snapshot()).toBeNull();
    cache.setParameterSets(SETS);
    for (const [index, key] of [true, false, true, false].entries()) cache.push(unit(index, { key }));
    expect(cache.snapshot()?.units.map((next) => next.rtpTime)).toEqual([2, 3]);
  });

  test('gives snapshots that later units do not change', () => {
    const cache = new GopCache();
    cache.setParameterSets(SETS);
    cache.push(unit(0, { key: true }));
    const snapshot = cache.snapshot();
    cache.push(unit(1));
    expect(snapshot?.units).toHaveLength(1);
  });

  test.each([
    ['units', { maxUnits: 3, maxBytes: 1_000 }],
    ['bytes', { maxUnits: 100, maxBytes: 6 }],
  ])('drops a group with too many %s until the next keyframe', (_name, limits) => {
    const cache = new GopCache(limits);
    cache.setParameterSets(SETS);
    for (let index = 0; index < 5; index++) cache.push(unit(index, { key: index === 0 }));
    expect(cache.snapshot()).toBeNull();
    cache.push(unit(9, { key: true }));
    expect(cache.snapshot()?.units).toHaveLength(1);
  });

  test('forgets pictures that new parameter sets do not fit', () => {
    const cache = new GopCache();
    cache.setParameterSets(SETS);
    cache.push(unit(0, { key: true }));
    cache.setParameterSets({ ...SETS, sps: Uint8Array.from([0x67, 1]) });
    expect(cache.snapshot()).toBeNull();
  });
});

describe('ConnectGate', () => {
  const signal = () => new AbortController().signal;

  test('lets no more than the limit in, in order', async () => {
    const gate = new ConnectGate(2);
    const entered: number[] = [];
    const leaves: (() => void)[] = [];
    const all = Array.from({ length: 5 }, async (_, index) => {
      const leave = await gate.enter(signal());
      entered.push(index);
      if (leave !== null) leaves.push(leave);
    });
    await Promise.all(all.slice(0, 2));
    expect(gate.load).toMatchObject({ inside: 2, waiting: 3 });
    for (let index = 0; index < 5; index++) {
      await all[index];
      leaves[index]?.();
      leaves[index]?.();
    }
    expect(entered).toEqual([0, 1, 2, 3, 4]);
    expect(gate.load).toEqual({ inside: 0, waiting: 0, most: 2 });
  });

  test('lets a camera pass whose neighbours in line wait for their own host', async () => {
    const gate = new ConnectGate({ total: 3, perHost: 1 });
    const entered: string[] = [];
    const enter = async (name: string, host: string) => {
      const leave = await gate.enter(signal(), host);
      entered.push(name);
      return leave;
    };
    const first = await enter('recorder 1', 'recorder');
    const second = enter('recorder 2', 'recorder');
    await enter('camera', 'camera');
    await enter('file', '');
    expect(entered).toEqual(['recorder 1', 'camera', 'file']);
    first?.();
    await second;
    expect(entered.at(-1)).toBe('recorder 2');
  });

  test('lets those go who give up', async () => {
    const gate = new ConnectGate(1);
    const leave = await gate.enter(signal());
    const abort = new AbortController();
    const impatient = gate.enter(abort.signal);
    const patient = gate.enter(signal());
    abort.abort();
    expect(await impatient).toBeNull();
    leave?.();
    expect(await patient).not.toBeNull();
    expect(await gate.enter(abort.signal)).toBeNull();
  });
});

describe('AnnexBSplitter', () => {
  const nal = (type: number, first: number, size: number) =>
    Buffer.from([type, first, ...Array(size).fill(0x55)]);
  const pictures = fc.array(
    fc.record({
      key: fc.boolean(),
      slices: fc.integer({ min: 1, max: 3 }),
      size: fc.integer({ min: 0, max: 300 }),
    }),
    { minLength: 1, maxLength: 8 },
  );

  test('finds the same pictures however the stream is cut', () => {
    fc.assert(
      fc.property(pictures, fc.array(fc.integer({ min: 1, max: 90 })), (wanted, cuts) => {
        const groups = wanted.map(({ key, slices, size }) => [
          ...(key ? [nal(0x67, 1, 4), nal(0x68, 1, 2)] : []),
          ...Array.from({ length: slices }, (_, index) =>
            nal(key ? 0x65 : 0x41, index === 0 ? 0x88 : 0x08, size),
          ),
        ]);
        const found: { key: boolean; nals: Uint8Array[] }[] = [];
        const splitter = new AnnexBSplitter('h264', (picture) => found.push(picture));
        const codes = [Buffer.from([0, 0, 0, 1]), Buffer.from([0, 0, 1])];
        const parts = groups.flat().flatMap((bytes, index) => [codes[index % 2] ?? bytes, bytes]);
        const stream = Buffer.concat([...parts, Buffer.from([0, 0, 1, 0x09, 0x10, 0, 0, 1])]);
        let at = 0;
        for (const size of cuts) {
          splitter.push(stream.subarray(at, at + size));
          at += size;
        }
        splitter.push(stream.subarray(at));
        expect(
          found.map((picture) => picture.nals.map((bytes) => Buffer.from(bytes).toString('hex'))),
        ).toEqual(groups.map((group) => group.map((bytes) => bytes.toString('hex'))));
        expect(found.map((picture) => picture.key)).toEqual(wanted.map((picture) => picture.key));
      }),
    );
  });

  test('takes 10,000 random streams without throwing', () => {
    const bytes = fc.array(fc.oneof(fc.constantFrom(0, 1, 0x65, 0x26, 0x80), fc.nat(255)), { maxLength: 80 });
    fc.assert(
      fc.property(bytes, fc.constantFrom('h264' as const, 'h265' as const), (stream, codec) => {
        const splitter = new AnnexBSplitter(codec, () => {});
        splitter.push(Buffer.from(stream));
        splitter.push(Buffer.from(stream));
      }),
      { numRuns: 10_000 },
    );
  });
});

test('a camera is opened by the source for its kind', async () => {
  const [rtsp, file] = [new FakeSource(), new FakeSource()];
  const source = sourceByKind({ rtsp, file });
  const opening = source.open(
    { kind: 'rtsp', url: 'rtsp://h/', transport: 'tcp' },
    { onAccessUnit() {}, onParameterSets() {} },
    new AbortController().signal,
  );
  const session = await rtsp.accept();
  expect(await opening).toBe(session);
  expect(file.openCount).toBe(0);
});
