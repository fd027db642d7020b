import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CaptureIndex } from '../../../gateway/src/decode/capture-index.ts';
import { DecodeWindow } from '../../../gateway/src/decode/decode-window.ts';
import { detectorSize } from '../../../gateway/src/decode/detector-size.ts';
import { samplingArguments, stillArguments } from '../../../gateway/src/decode/ffmpeg-arguments.ts';
import { PictureAssembler, pictureTicks } from '../../../gateway/src/decode/picture-assembler.ts';
import { parsePixmap } from '../../../gateway/src/decode/pixmap.ts';
import { TurnGate } from '../../../gateway/src/decode/turn-gate.ts';

describe('detector size', () => {
  test.each([
    [768, 576, 416, 320],
    [1920, 1080, 416, 224],
    [1080, 1920, 224, 416],
    [384, 288, 416, 320],
    [6000, 200, 416, 96],
  ])('of %i×%i is %i×%i', (width, height, expectedWidth, expectedHeight) => {
    expect(detectorSize(width, height)).toEqual({ width: expectedWidth, height: expectedHeight });
  });

  test('has sides of multiples of 32 within 96..960 for every source', () => {
    const side = fc.integer({ min: 16, max: 16_384 });
    fc.assert(
      fc.property(side, side, fc.integer({ min: 64, max: 2000 }), (width, height, long) => {
        for (const value of Object.values(detectorSize(width, height, long))) {
          expect(value % 32).toBe(0);
          expect(value).toBeGreaterThanOrEqual(96);
          expect(value).toBeLessThanOrEqual(960);
        }
      }),
    );
  });
});

describe('arguments', () => {
  test('let ffmpeg open nothing but pipes', () => {
    const list = [
      samplingArguments({ width: 416, height: 320, picturesPerSecond: 5 }),
      stillArguments(270_000),
    ];
    for (const words of list) {
      expect(words[words.indexOf('-protocol_whitelist') + 1]).toBe('pipe');
      expect(words.filter((word) => /pipe:\d$/.test(word))).toEqual(['pipe:0', 'pipe:1']);
    }
  });

  test('refuse what is not a bounded number', () => {
    const rates = [Number.NaN, 0, 31, Number.POSITIVE_INFINITY];
    for (const picturesPerSecond of rates) {
      expect(() => samplingArguments({ width: 416, height: 320, picturesPerSecond })).toThrow(
        'picturesPerSecond is',
      );
    }
    expect(() => samplingArguments({ width: 5, height: 320, picturesPerSecond: 5 })).toThrow('side is 5');
    expect(() => stillArguments(-1)).toThrow('fromTicks is -1');
  });
});

describe('picture assembler', () => {
  const text = (ticks: readonly number[]) =>
    ticks.map((value, index) => `frame:${index}    pts:${value}  pts_time:1.2\np=1\n`).join('');

  test('joins the n-th picture and the n-th time, however both pipes are cut', () => {
    const cuts = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(cuts, cuts, fc.boolean(), (byteCuts, textCuts, timesFirst) => {
        const ticks = Array.from({ length: 8 }, (_, index) => 1000 + index * 7);
        const got: [number, number][] = [];
        const assembler = new PictureAssembler(12, (data, time) => got.push([data[11] ?? -1, time]));
        const bytes = Buffer.from(Array.from({ length: 96 }, (_, index) => Math.floor(index / 12)));
        const parts = [
          () => {
            for (const part of chunks(bytes, byteCuts)) assembler.addBytes(part);
          },
          () => {
            for (const part of chunks(Buffer.from(text(ticks)), textCuts))
              assembler.addTimes(part.toString());
          },
        ];
        for (const part of timesFirst ? parts.toReversed() : parts) part();
        expect(got).toEqual(ticks.map((time, index) => [index, time]));
      }),
    );
  });

  test('gives up when pictures come without times', () => {
    const assembler = new PictureAssembler(1, () => {});
    expect(() => assembler.addBytes(new Uint8Array(40))).toThrow('out of step');
  });

  test('reads only the lines of pictures', () => {
    expect(pictureTicks('frame:12   pts:378000  pts_time:4.2')).toBe(378_000);
    expect(pictureTicks('frame:12   pts:NOPTS   pts_time:NOPTS')).toBeNaN();
    expect(pictureTicks('p=1')).toBeNull();
  });
});

function chunks(data: Buffer, lengths: readonly number[]): Buffer[] {
  const parts: Buffer[] = [];
  let at = 0;
  for (let index = 0; at < data.length; index += 1) {
    const length = lengths[index % lengths.length] ?? 1;
    parts.push(data.subarray(at, at + length));
    at += length;
  }
  return parts;
}

describe('capture index', () => {
  const time = (ms: number) => ({ capturedAtMs: ms, monotonicMs: ms });

  test('finds the exact unit, else the nearest one within a second', () => {
    const index = new CaptureIndex(90_000);
    for (const [ticks, ms] of [
      [0, 1],
      [9000, 2],
      [18_000, 3],
    ] as const)
      index.add(ticks, time(ms));
    expect(index.find(9000)?.capturedAtMs).toBe(2);
    expect(index.find(16_000)?.capturedAtMs).toBe(3);
    expect(index.find(500_000)).toBeNull();
    expect(index.find(Number.NaN)).toBeNull();
  });

  test('forgets what lies well behind the newest picture', () => {
    const index = new CaptureIndex(90_000);
    index.add(0, time(1));
    index.add(900_000, time(2));
    expect(index.find(900_000)?.capturedAtMs).toBe(2);
    expect(index.find(0)).toBeNull();
  });
});

describe('decode window', () => {
  function seconds(
    window: DecodeWindow,
    { units, pictures, damaged }: { units: number; pictures: number; damaged: number },
  ) {
    let verdict = null;
    for (let second = 0; second < 5; second += 1) {
      for (let index = 0; index < units; index += 1) window.fed();
      for (let index = 0; index < pictures; index += 1) window.picture();
      verdict = window.tick(damaged);
    }
    return verdict;
  }

  test('calls a stream faulty when most pictures are damaged, and healthy again after', () => {
    const window = new DecodeWindow();
    expect(seconds(window, { units: 10, pictures: 5, damaged: 6 })?.kind).toBe('decode-errors');
    expect(seconds(window, { units: 10, pictures: 5, damaged: 1 })?.kind).toBe('healthy');
  });

  test('says nothing without units or without pictures', () => {
    expect(seconds(new DecodeWindow(), { units: 0, pictures: 0, damaged: 0 })).toBeNull();
    expect(seconds(new DecodeWindow(), { units: 10, pictures: 0, damaged: 0 })).toBeNull();
  });
});

describe('turn gate', () => {
  test('lets two in, makes others wait in order and refuses the rest', async () => {
    const gate = new TurnGate({ atOnce: 2, waiting: 2 });
    const { signal } = new AbortController();
    const [first, second] = [await gate.enter(signal), await gate.enter(signal)];
    const order: string[] = [];
    const third = gate.enter(signal).then((leave) => order.push('third') && leave);
    const fourth = gate.enter(signal).then((leave) => order.push('fourth') && leave);
    expect(await gate.enter(signal)).toBeNull();
    first?.();
    const leaveThird = await third;
    second?.();
    await fourth;
    expect(order).toEqual(['third', 'fourth']);
    expect(leaveThird).toBeTypeOf('function');
  });

  test('takes those who give up out of the line', async () => {
    const gate = new TurnGate({ atOnce: 1, waiting: 1 });
    const giveUp = new AbortController();
    const leave = await gate.enter(giveUp.signal);
    const waiting = gate.enter(giveUp.signal);
    giveUp.abort();
    expect(await waiting).toBeNull();
    leave?.();
    expect(await gate.enter(new AbortController().signal)).toBeTypeOf('function');
  });
});

describe('pixmap', () => {
  test('is read with its size, and not before it is whole', () => {
    const data = Buffer.concat([
      Buffer.from('P6\n2 1\n255\n'),
      Buffer.from([1, 2, 3, 4, 5, 6]),
      Buffer.from('P6'),
    ]);
    expect(parsePixmap(data)).toMatchObject({
      width: 2,
      height: 1,
      rgb: Buffer.from([1, 2, 3, 4, 5, 6]),
      bytes: 17,
    });
    expect(parsePixmap(data.subarray(0, 16))).toBeNull();
    expect(parsePixmap(Buffer.from('P5\n2 1\n255\n123456'))).toBeNull();
  });
});
