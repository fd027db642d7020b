import { afterAll, beforeAll, expect, test } from 'vitest';
import { clips, type Simulator, startSimulator } from '../../simulators/camera/simulator.ts';
import { freePort } from '../../support/free-port.ts';
import { type Mosquitto, startMosquitto } from '../../support/mosquitto.ts';
import type { ServiceProcess } from '../../support/service-process.ts';
import { until } from '../../support/until.ts';
import { Centre } from '../gateway/centre.ts';
import { type GatewayFolder, prepareGateway } from '../gateway/gateway-process.ts';
import { Trap } from './trap.ts';

const NAME = '会搬家的摄像机';
const LOGIN = { username: 'operator', password: 'CANARY-7f3a%21@:' };
/** The bar: found again within a minute without anybody's help. */
const FOUND_AGAIN_MS = 60_000;

const centre = new Centre('gw-identity');
const trap = new Trap();
let broker: Mosquitto;
let camera: Simulator | undefined;
let folder: GatewayFolder;
let gateway: ServiceProcess;
let discoveryPort = 0;

/** The same camera (uuid, serial number, MAC) at other ports. */
const place = () =>
  startSimulator({
    cameras: [{ name: NAME, clip: clips.streetSub }],
    seed: 'moves',
    credentials: LOGIN,
    discoveryPort,
  });
const host = (simulator: Simulator | undefined) => new URL(simulator?.cameras[0]?.rtspUrl ?? '').host;

beforeAll(async () => {
  broker = await startMosquitto();
  await centre.start(broker.url);
  discoveryPort = await freePort();
  camera = await place();
  folder = await prepareGateway({
    centre,
    brokerUrl: broker.url,
    logLevel: 'debug',
    secrets: { 'password.txt': LOGIN.password },
    discovery: { enabled: true, interfaces: ['127.0.0.1'], multicastPort: discoveryPort, periodSeconds: 30 },
    cameras: { credentials: [{ username: LOGIN.username, passwordFile: './password.txt' }] },
  });
  gateway = await folder.start();
});

afterAll(async () => {
  await gateway?.stop();
  folder?.remove();
  await Promise.all([camera?.stop(), trap.stop()]);
  await centre.stop();
  await broker?.stop();
});

const streamingAt = (address: string, limitMs?: number) =>
  centre.cameraWhen(
    NAME,
    `streaming from ${address}`,
    ({ state, address: at }) => state.kind === 'streaming' && at === address,
    limitMs,
  );

test('a camera whose address changes streams again within a minute, as the same camera', async () => {
  const before = await streamingAt(host(camera));
  await camera?.stop();
  camera = await place();
  const after = await streamingAt(host(camera), FOUND_AGAIN_MS);
  expect(after).toMatchObject({ cameraId: before.cameraId, code: before.code });
  expect(centre.reports.at(-1)?.cameras.filter(({ name }) => name === NAME)).toHaveLength(1);
  expect(centre.events.filter(({ type }) => type === 'camera-identity-changed')).toEqual([]);
}, 120_000);

test('a swapped device raises the alarm and is sent no password; the known one coming back clears it', async () => {
  const [simulated] = camera?.cameras ?? [];
  const ports = [simulated?.onvifUrl, simulated?.rtspUrl].map((url) => Number(new URL(url ?? '').port));
  await camera?.stop();
  await trap.start(ports[0] ?? 0, ports[1] ?? 0);
  const raised = await centre.eventWhen(
    'the identity alarm',
    ({ type, phase }) => type === 'camera-identity-changed' && phase === 'raised',
    FOUND_AGAIN_MS,
  );
  expect(raised).toMatchObject({ severity: 2, origin: { kind: 'camera', name: NAME } });
  expect(raised.detail.fault?.message).toContain('99999999-aaaa-4bbb-8ccc-dddddddddddd');
  await centre.cameraWhen(
    NAME,
    'named',
    ({ state }) => state.kind === 'failed' && state.fault === 'identity-changed',
  );
  expect(trap.received).toContain('GetEndpointReference');
  for (const trace of ['Authorization', 'authorization', 'UsernameToken', LOGIN.username, 'CANARY'])
    expect(trap.received).not.toContain(trace);

  camera = await place();
  const cleared = await centre.eventWhen(
    'the end of the alarm',
    ({ alarmId, phase }) => alarmId === raised.id && phase === 'cleared',
    FOUND_AGAIN_MS,
  );
  expect(cleared.type).toBe('camera-identity-changed');
  await streamingAt(host(camera));
  expect(await until('the log', () => gateway.output())).not.toContain('CANARY');
}, 180_000);
