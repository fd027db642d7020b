import { readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { cameras } from '../../../gateway/src/commands/cameras.ts';
import type { SimulatedCamera } from '../../simulators/camera/camera.ts';
import { type Simulator, startSimulator } from '../../simulators/camera/simulator.ts';
import { freePort } from '../../support/free-port.ts';
import { runGateway } from '../../support/run-command.ts';
import { Centre } from '../gateway/centre.ts';
import { type GatewayFolder, prepareGateway } from '../gateway/gateway-process.ts';
import { Trap } from './trap.ts';

const LOGIN = { username: 'operator', password: 'CANARY-7f3a%21@:' };
const LONG_GOP = {
  encoding: 'H264',
  width: 1920,
  height: 1080,
  fps: 25,
  bitrateKbps: 16_000,
  gopLength: 250,
};
let simulator: Simulator;
let folder: GatewayFolder;
let camera: SimulatedCamera;
let id = '';

const ask = async (...args: readonly string[]) => {
  const result = await runGateway(['cameras', ...args, '--config', `${folder.path}/gateway.yaml`, '--json']);
  expect(result.stdout + result.stderr).not.toContain('CANARY');
  return result;
};
const answer = async (...args: readonly string[]) => {
  const { status, stdout, stderr } = await ask(...args);
  expect([status, stderr]).toEqual([0, '']);
  return JSON.parse(stdout);
};

beforeAll(async () => {
  simulator = await startSimulator({
    cameras: [{ faults: [{ kind: 'wrong-clock', offsetS: 10_800 }] }],
    credentials: LOGIN,
  });
  const [first] = simulator.cameras;
  if (!first) throw new Error('no camera');
  camera = first;
  camera.onvif.encoders.set('main_encoder', { ...LONG_GOP });
  const brokerUrl = `mqtt://127.0.0.1:${await freePort()}`;
  folder = await prepareGateway({ centre: new Centre('gw-care'), brokerUrl, cameras: {} });
  const config = ['--config', `${folder.path}/gateway.yaml`];
  const login = ['--user', LOGIN.username, '--password-stdin'];
  const host = new URL(camera.onvifUrl).host;
  const added = await runGateway(['cameras', 'add', host, ...login, ...config, '--json'], LOGIN.password);
  id = JSON.parse(added.stdout).id;
});
afterAll(async () => {
  folder?.remove();
  await simulator?.stop();
});

describe('cameras tune', () => {
  test('shows what it would change, changes it on request, and puts it back', async () => {
    const shown = await answer('tune', id);
    const main = { profileToken: 'main', before: { gopLength: 250 }, after: { gopLength: 50 } };
    const sub = { profileToken: 'sub', before: { fps: 5 }, after: { fps: 15 } };
    expect(shown).toMatchObject({ id, action: 'preview', changes: [main, sub] });
    expect(camera.onvif.encoders.get('main_encoder')).toMatchObject({ gopLength: 250 });

    const applied = await answer('tune', new URL(camera.onvifUrl).host, '--apply');
    expect(applied).toMatchObject({ id, action: 'apply', changes: [main, sub] });
    expect(camera.onvif.encoders.get('main_encoder')).toMatchObject({ gopLength: 50 });
    expect(await answer('tune', id, '--apply')).toMatchObject({ changes: [] });

    const undone = await answer('tune', id, '--undo');
    expect(undone.changes).toMatchObject([
      { before: { gopLength: 50 }, after: { gopLength: 250 } },
      { before: { fps: 15 }, after: { fps: 5 } },
    ]);
    expect(camera.onvif.encoders.get('main_encoder')).toMatchObject(LONG_GOP);
    expect(await answer('tune', id, '--undo')).toMatchObject({ changes: [] });
  });
});

describe('cameras ptz', () => {
  test('shows presets, turns and stops, goes to a preset, and names a wrong speed', async () => {
    expect(await answer('ptz', id)).toEqual({ id, presets: [{ token: 'preset_1', name: '大门' }] });
    camera.onvif.ptz.log.length = 0;
    await answer('ptz', id, '--move', '0.5,-1,0', '--seconds', '0.2');
    expect(camera.onvif.ptz.log).toEqual(['move 0.5 -1 0', 'stop']);
    await answer('ptz', id, '--go', 'preset_1');
    expect(camera.onvif.ptz.log.at(-1)).toBe('goto preset_1');
    const wrong = await ask('ptz', id, '--move', '2,0');
    expect([wrong.status, wrong.stderr]).toEqual([2, expect.stringMatching(/--move: give pan,tilt,zoom/)]);
  });
});

describe('cameras clock', () => {
  test('shows how far the clock is off, sets it, or leaves it to a time server', async () => {
    expect((await answer('clock', id)).clockOffsetMs).toBeGreaterThan(10_000_000);
    expect(Math.abs((await answer('clock', id, '--set')).clockOffsetMs)).toBeLessThan(60_000);
    expect(await answer('clock', id, '--ntp', 'ntp.example.cn')).toMatchObject({ ntp: 'ntp.example.cn' });
    expect(camera.onvif).toMatchObject({ ntpServer: 'ntp.example.cn', dateTimeType: 'NTP' });
  });
});

describe('an order to a camera', () => {
  test.each([
    [['tune', 'x', '--apply', '--undo'], /give one of them/],
    [['clock', 'x', '--set', '--ntp', 'a'], /give one of them/],
    [['clock', 'x', '--ntp', 'a b'], /IPv4 address or a host name/],
    [['tune'], /give one camera id or address/],
  ])('with %j says what is wrong and how to mend it', async (args, message) => {
    await expect(cameras(args)).rejects.toThrow(message);
  });

  test('that is not there ends with a message', async () => {
    const { status, stderr } = await ask('clock', 'cam-none');
    expect([status, stderr]).toEqual([1, expect.stringMatching(/no camera "cam-none": cameras list/)]);
  });

  test('outside the networks of the configuration is refused', async () => {
    const text = readFileSync(`${folder.path}/gateway.yaml`, 'utf8');
    const narrow = `${folder.path}/narrow.yaml`;
    writeFileSync(narrow, text.replace('allowLoopback: true', 'allowLoopback: false'));
    await expect(cameras(['clock', id, '--set', '--config', narrow])).rejects.toThrow(
      /outside cameras\.networks/,
    );
  });

  test('whose place another device has taken sends that one no password', async () => {
    const [port, rtsp] = [camera.onvifUrl, camera.rtspUrl].map((url) => Number(new URL(url).port));
    await simulator.stop();
    const trap = new Trap();
    await trap.start(port ?? 0, rtsp ?? 0);
    try {
      for (const order of [
        ['tune', id, '--apply'],
        ['clock', id, '--set'],
      ]) {
        const { status, stderr } = await ask(...order);
        expect([status, stderr]).toEqual([1, expect.stringMatching(/another device answers/)]);
      }
      expect(trap.received).toContain('GetEndpointReference');
      for (const trace of ['uthorization', 'UsernameToken', LOGIN.username, 'CANARY'])
        expect(trap.received).not.toContain(trace);
    } finally {
      await trap.stop();
    }
  });
});
