import type { CameraFault, CameraHealth } from '@pingan/models/contract';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Fault } from '../../simulators/camera/faults.ts';
import { clips, type Simulator, startSimulator } from '../../simulators/camera/simulator.ts';
import { fixturePath } from '../../support/access-units.ts';
import { freePort } from '../../support/free-port.ts';
import { type Mosquitto, startMosquitto } from '../../support/mosquitto.ts';
import type { ServiceProcess } from '../../support/service-process.ts';
import { Centre } from './centre.ts';
import { type GatewayFolder, prepareGateway } from './gateway-process.ts';

type Case = { name: string; fault: Fault; named: readonly CameraFault[]; recoversWithinMs: number };

/** A password is tried again after a minute, so that the camera does not lock the account. */
const CASES: readonly Case[] = [
  {
    name: 'refuses the password',
    fault: { kind: 'unauthorized' },
    named: ['unauthorized'],
    recoversWithinMs: 100_000,
  },
  { name: 'closed its port', fault: { kind: 'refuse' }, named: ['port-closed'], recoversWithinMs: 60_000 },
  { name: 'never answers', fault: { kind: 'silent' }, named: ['no-response'], recoversWithinMs: 60_000 },
  { name: 'offers no video', fault: { kind: 'no-video' }, named: ['no-video'], recoversWithinMs: 60_000 },
  {
    name: 'sends broken H.264',
    fault: { kind: 'garbage' },
    named: ['decode-errors', 'no-keyframe'],
    recoversWithinMs: 60_000,
  },
];
const HEALTHY = 'healthy';
const FROM_FILE = 'from a file';
const LOCKED = 'discovered with another password';

const centre = new Centre('gw-faults');
let broker: Mosquitto;
let simulator: Simulator;
let locked: Simulator;
let folder: GatewayFolder;
let gateway: ServiceProcess;

beforeAll(async () => {
  broker = await startMosquitto();
  await centre.start(broker.url);
  simulator = await startSimulator({
    cameras: [{ name: HEALTHY }, ...CASES.map(({ name }) => ({ name, clip: clips.streetSub }))],
  });
  locked = await startSimulator({
    cameras: [{ name: LOCKED, credentials: { username: 'operator', password: 'another-one' } }],
    seed: 'locked',
    discoveryPort: await freePort(),
  });
  for (const [index, { fault }] of CASES.entries()) await simulator.cameras[index + 1]?.setFault(fault);
  folder = await prepareGateway({
    centre,
    brokerUrl: broker.url,
    secrets: { 'password.txt': simulator.credentials.password },
    discovery: {
      enabled: true,
      interfaces: ['127.0.0.1'],
      multicastPort: locked.discoveryPort ?? 0,
      periodSeconds: 5,
    },
    cameras: {
      credentials: [{ username: simulator.credentials.username, passwordFile: './password.txt' }],
      entries: [
        ...simulator.cameras.map(({ name, rtspUrl }, index) => ({
          source: 'rtsp' as const,
          key: `camera-${index}`,
          name,
          url: rtspUrl,
          username: simulator.credentials.username,
          passwordFile: './password.txt',
        })),
        { source: 'file', key: 'file', name: FROM_FILE, path: fixturePath('street.mp4') },
      ],
    },
  });
  gateway = await folder.start();
});

afterAll(async () => {
  await gateway?.stop();
  folder?.remove();
  await Promise.all([simulator?.stop(), locked?.stop()]);
  await centre.stop();
  await broker?.stop();
});

const hasFailed =
  (faults: readonly CameraFault[]) =>
  ({ state }: CameraHealth) =>
    state.kind === 'failed' && faults.includes(state.fault);

describe.concurrent('one gateway with good and bad cameras', () => {
  for (const [index, { name, fault, named, recoversWithinMs }] of CASES.entries()) {
    test(`a camera that ${name} is reported as ${named.join(' or ')}, and streams again when it is well`, async () => {
      const failed = await centre.cameraWhen(name, named.join(' or '), hasFailed(named));
      expect(failed.state).toHaveProperty('message', expect.stringMatching(/.{20,}/));
      await simulator.cameras[index + 1]?.clearFault(fault.kind);
      await centre.streaming(name, recoversWithinMs);
    }, 180_000);
  }

  test('a discovered camera that refuses the password is listed as unauthorized', async () => {
    const camera = await centre.cameraWhen(LOCKED, 'unauthorized', hasFailed(['unauthorized']));
    expect(camera.address).toBe(new URL(locked.cameras[0]?.onvifUrl ?? '').host);
  }, 90_000);

  test('the healthy camera beside them streams and raises all the while', async () => {
    for (const { name, named } of CASES) await centre.wasSeen(name, named.join(' or '), hasFailed(named));
    const event = await centre.nextIntrusion(HEALTHY);
    expect(event.snapshot?.jpegBase64.length).toBeGreaterThan(1000);
    const states = centre.reports
      .flatMap(({ cameras }) => cameras)
      .filter(({ name }) => name === HEALTHY)
      .map(({ state }) => state.kind);
    expect(states.slice(states.indexOf('streaming'))).not.toContain('failed');
  }, 120_000);

  test('a file plays as a camera and raises', async () => {
    const camera = await centre.streaming(FROM_FILE);
    expect(camera).toMatchObject({ address: 'street.mp4', codec: 'h264', width: 768, height: 576 });
    const event = await centre.nextIntrusion(FROM_FILE);
    expect(event.detail.track?.label).toBe('person');
  }, 120_000);
});

test('none of it restarted the process or went unhandled', () => {
  expect(gateway.isAlive()).toBe(true);
  expect(new Set(centre.reports.map(({ bootId }) => bootId)).size).toBe(1);
  expect(gateway.output()).not.toMatch(/unhandled|uncaught|internal error|unforeseen/i);
  expect(gateway.output()).not.toContain('ffmpeg is not installed');
});
