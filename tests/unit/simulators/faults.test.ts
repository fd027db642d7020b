import { describe, expect, test } from 'vitest';
import { concerns, type Fault, FaultSwitchboard, faultKinds } from '../../simulators/camera/faults.ts';

const samples: readonly Fault[] = [
  { kind: 'drop', probability: 0.5 },
  { kind: 'stall' },
  { kind: 'freeze' },
  { kind: 'wrong-clock', offsetS: -7200 },
  { kind: 'unauthorized' },
  { kind: 'redirect', url: 'rtsp://192.0.2.1/elsewhere' },
  { kind: 'refuse', at: 'both' },
  { kind: 'silent', at: 'onvif' },
  { kind: 'no-video' },
  { kind: 'garbage', probability: 0.2 },
  { kind: 'disconnect', afterS: 2 },
  { kind: 'slow-drip', byteEveryMs: 20 },
];

describe('the switchboard of faults', () => {
  test('takes every kind of fault, and each changes something', () => {
    for (const fault of samples) {
      const board = new FaultSwitchboard(Math.random);
      expect(Object.keys(board.set(fault)).length).toBeGreaterThan(0);
      expect(board.kinds).toEqual([fault.kind]);
    }
    expect(samples.map((fault) => fault.kind)).toEqual(faultKinds);
  });

  test('lays faults over each other and takes one away again', () => {
    const board = new FaultSwitchboard(Math.random);
    board.set({ kind: 'stall' });
    board.set({ kind: 'wrong-clock', offsetS: 60 });
    expect(board.effects).toMatchObject({ mutesMedia: true, clockOffsetMs: 60_000 });
    board.clear('stall');
    expect(board.effects).toEqual({ clockOffsetMs: 60_000 });
    board.clear();
    expect(board.effects).toEqual({});
  });

  test('replaces a fault that is set again with other parameters', () => {
    const board = new FaultSwitchboard(Math.random);
    board.set({ kind: 'disconnect', afterS: 2 });
    board.set({ kind: 'disconnect', afterS: 5 });
    expect(board.effects).toEqual({ endsAfterMs: 5000 });
  });

  test.each([
    [{ kind: 'explode' }, /fault\.kind must be one of drop, stall/],
    [{ kind: '__proto__' }, /fault\.kind must be one of/],
    [null, /fault\.kind must be one of/],
    [{ kind: 'drop' }, /probability/],
    [{ kind: 'drop', probability: 2 }, /probability/],
    [{ kind: 'stall', hard: true }, /fault\.hard is unknown/],
    [{ kind: 'redirect', url: 'http://192.0.2.1/' }, /url/],
    [{ kind: 'refuse', at: 'nowhere' }, /at/],
  ])('refuses %j and says why', (candidate, message) => {
    expect(() => new FaultSwitchboard(Math.random).set(candidate)).toThrow(message);
  });

  test('tells listeners of each change until they leave', () => {
    const board = new FaultSwitchboard(Math.random);
    let changes = 0;
    const leave = board.onChange(() => changes++);
    board.set({ kind: 'stall' });
    board.clear();
    leave();
    board.set({ kind: 'stall' });
    expect(changes).toBe(2);
  });

  test('drops packets at the given rate', () => {
    let turn = 0;
    const { keepsPacket } = new FaultSwitchboard(() => (turn++ % 10) / 10).set({
      kind: 'drop',
      probability: 0.3,
    });
    expect(Array.from({ length: 10 }, () => keepsPacket?.()).filter(Boolean)).toHaveLength(7);
  });

  test('spoils payloads behind their headers', () => {
    const payload = Buffer.alloc(8, 1);
    new FaultSwitchboard(() => 0.5).set({ kind: 'garbage', probability: 0.5 }).corruptsPayload?.(payload);
    expect([...payload]).toEqual([1, 1, 1, 1, 1, 1, 1, 1]);
    new FaultSwitchboard(() => 0.5).set({ kind: 'garbage' }).corruptsPayload?.(payload);
    expect([...payload]).toEqual([1, 1, 1, 128, 1, 128, 1, 128]);
  });
});

test('a fault at both sides concerns each of them', () => {
  expect([concerns('both', 'rtsp'), concerns('onvif', 'rtsp'), concerns(undefined, 'onvif')]).toEqual([
    true,
    false,
    false,
  ]);
});
