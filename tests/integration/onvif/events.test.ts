import { afterEach, describe, expect, test } from 'vitest';
import { systemClock } from '../../../gateway/src/base/clock.ts';
import { silentLogger } from '../../../gateway/src/base/log.ts';
import { sleep } from '../../../gateway/src/base/sleep.ts';
import {
  EventSubscription,
  type EventSubscriptionOptions,
} from '../../../gateway/src/onvif/events/event-subscription.ts';
import type { DeviceNotification } from '../../../gateway/src/pipeline.ts';
import type { SimulatedCamera } from '../../simulators/camera/camera.ts';
import type { QuirkBehaviour } from '../../simulators/camera/onvif/quirk.ts';
import { type Simulator, startSimulator } from '../../simulators/camera/simulator.ts';
import { until } from '../../support/until.ts';

let simulator: Simulator | undefined;
let subscription: EventSubscription | undefined;
afterEach(async () => {
  await subscription?.stop();
  await simulator?.stop();
});

async function subscribed(quirk: QuirkBehaviour = {}, options: Partial<EventSubscriptionOptions> = {}) {
  simulator = await startSimulator({ cameras: [{ quirk }] });
  const [camera] = simulator.cameras;
  if (!camera) throw new Error('no camera');
  const heard: DeviceNotification[] = [];
  subscription = new EventSubscription({
    deviceUrl: camera.onvifUrl,
    login: simulator.credentials,
    clock: systemClock,
    onNotification: (notification) => heard.push(notification),
    log: silentLogger,
    // Retries wait a tenth of the time they do in the field.
    sleep: (ms, signal) => sleep(ms / 10, signal),
    random: () => 0,
    ...options,
  });
  subscription.start();
  await until('the subscription', () => camera.onvif.events.size === 1);
  return { camera, heard };
}

const motion = (camera: SimulatedCamera, state: string) =>
  camera.notify({
    topic: 'tns1:VideoSource/MotionAlarm',
    source: { Source: 'source_0' },
    data: { State: state },
  });

describe('events of a camera', () => {
  test.each([
    ['a path', {}],
    ['a query', { subscriptionReference: 'query' as const }],
    ['reference parameters', { subscriptionReference: 'parameters' as const }],
    ['another port', { separatePorts: true }],
    ['HTTP Digest', { soapLogin: 'http' as const }],
  ])('arrive where the pull point is named by %s', async (_, quirk) => {
    const { camera, heard } = await subscribed(quirk);
    motion(camera, 'true');
    camera.notify({
      topic: 'tns1:Device/Trigger/DigitalInput',
      source: { InputToken: 'in_1' },
      data: { LogicalState: 'true' },
    });
    camera.notify({ topic: 'tns1:RuleEngine/TamperDetector/Tamper', source: {}, data: { IsTamper: '1' } });
    await until('three events', () => heard.length === 3);
    expect(heard).toMatchObject([
      { kind: 'motion', active: true, source: 'source_0' },
      { kind: 'digital-input', active: true, source: 'in_1' },
      { kind: 'tamper', active: true, source: '' },
    ]);
    expect(Math.abs((heard[0]?.atMs ?? 0) - Date.now())).toBeLessThan(60_000);
  });

  test('told twice are passed on once', async () => {
    const { camera, heard } = await subscribed();
    for (const state of ['false', 'true', 'true', 'false', 'true']) motion(camera, state);
    await until('the last one', () => heard.length === 3);
    expect(heard.map(({ active }) => active)).toEqual([true, false, true]);
  });

  test('are subscribed to anew after a reboot, with the clock of then', async () => {
    const { camera, heard } = await subscribed();
    camera.reboot(-86_400_000);
    await until(
      'a second subscription',
      () => camera.onvif.events.made === 2 && camera.onvif.events.size === 1,
    );
    motion(camera, 'true');
    await until('the event', () => heard.length === 1);
  });

  test('outlive a port that hangs up during each pull', async () => {
    const { camera, heard } = await subscribed({ closesEventsAfterMs: 150 });
    await sleep(400);
    motion(camera, 'true');
    await until('the event', () => heard.length === 1);
    expect(camera.onvif.events.made).toBe(1);
  });

  test('are renewed before they end', async () => {
    const { camera } = await subscribed({}, { lifetimeMs: 4000, pullMs: 1000 });
    await until('a renewal', () => camera.onvif.events.renewed > 0);
    expect(camera.onvif.events.made).toBe(1);
  });

  test('leave no subscription behind: a camera that allows one takes the next', async () => {
    const { camera } = await subscribed({ onlyOneSubscription: true });
    await subscription?.stop();
    expect(camera.onvif.events.size).toBe(0);
    subscription?.start();
    await until('the subscription', () => camera.onvif.events.made === 2);
  });

  test('are given up when the login is refused, with one try', async () => {
    const { camera } = await subscribed();
    const lost: string[] = [];
    const other = new EventSubscription({
      deviceUrl: camera.onvifUrl,
      login: { username: 'operator', password: 'wrong' },
      clock: systemClock,
      onNotification: () => undefined,
      onLost: ({ fault }) => lost.push(fault),
      log: silentLogger,
    });
    other.start();
    await until('the end', () => lost.length > 0);
    await other.stop();
    expect(lost).toEqual(['unauthorized']);
    expect(camera.onvif.refusedLogins).toBe(1);
  });
});
