import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { SimulatedCamera } from '../../simulators/camera/camera.ts';
import { type Simulator, startSimulator } from '../../simulators/camera/simulator.ts';
import { until } from '../../support/until.ts';
import { type RosterBench, rosterBench } from './roster-bench.ts';

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
  until(`standing ${cause}`, () => device().standing.cause === cause && device()).catch((error: unknown) => {
    throw new Error(`${String(error)}: ${JSON.stringify(device().standing)}`);
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
