import { afterAll, beforeAll, expect, test } from 'vitest';
import { fixturePath } from '../../support/access-units.ts';
import { type Mosquitto, startMosquitto } from '../../support/mosquitto.ts';
import type { ServiceProcess } from '../../support/service-process.ts';
import { Centre } from './centre.ts';
import { type GatewayFolder, intrusion, prepareGateway } from './gateway-process.ts';

const CAMERA = 'from a file';
const centre = new Centre('gw-restarted');
let broker: Mosquitto;
let folder: GatewayFolder;
let gateway: ServiceProcess;

beforeAll(async () => {
  broker = await startMosquitto();
  await centre.start(broker.url);
  folder = await prepareGateway({
    centre,
    brokerUrl: broker.url,
    // Once raised it stays: only the restart can clear it.
    rules: [intrusion({ clearSeconds: 3600 })],
    cameras: { entries: [{ source: 'file', key: 'file', name: CAMERA, path: fixturePath('street.mp4') }] },
  });
  gateway = await folder.start();
});

afterAll(async () => {
  await gateway?.stop();
  folder?.remove();
  await centre.stop();
  await broker?.stop();
});

test('alarms that a power cut left open are cleared at the next start, and the camera raises anew', async () => {
  const raised = await centre.nextIntrusion(CAMERA, 60_000);
  await gateway.kill();
  gateway = await folder.start();
  const cleared = await centre.eventWhen('the clearing', ({ phase }) => phase === 'cleared');
  expect(cleared).toMatchObject({ alarmId: raised.alarmId, type: 'zone-intrusion', origin: raised.origin });
  expect(cleared.bootId).not.toBe(raised.bootId);
  const again = await centre.nextIntrusion(CAMERA, 60_000);
  expect(again.bootId).toBe(cleared.bootId);
  expect(again.alarmId).not.toBe(raised.alarmId);
  expect(centre.events.filter(({ phase }) => phase === 'cleared')).toHaveLength(1);
}, 180_000);
