import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import {
  type AccessUnit,
  type CameraSource,
  type FrameSession,
  type ParameterSets,
  StreamFaultError,
} from '../../../gateway/src/pipeline.ts';
import { RtspSource } from '../../../gateway/src/rtsp/source.ts';
import type { SimulatedCamera } from '../../simulators/camera/camera.ts';
import { clips, type Simulator, startSimulator } from '../../simulators/camera/simulator.ts';

const CANARY = 'CANARY-7f3a%21@:';
const credentials = { username: 'operator', password: CANARY };
const limits = { connectMs: 1_000, responseMs: 600, packetsMs: 800, keyframeMs: 4_000 };
const source = new RtspSource({ limits });

let simulator: Simulator;
const sessions: FrameSession[] = [];

beforeAll(async () => {
  simulator = await startSimulator({
    credentials,
    cameras: [
      {},
      { clip: clips.streetH265 },
      { auth: ['basic', 'digest', 'digest-sha256'] },
      { auth: ['basic'] },
    ],
  });
});
afterEach(async () => {
  await Promise.all(sessions.splice(0).map((session) => session.stop()));
  for (const camera of simulator.cameras) await camera.clearFault();
});
afterAll(() => simulator.stop());

function camera(index = 0): SimulatedCamera {
  const found = simulator.cameras[index];
  if (found === undefined) throw new Error(`no simulated camera ${index}`);
  return found;
}

function rtsp(url: string, changes: object = {}): CameraSource {
  return { kind: 'rtsp', url, ...credentials, transport: 'tcp', ...changes };
}

/** Opens a session and gathers what it brings. */
async function play(of: CameraSource) {
  const units: AccessUnit[] = [];
  const sets: ParameterSets[] = [];
  const waiting: { count: number; resolve(): void }[] = [];
  const session = await source.open(
    of,
    {
      onParameterSets: (next) => sets.push(next),
      onAccessUnit(unit) {
        units.push(unit);
        for (const { count, resolve } of waiting) if (units.length >= count) resolve();
      },
    },
    new AbortController().signal,
  );
  sessions.push(session);
  const atLeast = (count: number) =>
    Promise.race([session.done, new Promise<void>((resolve) => waiting.push({ count, resolve }))]);
  return { session, units, sets, atLeast };
}

async function faultOf(promise: Promise<unknown>): Promise<StreamFaultError> {
  const error = await promise.then(
    () => new Error('nothing failed'),
    (reason: unknown) => reason,
  );
  if (!(error instanceof StreamFaultError)) throw error;
  expect(`${error.message} ${error.stack}`).not.toContain('CANARY');
  return error;
}

describe.each(['tcp', 'udp'] as const)('over %s', (transport) => {
  test('plays H.264 with Digest: every picture, in order, with its parameter sets', async () => {
    const { session, units, sets, atLeast } = await play(rtsp(camera().rtspUrl, { transport }));
    await atLeast(25);
    const steps = units.slice(1).map((unit, index) => unit.rtpTime - (units[index]?.rtpTime ?? 0));
    expect(new Set(steps)).toEqual(new Set([9_000]));
    expect(sets).toHaveLength(1);
    expect(units.some((unit) => unit.key && unit.nals.length >= 3)).toBe(true);
    expect(session.facts).toMatchObject({ lost: 0, corruptUnits: 0, timestampJumps: 0 });
    expect(session.facts.packets).toBeGreaterThan(units.length);
    await session.stop();
    await session.done;
  });

  test('plays H.265', async () => {
    const { session, sets, atLeast } = await play(rtsp(camera(1).rtspUrl, { transport }));
    await atLeast(21);
    expect(sets[0]).toMatchObject({ codec: 'h265' });
    expect(sets[0]?.vps?.length).toBeGreaterThan(10);
    expect(session.facts.keyUnits).toBeGreaterThan(0);
  });

  test('counts loss and marks what it damaged', async () => {
    const { session, units, atLeast } = await play(rtsp(camera().rtspUrl, { transport }));
    await camera().setFault({ kind: 'drop', probability: 0.1 });
    await atLeast(15);
    expect(session.facts.lost).toBeGreaterThan(0);
    expect(units.some((unit) => unit.corrupt)).toBe(true);
  });
});

test('answers SHA-256 where several ways are offered, and Basic where it is alone', async () => {
  for (const index of [2, 3]) await (await play(rtsp(camera(index).rtspUrl))).atLeast(1);
});

test('learns the clock of a camera that is an hour ahead', async () => {
  await camera().setFault({ kind: 'wrong-clock', offsetS: 3_600 });
  const { session, atLeast } = await play(rtsp(camera().rtspUrl));
  await atLeast(2);
  expect(session.facts.clockOffsetMs).toBeGreaterThan(3_590_000);
  expect(session.facts.clockOffsetMs).toBeLessThan(3_610_000);
});

describe('names the fault', () => {
  const open = (changes: object = {}) => faultOf(play(rtsp(camera().rtspUrl, changes)));

  test('of a wrong password, tried once', async () => {
    expect((await open({ password: `${CANARY}x` })).fault).toBe('unauthorized');
  });

  test('of a camera that only takes Basic where nobody allowed it', async () => {
    const refused = await faultOf(play(rtsp(camera(3).rtspUrl, { allowBasic: false })));
    expect(refused.fault).toBe('basic-refused');
    await (await play(rtsp(camera(2).rtspUrl, { allowBasic: false }))).atLeast(1);
  });

  test('of a missing password', async () => {
    const { rtspUrl } = camera();
    const error = await faultOf(play({ kind: 'rtsp', url: rtspUrl, transport: 'tcp' }));
    expect(error.fault).toBe('needs-password');
  });

  test('of a closed port', async () => {
    const url = camera().rtspUrl;
    await camera().setFault({ kind: 'refuse', at: 'rtsp' });
    expect((await faultOf(play(rtsp(url)))).fault).toBe('port-closed');
  });

  test('of a camera that accepts and never answers, or answers by drops', async () => {
    await camera().setFault({ kind: 'silent', at: 'rtsp' });
    expect((await open()).fault).toBe('no-response');
    await camera().clearFault();
    await camera().setFault({ kind: 'slow-drip', at: 'rtsp', byteEveryMs: 50 });
    expect((await open()).fault).toBe('no-response');
  });

  test('of a description without video', async () => {
    await camera().setFault({ kind: 'no-video' });
    expect((await open()).fault).toBe('no-video');
  });

  test('of a redirect, which is not followed', async () => {
    const target = new URL(camera(1).rtspUrl);
    await camera().setFault({ kind: 'redirect', url: `rtsp://u:${CANARY}@${target.host}/live/main` });
    const error = await open();
    expect(error.fault).toBe('redirect-refused');
    expect(error.message).toContain(target.host);
  });

  test('of a path that does not exist', async () => {
    expect((await faultOf(play(rtsp(`${camera().rtspUrl}-none`)))).fault).toBe('not-found');
  });

  test('of a host that does not exist', async () => {
    const url = 'rtsp://camera.invalid:554/live';
    expect((await faultOf(play(rtsp(url)))).fault).toBe('unreachable');
  });

  test('of a stream that stalls', async () => {
    const { session, atLeast } = await play(rtsp(camera().rtspUrl));
    await atLeast(2);
    await camera().setFault({ kind: 'stall' });
    expect((await faultOf(session.done)).fault).toBe('no-packets');
  });

  test('of a camera that goes away', async () => {
    const { session, atLeast } = await play(rtsp(camera().rtspUrl));
    await atLeast(2);
    camera().cutConnections();
    expect((await faultOf(session.done)).fault).toBe('disconnected');
  });
});

test('garbage within packets ends no session', async () => {
  const { session, atLeast } = await play(rtsp(camera().rtspUrl));
  await camera().setFault({ kind: 'garbage' });
  await atLeast(15);
  expect(session.facts.lost).toBe(0);
});

test('gives up opening as soon as it is told to', async () => {
  await camera().setFault({ kind: 'silent', at: 'rtsp' });
  const abort = new AbortController();
  const events = { onParameterSets() {}, onAccessUnit() {} };
  const opening = source.open(rtsp(camera().rtspUrl), events, abort.signal);
  const beganMs = performance.now();
  abort.abort();
  await faultOf(opening);
  expect(performance.now() - beganMs).toBeLessThan(300);
});
