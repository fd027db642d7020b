import type { StreamState } from '@pingan/models/contract';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { silentLogger } from '../../../gateway/src/base/log.ts';
import { RtspSource } from '../../../gateway/src/rtsp/source.ts';
import { ConnectGate } from '../../../gateway/src/streams/connect-gate.ts';
import { FileSource } from '../../../gateway/src/streams/file-source.ts';
import { LiveStream } from '../../../gateway/src/streams/live-stream.ts';
import { sourceByKind } from '../../../gateway/src/streams/sources.ts';
import type { SimulatedCamera } from '../../simulators/camera/camera.ts';
import { type Simulator, startSimulator } from '../../simulators/camera/simulator.ts';
import { until } from '../../support/until.ts';

let simulator: Simulator;
const streams: LiveStream[] = [];
const source = sourceByKind({ rtsp: new RtspSource(), file: new FileSource() });
const gate = new ConnectGate(2);

beforeAll(async () => {
  simulator = await startSimulator({ cameras: 4 });
});
afterEach(async () => {
  await Promise.all(streams.splice(0).map((stream) => stream.stop()));
  for (const camera of simulator.cameras) await camera.clearFault();
});
afterAll(() => simulator.stop());

function watch(camera: SimulatedCamera) {
  const stream = new LiveStream({
    camera: {
      id: camera.uuid,
      code: '44030600001310000001',
      name: camera.name,
      source: { kind: 'rtsp', url: camera.rtspUrl, ...simulator.credentials, transport: 'tcp' },
    },
    source,
    gate,
    log: silentLogger,
    retry: { baseMs: 50, capMs: 200 },
  });
  streams.push(stream);
  const seen = { states: [] as StreamState[], units: 0, times: [] as number[] };
  stream.subscribe({
    onState: (state) => seen.states.push(state),
    onAccessUnit(unit) {
      seen.units++;
      seen.times.push(unit.rtpTime);
    },
  });
  stream.start();
  return { stream, seen, camera };
}

const all = () => simulator.cameras.map(watch);
const isStreaming = ({ stream }: { stream: LiveStream }) => stream.state.kind === 'streaming';

test('plays several cameras through one narrow gate', async () => {
  const watched = all();
  await until('four streams', () => watched.every(isStreaming));
  await until('a group of pictures each', () =>
    watched.every(({ stream }) => (stream.gop()?.units.length ?? 0) > 3),
  );
  for (const { stream } of watched) expect(stream.facts?.corruptUnits).toBe(0);
});

test('keeps consumers over a reboot, and tells no other camera', async () => {
  const watched = all();
  await until('four streams', () => watched.every(isStreaming));
  const [first, ...others] = watched;
  if (first === undefined) throw new Error('no camera');
  await first.camera.setFault({ kind: 'refuse', at: 'rtsp' });
  await until(
    'a closed port',
    () => first.stream.state.kind === 'failed' && first.stream.state.fault === 'port-closed',
  );
  const before = first.seen.units;
  await first.camera.clearFault();
  await until('the stream again', () => isStreaming(first) && first.seen.units > before + 3);
  expect(first.seen.times).toEqual(first.seen.times.toSorted((a, b) => a - b));
  for (const { seen } of others) {
    expect(seen.states.map((state) => state.kind)).toEqual(['connecting', 'streaming']);
  }
});

test('sees a stalled stream, with the limits that are in force', async () => {
  const camera = simulator.cameras[0];
  if (camera === undefined) throw new Error('no camera');
  const { stream } = watch(camera);
  await until('the stream', () => stream.state.kind === 'streaming');
  await camera.setFault({ kind: 'stall' });
  await until('the fault', () => stream.state.kind === 'failed' && stream.state.fault === 'no-packets');
});

test('a wrong password is tried once, not again at once', async () => {
  const camera = simulator.cameras[0];
  if (camera === undefined) throw new Error('no camera');
  await camera.setFault({ kind: 'unauthorized', at: 'rtsp' });
  const { stream } = watch(camera);
  const failed = await until('the refusal', () => (stream.state.kind === 'failed' ? stream.state : null));
  expect(failed.fault).toBe('unauthorized');
  expect(Date.parse(failed.retryAt ?? '') - Date.parse(failed.since)).toBeGreaterThanOrEqual(60_000);
});
