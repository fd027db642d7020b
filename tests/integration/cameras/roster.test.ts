import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { systemClock } from '../../../gateway/src/base/clock.ts';
import { OnvifProbe } from '../../../gateway/src/onvif/probe.ts';
import type { SimulatedCamera } from '../../simulators/camera/camera.ts';
import { type Simulator, startSimulator } from '../../simulators/camera/simulator.ts';
import { until } from '../../support/until.ts';
import { type RosterBench, rosterBench } from './roster-bench.ts';
import { Trap } from './trap.ts';

let simulator: Simulator;
let bench: RosterBench;
const LOGIN = { username: 'operator', password: 'CANARY-7f3a%21@:' };

const heardOf = ({ uuid, name, onvifUrl }: SimulatedCamera, address = onvifUrl) => ({
  endpoint: `urn:uuid:${uuid}`,
  addresses: [address],
  name,
  hardware: 'SIM-768',
  sender: '127.0.0.1',
});
const first = () => {
  const [camera] = simulator.cameras;
  if (!camera) throw new Error('no camera');
  return camera;
};
const device = (index = 0) => {
  const found = bench.system.roster.devices()[index];
  if (!found) throw new Error('no device');
  return found;
};
const standing = (cause: string) =>
  until(`standing ${cause}`, () => {
    const found = bench.system.roster.devices()[0];
    return found?.standing.cause === cause && found;
  }).catch((error: unknown) => {
    throw new Error(`${String(error)}: ${JSON.stringify(bench.system.roster.devices()[0]?.standing)}`);
  });

afterEach(async () => {
  await bench?.end();
  await simulator?.stop();
});

describe('a password of the vault', () => {
  beforeEach(async () => {
    simulator = await startSimulator({ credentials: LOGIN, cameras: 1 });
    bench = rosterBench();
  });

  test('opens the cameras that were there when it was given, and is kept sealed', async () => {
    bench.system.consider(heardOf(first()));
    await standing('password-missing');
    bench.system.roster.setCredentials({ kind: 'site' }, LOGIN);
    const ready = await standing('working');
    expect(ready).toMatchObject({
      atWork: true,
      accepted: true,
      login: { from: 'site', username: 'operator' },
    });
    expect(ready.serial).toBe(first().identity.serial);
    expect(bench.cameras.get(ready.id)?.source).toMatchObject({ ...LOGIN, allowBasic: true });
    expect(JSON.stringify(bench.system.roster.credentialSets())).not.toContain('CANARY');
    for (const name of readdirSync(bench.dataDir))
      expect(readFileSync(join(bench.dataDir, name)).includes('CANARY'), name).toBe(false);
    expect(statSync(join(bench.dataDir, 'vault.key')).mode & 0o777).toBe(0o600);
  });

  test('is not sent to a device that came later until a person says so', async () => {
    bench.system.roster.setCredentials({ kind: 'site' }, LOGIN);
    bench.system.consider(heardOf(first()));
    await standing('password-unconfirmed');
    bench.system.roster.acceptIdentity(device().id);
    await standing('working');
  });

  test('works again after a restart without being entered again', async () => {
    bench.system.consider(heardOf(first()));
    await standing('password-missing');
    bench.system.roster.setCredentials({ kind: 'devices', ids: [device().id] }, LOGIN);
    const before = await standing('working');
    bench.system.roster.describe(before.id, { name: '北门', place: '1 栋', direction: 4 });
    await bench.restart();
    const after = await standing('working');
    expect(after).toMatchObject({
      id: before.id,
      code: before.code,
      name: '北门',
      place: '1 栋',
      direction: 4,
    });
    await until('the camera at work', () => bench.cameras.get(after.id)?.name === '北门');
  });
});

describe('a camera that locks its account after five wrong tries', () => {
  const quirk = { lockout: { tries: 5, forMs: 1_800_000 } };
  let skewMs = 0;
  const clock = { now: () => Date.now() + skewMs, monotonic: () => performance.now() };
  const wrong = ['one', 'two', 'three', 'four', 'five', 'six'].map((password) => ({
    username: 'admin',
    password,
  }));

  beforeEach(() => {
    skewMs = 0;
  });

  test('is never locked, whatever logins are written down, across hours and restarts', async () => {
    simulator = await startSimulator({ credentials: LOGIN, cameras: [{ quirk }] });
    bench = rosterBench({ clock, probe: new OnvifProbe(systemClock), logins: wrong });
    bench.system.consider(heardOf(first()));
    await standing('password-wrong');
    for (let hour = 0; hour < 4; hour += 1) {
      skewMs += 3_600_000;
      await bench.restart();
      await bench.system.roster.tryAgain(device().id);
    }
    expect(first().onvif.refusedLogins).toBeGreaterThanOrEqual(3);
    expect(first().onvif.timesLocked).toBe(0);
    expect(device().standing).toMatchObject({ state: 'needs-password', retryAtMs: null });
  });

  test('is let in at once by the right password after three wrong ones of a person in two hours', async () => {
    simulator = await startSimulator({ credentials: LOGIN, cameras: [{ quirk }] });
    bench = rosterBench({ clock, probe: new OnvifProbe(systemClock) });
    bench.system.consider(heardOf(first()));
    const { id } = await standing('password-missing');
    for (const login of wrong) {
      bench.system.roster.setCredentials({ kind: 'site' }, login);
      await bench.system.roster.tryAgain(id);
    }
    expect(device().standing).toMatchObject({ cause: 'password-held-back', state: 'needs-password' });
    expect(device().standing.retryAtMs).toBeGreaterThan(clock.now());
    skewMs += 3_600_000;
    bench.system.roster.setCredentials({ kind: 'devices', ids: [id] }, LOGIN);
    await standing('working');
    expect(first().onvif).toMatchObject({ timesLocked: 0, refusedLogins: 3 });
  });
});

test('a camera that is removed stays away until it is added again, and its login is gone', async () => {
  simulator = await startSimulator({ credentials: LOGIN, cameras: 1 });
  bench = rosterBench();
  bench.system.consider(heardOf(first()));
  const { id } = await standing('password-missing');
  bench.system.roster.setCredentials({ kind: 'devices', ids: [id] }, LOGIN);
  await standing('working');
  await bench.system.roster.remove(id);
  await bench.restart();
  bench.system.consider(heardOf(first()));
  expect(bench.system.roster.devices()).toEqual([]);
  expect(bench.system.roster.credentialSets()).toEqual([]);
  expect(bench.cameras.size).toBe(0);
  const address = new URL(first().onvifUrl).host;
  const again = await bench.system.roster.addManual({ address, name: '又来', login: LOGIN });
  expect(again).toMatchObject({ name: '又来', origin: 'manual', standing: { cause: 'working' } });
});

test('cameras are added by RTSP address too, and odd addresses are refused by name', async () => {
  simulator = await startSimulator({ credentials: LOGIN, cameras: 1 });
  bench = rosterBench();
  const { roster } = bench.system;
  const added = await roster.addManual({ address: first().rtspUrl, login: LOGIN });
  expect(added).toMatchObject({ protocol: 'rtsp', origin: 'manual', address: new URL(first().rtspUrl).host });
  expect(bench.cameras.get(added.id)?.source).toMatchObject({ url: first().rtspUrl, ...LOGIN });
  const refused = [
    '',
    'camera.example',
    'rtsp://a:b@127.0.0.1/x',
    '10.1.2.3',
    'ftp://127.0.0.1',
    '169.254.169.254',
  ];
  for (const address of refused)
    await expect(roster.addManual({ address }), address).rejects.toMatchObject({
      kind: 'invalid',
      message: /address: /,
    });
});

test('a change on disk by another process is taken over within seconds', async () => {
  simulator = await startSimulator({ credentials: LOGIN, cameras: 2 });
  bench = rosterBench();
  const other = bench.another();
  other.open();
  const address = new URL(first().onvifUrl).host;
  const added = await other.roster.addManual({ address, login: LOGIN });
  await standing('working');
  expect(device().id).toBe(added.id);
  await other.roster.remove(added.id);
  await until(
    'the camera gone',
    () => bench.system.roster.devices().length === 0 && bench.cameras.size === 0,
  );
  await other.stop();
});

test('the clock of a device is measured at each contact and set on request', async () => {
  simulator = await startSimulator({
    credentials: LOGIN,
    cameras: [{ faults: [{ kind: 'wrong-clock', offsetS: 7200 }] }],
  });
  bench = rosterBench({ logins: [LOGIN] });
  bench.system.consider(heardOf(first()));
  const off = await standing('clock-off');
  expect(off).toMatchObject({ atWork: true, standing: { state: 'clock-wrong' } });
  expect(off.clockOffsetMs ?? 0).toBeGreaterThan(7_190_000);
  const mended = await bench.system.roster.setClock(off.id);
  expect(Math.abs(mended.clockOffsetMs ?? Number.NaN)).toBeLessThan(10_000);
  await standing('working');
});

test('the clock of a device that took the place of another is not set: it is sent no login', async () => {
  simulator = await startSimulator({ credentials: LOGIN, cameras: 1 });
  bench = rosterBench({ logins: [LOGIN] });
  bench.system.consider(heardOf(first()));
  const { id } = await standing('working');
  const port = Number(new URL(first().onvifUrl).port);
  await simulator.stop();
  const trap = new Trap();
  await trap.start(port, 0);
  try {
    await expect(bench.system.roster.setClock(id)).rejects.toThrow(/another device answers|log in first/);
    for (const trace of ['uthorization', 'UsernameToken', LOGIN.username])
      expect(trap.received).not.toContain(trace);
  } finally {
    await trap.stop();
  }
});

test('a replaced camera keeps its id and place once a person accepts it, but not the password of the one before', async () => {
  simulator = await startSimulator({ credentials: LOGIN, cameras: 1 });
  bench = rosterBench();
  bench.system.consider(heardOf(first()));
  const { id } = await standing('password-missing');
  bench.system.roster.setCredentials({ kind: 'devices', ids: [id] }, LOGIN);
  const before = await standing('working');
  bench.system.roster.describe(id, { place: '3 栋' });
  const port = Number(new URL(first().onvifUrl).port);
  await simulator.stop();
  simulator = await startSimulator({ credentials: LOGIN, cameras: 1, seed: 'another', basePort: port });
  bench.system.consider(heardOf(first()));
  await standing('identity-changed');
  expect(bench.cameras.size).toBe(0);
  expect(bench.identity.map(({ phase }) => phase)).toEqual(['raised']);
  bench.system.roster.acceptIdentity(id);
  expect(bench.identity.map(({ phase }) => phase)).toEqual(['raised', 'cleared']);
  await standing('password-missing');
  expect(bench.system.roster.credentialSets()).toEqual([]);
  bench.system.roster.setCredentials({ kind: 'devices', ids: [id] }, LOGIN);
  const after = await standing('working');
  expect(after).toMatchObject({
    id: before.id,
    code: before.code,
    place: '3 栋',
    serial: first().identity.serial,
  });
});

test('where the policy says so, a camera that moved waits until a person confirms its address, by another process too', async () => {
  simulator = await startSimulator({ credentials: LOGIN, cameras: 1, seed: 'mover' });
  bench = rosterBench({ followMoved: 'ask' });
  bench.system.consider(heardOf(first()));
  const { id } = await standing('password-missing');
  bench.system.roster.setCredentials({ kind: 'site' }, LOGIN);
  await standing('working');
  await simulator.stop();
  simulator = await startSimulator({ credentials: LOGIN, cameras: 1, seed: 'mover' });
  bench.system.consider(heardOf(first()));
  await standing('address-changed');
  expect(first().onvif.refusedLogins).toBe(0);
  const other = bench.another();
  other.open();
  other.roster.acceptIdentity(id);
  await other.stop();
  expect(await standing('working')).toMatchObject({
    id,
    address: new URL(first().onvifUrl).host,
    accepted: true,
  });
  expect(bench.identity).toEqual([]);
});
