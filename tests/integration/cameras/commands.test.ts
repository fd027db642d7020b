import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { cameras } from '../../../gateway/src/commands/cameras.ts';
import { discover } from '../../../gateway/src/commands/discover.ts';
import { probe } from '../../../gateway/src/commands/probe.ts';
import { type Simulator, startSimulator } from '../../simulators/camera/simulator.ts';
import { freePort } from '../../support/free-port.ts';
import { runGateway } from '../../support/run-command.ts';
import { Centre } from '../gateway/centre.ts';
import { type GatewayFolder, prepareGateway } from '../gateway/gateway-process.ts';

const LOGIN = { username: 'operator', password: 'CANARY-7f3a%21@:' };
const LOOPBACK = '--allow-loopback';
let simulator: Simulator;
let folder: GatewayFolder;

beforeAll(async () => {
  simulator = await startSimulator({ cameras: 3, credentials: LOGIN, discoveryPort: 0 });
  const centre = new Centre('gw-commands');
  folder = await prepareGateway({ centre, brokerUrl: `mqtt://127.0.0.1:${await freePort()}`, cameras: {} });
});
afterAll(async () => {
  folder?.remove();
  await simulator?.stop();
});

const lines = (text: string) =>
  text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
const hostOf = (index: number) => new URL(simulator.cameras[index]?.onvifUrl ?? '').host;

describe('discover', () => {
  test('prints one object for each device, without a configuration', async () => {
    const port = String(simulator.discoveryPort);
    const { status, stdout } = await runGateway([
      'discover',
      LOOPBACK,
      '--port',
      port,
      '--seconds',
      '2',
      '--json',
    ]);
    expect(status).toBe(0);
    const found = lines(stdout);
    expect(found).toHaveLength(3);
    for (const { uuid, name, onvifUrl } of simulator.cameras)
      expect(found).toContainEqual({
        endpoint: `urn:uuid:${uuid}`,
        xaddrs: [onvifUrl],
        name,
        hardware: 'SIM-768',
        address: '127.0.0.1',
      });
  });

  test.each([
    [['--cidr', '127.0.0.0/30'], /--cidr: .*--allow-loopback/],
    [['--cidr', '10.0.0.0'], /--cidr: .*192\.168\.1\.0\/24/],
    [['--seconds', 'x'], /--seconds is "x": give a number from 1 to 300/],
    [['--interface', 'eth0'], /--interface "eth0": give an IPv4 address/],
    [['--unknown'], /--unknown/],
  ])('with %j says what is wrong and how to mend it', async (args, message) => {
    await expect(discover(args)).rejects.toThrow(message);
  });
});

describe('probe', () => {
  const ask = (args: readonly string[], input = '') =>
    runGateway(['probe', ...args, LOOPBACK, '--json'], input);
  const login = ['--user', LOGIN.username, '--password-stdin'];

  test('tells all about a camera that lets us in', async () => {
    const { status, stdout, stderr } = await ask([hostOf(0), ...login], `${LOGIN.password}\n`);
    expect(status).toBe(0);
    const [camera] = simulator.cameras;
    const answer = JSON.parse(stdout);
    expect(answer).toMatchObject({
      state: 'ready',
      cause: 'working',
      endpoint: `urn:uuid:${camera?.uuid}`,
      device: { manufacturer: camera?.identity.manufacturer, serial: camera?.identity.serial },
      snapshotUri: expect.stringMatching(/^http:\/\/127\.0\.0\.1/),
    });
    expect(answer.profiles.map(({ codec }: { codec: string }) => codec)).toEqual(['h264', 'h264']);
    expect(answer.streamUris).toContainEqual({ profile: 'main', uri: camera?.rtspUrl });
    expect(Math.abs(answer.clockOffsetMs)).toBeLessThan(10_000);
    expect(stdout + stderr).not.toContain('CANARY');
  });

  test('names the rung, the cause and the next step in both languages, and ends with 3', async () => {
    const wrong = await ask([hostOf(1), ...login], 'wrong');
    expect(wrong.status).toBe(3);
    expect(JSON.parse(wrong.stdout)).toMatchObject({
      state: 'needs-password',
      cause: 'password-wrong',
      causeText: { zh: '用户名或口令错误', en: 'Wrong user name or password' },
    });
  });

  test.each([
    [['127.0.0.1'], /--allow-loopback/],
    [['camera.example'], /give an IPv4 address/],
    [['http://a:b@10.0.0.1/'], /without a password/],
    [['10.0.0.1', '--user', 'a'], /--password-stdin is missing/],
    [['10.0.0.1', '--password-stdin'], /--user is missing/],
    [[], /give one address/],
  ])('with %j says what is wrong and how to mend it', async (args, message) => {
    await expect(probe(args)).rejects.toThrow(message);
  });

  test('called wrongly ends with 2 and writes nothing to standard output', async () => {
    const { status, stdout, stderr } = await runGateway([
      'probe',
      '10.0.0.1',
      '--user',
      'a',
      '--password-stdin',
    ]);
    expect([status, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/standard input is empty/);
  });
});

describe('cameras', () => {
  const ask = (args: readonly string[], input = '') =>
    runGateway(['cameras', ...args, '--config', `${folder.path}/gateway.yaml`, '--json'], input);

  test('are added, listed and removed without a running gateway, and no password is shown', async () => {
    const login = ['--user', LOGIN.username, '--password-stdin'];
    const added = await ask(['add', hostOf(2), '--name', '后门', ...login], LOGIN.password);
    expect(added.status).toBe(0);
    const camera = JSON.parse(added.stdout);
    expect(camera).toMatchObject({ name: '后门', origin: 'manual', address: hostOf(2) });
    const site = await ask(['password', 'site', ...login], LOGIN.password);
    expect(JSON.parse(site.stdout)).toMatchObject([
      { group: { kind: 'device' } },
      { group: { kind: 'site' } },
    ]);
    const listed = await ask(['list']);
    expect(JSON.parse(listed.stdout)).toMatchObject([{ id: camera.id, accepted: true }]);
    const removed = await ask(['remove', camera.id]);
    expect(JSON.parse(removed.stdout)).toEqual({ removed: camera.id });
    for (const { stdout, stderr } of [added, listed, removed])
      expect(stdout + stderr).not.toContain('CANARY');
  });

  test('that are not there, or a word that is not known, end with a message', async () => {
    const gone = await ask(['remove', 'cam-none']);
    expect([gone.status, gone.stderr]).toEqual([
      1,
      expect.stringMatching(/no camera "cam-none": cameras list/),
    ]);
    const config = ['--config', `${folder.path}/gateway.yaml`];
    await expect(cameras(['rename', 'x', ...config])).rejects.toThrow(/list, add, remove/);
    await expect(cameras(['add', '10.1.2.3', ...config])).rejects.toThrow(/outside cameras\.networks/);
    await expect(cameras(['add', ...config])).rejects.toThrow(/give one address/);
  });
});
