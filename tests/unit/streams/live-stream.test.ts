import type { StreamState } from '@pingan/models/contract';
import { describe, expect, test } from 'vitest';
import { silentLogger } from '../../../gateway/src/base/log.ts';
import { type AccessUnit, type StreamConsumer, StreamFaultError } from '../../../gateway/src/pipeline.ts';
import { ConnectGate } from '../../../gateway/src/streams/connect-gate.ts';
import { LiveStream } from '../../../gateway/src/streams/live-stream.ts';
import { FakeSource, FakeTime, SETS, unit } from './fake-source.ts';

const camera = {
  id: 'cam-1',
  code: '44030600001310000001',
  name: 'gate',
  source: { kind: 'file' as const, path: '/nowhere' },
};

function open(gate = new ConnectGate()) {
  const source = new FakeSource();
  const time = new FakeTime();
  const stream = new LiveStream({
    camera,
    source,
    gate,
    log: silentLogger,
    clock: time,
    sleep: time.sleep,
    random: () => 0.5,
  });
  const states: StreamState[] = [];
  const units: AccessUnit[] = [];
  stream.subscribe({ onState: (state) => states.push(state), onAccessUnit: (next) => units.push(next) });
  return { source, time, stream, states, units };
}

const fault = (kind: StreamFaultError['fault'], message = 'because') => new StreamFaultError(kind, message);
const kinds = (states: readonly StreamState[]) =>
  states.map((state) => (state.kind === 'failed' ? state.fault : state.kind));

describe('LiveStream', () => {
  test('is streaming from the first keyframe on, and hands on nothing before', async () => {
    const { source, stream, states, units } = open();
    stream.start();
    const session = await source.accept();
    session.events.onAccessUnit(unit(0, { key: true }));
    session.events.onParameterSets(SETS);
    session.events.onAccessUnit(unit(3_600));
    expect(stream.state.kind).toBe('connecting');
    session.events.onAccessUnit(unit(7_200, { key: true }));
    session.events.onAccessUnit(unit(10_800));
    expect(units.map((next) => next.rtpTime)).toEqual([7_200, 10_800]);
    expect(stream.gop()).toEqual({ sets: SETS, units });
    expect(kinds(states)).toEqual(['connecting', 'streaming']);
    expect(states.at(-1)?.since).toMatch(/^\d{4}-.*Z$/);
    await stream.stop();
    expect(session.stopped).toBe(true);
    expect(stream.state.kind).toBe('stopped');
  });

  test('keeps its consumers, and a growing time, across a reconnect', async () => {
    const { source, time, stream, states, units } = open();
    stream.start();
    const first = await source.accept();
    first.events.onParameterSets(SETS);
    first.events.onAccessUnit(unit(90_000, { key: true, monotonicMs: 1_000 }));
    first.end(fault('disconnected'));
    await time.asleep();
    expect(stream.gop()).toBeNull();
    expect(stream.facts).toBeNull();
    time.pass(30_000);
    const second = await source.accept();
    first.events.onAccessUnit(unit(93_600, { key: true }));
    second.events.onParameterSets(SETS);
    second.events.onAccessUnit(unit(500, { key: true, monotonicMs: 3_000 }));
    second.events.onAccessUnit(unit(4_100, { monotonicMs: 3_040 }));
    expect(units.map((next) => next.rtpTime)).toEqual([90_000, 90_000 + 180_000, 90_000 + 183_600]);
    expect(kinds(states)).toEqual(['connecting', 'streaming', 'disconnected', 'disconnected', 'streaming']);
    expect(first.stopped).toBe(true);
    await stream.stop();
  });

  test('waits longer from failure to failure, and opens the circuit after eight', async () => {
    const { source, time, stream, states } = open();
    stream.start();
    for (let failure = 0; failure < 9; failure++) {
      await source.refuse(fault('port-closed'));
      await time.asleep();
      time.pass(60_000);
    }
    expect(time.waits).toEqual([500, 1_000, 2_000, 4_000, 4_000, 4_000, 4_000, 45_000, 45_000]);
    const messages = states.flatMap((state) => (state.kind === 'failed' ? [state.message] : []));
    expect(messages.at(-1)).toContain('failed 9 times in a row');
    expect(messages[0]).not.toContain('in a row');
    await stream.stop();
  });

  test('closes the circuit after a steady session', async () => {
    const { source, time, stream } = open();
    stream.start();
    for (let failure = 0; failure < 9; failure++) {
      await source.refuse(fault('unreachable'));
      await time.asleep();
      time.pass(60_000);
    }
    const session = await source.accept();
    session.events.onParameterSets(SETS);
    session.events.onAccessUnit(unit(0, { key: true }));
    time.pass(10_000);
    session.end(fault('disconnected'));
    expect(await time.asleep()).toBe(500);
    await stream.stop();
  });

  test('is in a hurry when the camera may be back, but not with a refused password', async () => {
    const { source, time, stream } = open();
    stream.start();
    await source.refuse(fault('unreachable'));
    await time.asleep();
    stream.hurry();
    await source.refuse(fault('unauthorized'));
    await time.asleep();
    stream.hurry();
    await Promise.resolve();
    expect(source.openCount).toBe(2);
    await stream.stop();
  });

  test('begins with short waits again after a steady session, but not after a short one', async () => {
    const { source, time, stream } = open();
    stream.start();
    const play = async (ms: number) => {
      const session = await source.accept();
      session.events.onParameterSets(SETS);
      session.events.onAccessUnit(unit(0, { key: true }));
      time.pass(ms);
      session.end(fault('disconnected'));
      await time.asleep();
      time.pass(60_000);
    };
    await play(500);
    await play(500);
    await play(10_000);
    expect(time.waits).toEqual([500, 1_000, 500]);
    await stream.stop();
  });

  test.each([
    'unauthorized',
    'needs-password',
  ] as const)('tries %s again after a minute at the earliest', async (kind) => {
    const { source, time, stream } = open();
    stream.start();
    await source.refuse(fault(kind));
    await time.asleep();
    time.pass(59_999);
    await Promise.resolve();
    expect(source.openCount).toBe(1);
    expect(time.waits[0]).toBeGreaterThanOrEqual(60_000);
    await stream.stop();
  });

  test('stays failed while it is retried, since the fault began', async () => {
    const { source, time, stream, states } = open();
    stream.start();
    await source.refuse(fault('unreachable', 'x'.repeat(400)));
    await time.asleep();
    const before = stream.state;
    time.pass(60_000);
    await source.refuse(fault('unreachable'));
    await time.asleep();
    expect(kinds(states)).toEqual(['connecting', 'unreachable', 'unreachable', 'unreachable']);
    expect(states[2]).toMatchObject({ retryAt: null });
    expect(stream.state.since).toBe(before.since);
    expect(before).toMatchObject({ kind: 'failed', retryAt: expect.stringMatching(/Z$/) });
    expect(before.kind === 'failed' && before.message.length).toBe(256);
    time.pass(60_000);
    await source.refuse(fault('port-closed'));
    await time.asleep();
    expect(stream.state.since).not.toBe(before.since);
    await stream.stop();
  });

  test('names an unforeseen error of a source instead of ending', async () => {
    const { source, time, stream } = open();
    stream.start();
    await source.refuse(new TypeError('a bug'));
    await time.asleep();
    expect(stream.state).toMatchObject({ kind: 'failed', fault: 'protocol' });
    await stream.stop();
  });

  test('a consumer that throws disturbs nobody', async () => {
    const { source, stream, units } = open();
    let calls = 0;
    const thrower: StreamConsumer = {
      onAccessUnit() {
        calls++;
        throw new Error('broken consumer');
      },
    };
    stream.subscribe(thrower);
    const late: AccessUnit[] = [];
    const unsubscribe = stream.subscribe({ onAccessUnit: (next) => late.push(next) });
    stream.start();
    const session = await source.accept();
    session.events.onParameterSets(SETS);
    session.events.onAccessUnit(unit(0, { key: true }));
    unsubscribe();
    session.events.onAccessUnit(unit(3_600));
    expect([calls, units.length, late.length]).toEqual([2, 2, 1]);
    await stream.stop();
  });

  test('takes the decoder at its word: failed while nothing decodes, over reconnects, and back', async () => {
    const { source, time, stream } = open();
    stream.start();
    const first = await source.accept();
    stream.reportDecodeFailure({ kind: 'decode-errors', message: 'too early to count' });
    stream.reportDecodeOk();
    first.events.onParameterSets(SETS);
    first.events.onAccessUnit(unit(0, { key: true }));
    stream.reportDecodeFailure({ kind: 'decode-errors', message: '12 pictures, none decoded' });
    expect(stream.state).toMatchObject({ kind: 'failed', fault: 'decode-errors', retryAt: null });
    expect(first.stopped).toBe(false);
    first.end(fault('disconnected'));
    await time.asleep();
    expect(stream.state).toMatchObject({ fault: 'disconnected' });
    time.pass(60_000);
    const second = await source.accept();
    second.events.onParameterSets(SETS);
    second.events.onAccessUnit(unit(0, { key: true }));
    expect(stream.state).toMatchObject({ fault: 'decode-errors' });
    stream.reportDecodeFailure({ kind: 'decoder-missing', message: 'ffmpeg is not installed' });
    expect(stream.state).toMatchObject({ kind: 'failed', fault: 'decoder-missing' });
    stream.reportDecodeOk();
    expect(stream.state.kind).toBe('streaming');
    await stream.stop();
  });

  test('stops while it waits, while it opens and while it stands in line', async () => {
    const waiting = open();
    waiting.stream.start();
    await waiting.source.refuse(fault('unreachable'));
    await waiting.time.asleep();
    const gate = new ConnectGate(1);
    const opening = open(gate);
    opening.stream.start();
    const inLine = open(gate);
    inLine.stream.start();
    expect(gate.load).toMatchObject({ inside: 1, waiting: 1 });
    for (const { stream } of [waiting, inLine, opening]) {
      await stream.stop();
      await stream.stop();
      expect(stream.state.kind).toBe('stopped');
    }
    expect(gate.load).toMatchObject({ inside: 0, waiting: 0 });
  });

  test('can be started again', async () => {
    const { source, stream } = open();
    stream.start();
    stream.start();
    await source.accept();
    await stream.stop();
    stream.start();
    await source.accept();
    expect(source.openCount).toBe(2);
    await stream.stop();
  });
});
