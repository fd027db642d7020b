import { afterEach, expect, test } from 'vitest';
import type { EventDraft } from '../../../gateway/src/assembly/alarm-book.ts';
import { CameraDeviceEvents } from '../../../gateway/src/assembly/camera-device-events.ts';
import { systemClock } from '../../../gateway/src/base/clock.ts';
import { silentLogger } from '../../../gateway/src/base/log.ts';
import type { Camera } from '../../../gateway/src/pipeline.ts';
import { type Simulator, startSimulator } from '../../simulators/camera/simulator.ts';
import { until } from '../../support/until.ts';

let simulator: Simulator | undefined;
let events: CameraDeviceEvents | undefined;
afterEach(async () => {
  await events?.stop();
  await simulator?.stop();
});

async function start(kinds: ConstructorParameters<typeof CameraDeviceEvents>[0]['kinds']) {
  simulator = await startSimulator({ cameras: [{ channels: 2 }] });
  const [device] = simulator.cameras;
  if (!device) throw new Error('no camera');
  const login = simulator.credentials;
  const drafts: EventDraft[] = [];
  events = new CameraDeviceEvents({
    prove: async () => {},
    kinds,
    emit: async (draft) => void drafts.push(draft),
    clock: systemClock,
    log: silentLogger,
  });
  const camera = (n: number): Camera => ({
    id: `cam-${n}`,
    code: '44030600001327000001',
    name: `${n} 号机`,
    source: { kind: 'rtsp', url: device.rtspUrl, transport: 'tcp', ...login },
  });
  const record = {
    id: 'dev-1',
    url: device.onvifUrl,
    channels: [
      { cameraId: 'cam-1', sourceToken: 'source_0' },
      { cameraId: 'cam-2', sourceToken: 'source_1' },
    ],
  };
  for (const n of [1, 2]) events.admitted(camera(n), record);
  return { device, drafts };
}

test('a recorder with two cameras has one subscription, and each camera its own events', async () => {
  const { device, drafts } = await start(['motion', 'tamper', 'digital-input']);
  await until('the subscription', () => device.onvif.events.size === 1);
  for (const [source, state] of [
    ['source_1', 'true'],
    ['source_1', 'false'],
    ['source_0', 'true'],
  ] as const)
    device.notify({
      topic: 'tns1:VideoSource/MotionAlarm',
      source: { Source: source },
      data: { State: state },
    });
  await until('three events', () => drafts.length === 3);
  expect(drafts.map(({ phase, type, origin }) => [phase, type, origin.id])).toEqual([
    ['raised', 'camera-motion', 'cam-2'],
    ['cleared', 'camera-motion', 'cam-2'],
    ['raised', 'camera-motion', 'cam-1'],
  ]);
  expect(device.onvif.events.made).toBe(1);
});

test('what nobody asked for is no event, and what is open when the cameras go is cleared', async () => {
  const { device, drafts } = await start(['tamper']);
  await until('the subscription', () => device.onvif.events.size === 1);
  device.notify({ topic: 'tns1:VideoSource/MotionAlarm', source: {}, data: { State: 'true' } });
  device.notify({ topic: 'tns1:RuleEngine/TamperDetector/Tamper', source: {}, data: { IsTamper: 'true' } });
  await until('the alarm', () => drafts.length === 1);
  for (const id of ['cam-1', 'cam-2']) events?.withdrawn(id);
  await until('the end', () => drafts.length === 2);
  expect(drafts.map(({ phase, type }) => [phase, type])).toEqual([
    ['raised', 'tamper-alarm'],
    ['cleared', 'tamper-alarm'],
  ]);
  await until('no subscription', () => device.onvif.events.size === 0);
});
