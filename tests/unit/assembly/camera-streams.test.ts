import { describe, expect, test } from 'vitest';
import { CameraStreams } from '../../../gateway/src/assembly/camera-streams.ts';
import { silentLogger } from '../../../gateway/src/base/log.ts';
import type { Camera, FrameSession, FrameSource } from '../../../gateway/src/pipeline.ts';
import { ConnectGate } from '../../../gateway/src/streams/connect-gate.ts';
import { LiveStream } from '../../../gateway/src/streams/live-stream.ts';
import { until } from '../../support/until.ts';
import { NO_FACTS } from '../streams/fake-source.ts';

const rtsp = (path: string) => ({ kind: 'rtsp', url: `rtsp://10.0.0.1/${path}`, transport: 'tcp' }) as const;
const CAMERA: Camera = { id: 'cam-1', code: '44030600001320000001', name: 'gate', source: rtsp('main') };

/** Sessions that play until they are aborted; keeps how many run and which were opened. */
class Sessions implements FrameSource {
  readonly opened: string[] = [];
  readonly #running = new Map<string, number>();

  async open(source: Camera['source'], _events: unknown, signal: AbortSignal): Promise<FrameSession> {
    const name = source.kind === 'rtsp' ? (source.url.split('/').at(-1) ?? '') : source.path;
    this.opened.push(name);
    this.#add(name, 1);
    const done = new Promise<void>((resolve) => {
      signal.addEventListener('abort', () => resolve(), { once: true });
    });
    return { facts: NO_FACTS, done: done.then(() => this.#add(name, -1)), stop: async () => {} };
  }

  count(name: string): number {
    return this.#running.get(name) ?? 0;
  }

  #add(name: string, change: number): void {
    this.#running.set(name, this.count(name) + change);
  }
}

function build(camera: Camera) {
  const sessions = new Sessions();
  const gate = new ConnectGate();
  const streams = new CameraStreams({
    camera,
    createStream: (profile) =>
      new LiveStream({ camera: profile, source: sessions, gate, log: silentLogger, sleep: async () => {} }),
    log: silentLogger,
    lingerMs: 0,
  });
  return { sessions, streams };
}

describe('the profiles of a camera', () => {
  test('a camera with one stream has one session, whoever asks for whichever profile', async () => {
    const { sessions, streams } = build(CAMERA);
    streams.start();
    const ends = [
      streams.main().subscribe({}),
      streams.of('sub').subscribe({}),
      streams.of('main').subscribe({}),
    ];
    await until('the session', () => sessions.count('main') === 1);
    for (const end of ends) end();
    expect(streams.main()).toBe(streams.watch);
    expect(sessions.opened).toEqual(['main']);
    await streams.stop();
    expect(sessions.count('main')).toBe(0);
  });

  test('the sub-stream runs all the time, the main one while somebody is subscribed, once for all of them', async () => {
    const { sessions, streams } = build({ ...CAMERA, sub: rtsp('sub') });
    streams.start();
    await until('the sub-stream', () => sessions.count('sub') === 1);
    expect(sessions.opened).toEqual(['sub']);
    const first = streams.main().subscribe({});
    const second = streams.main().subscribe({});
    await until('the main stream', () => sessions.count('main') === 1);
    first();
    first();
    expect(sessions.count('main')).toBe(1);
    second();
    await until('its end', () => sessions.count('main') === 0);
    const again = streams.main().subscribe({});
    await until('the main stream again', () => sessions.count('main') === 1);
    expect(sessions.opened).toEqual(['sub', 'main', 'main']);
    again();
    await streams.stop();
    expect([sessions.count('sub'), sessions.count('main')]).toEqual([0, 0]);
  });

  test('a closed main stream speaks with the state of the watched one', async () => {
    const { sessions, streams } = build({ ...CAMERA, sub: rtsp('sub') });
    expect(streams.main().state.kind).toBe('stopped');
    streams.start();
    await until('the sub-stream', () => sessions.count('sub') === 1);
    expect(streams.main().state).toBe(streams.watch.state);
    await streams.stop();
    const late = streams.main().subscribe({});
    await streams.stop();
    expect(sessions.opened).toEqual(['sub']);
    late();
  });
});
