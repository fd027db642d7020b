import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { systemClock } from '../../../gateway/src/base/clock.ts';
import { silentLogger } from '../../../gateway/src/base/log.ts';
import { Discovery } from '../../../gateway/src/onvif/discovery/discovery.ts';
import { OnvifProbe } from '../../../gateway/src/onvif/probe.ts';
import type { DiscoveredDevice } from '../../../gateway/src/pipeline.ts';
import { type Simulator, startSimulator } from '../../simulators/camera/simulator.ts';

let simulator: Simulator;
beforeAll(async () => {
  simulator = await startSimulator({ cameras: 3, discoveryPort: 0, seed: 'onvif-test' });
});
afterAll(() => simulator.stop());

const camera = (index = 0) => {
  const found = simulator.cameras[index];
  if (!found) throw new Error(`no camera ${index}`);
  return found;
};

test('finds every camera of the network by multicast, once asked', async () => {
  const found = new Map<string, DiscoveredDevice>();
  const discovery = new Discovery({
    interfaces: ['127.0.0.1'],
    port: simulator.discoveryPort ?? 0,
    periodMs: 60_000,
    onDevice: (device) => found.set(device.endpoint, device),
    log: silentLogger,
  });
  await discovery.start();
  await expect.poll(() => found.size, { timeout: 10_000 }).toBe(3);
  await discovery.stop();
  for (const { identity, onvifUrl } of simulator.cameras) {
    const device = [...found.values()].find(({ endpoint }) => endpoint.includes(identity.uuid));
    expect(device).toMatchObject({ name: identity.name, addresses: [onvifUrl] });
  }
});

describe('a camera', () => {
  const probe = new OnvifProbe(systemClock);

  test('tells who it is and where its stream is, to whom has the password', async () => {
    const { onvifUrl, rtspUrl, identity } = camera();
    const facts = await probe.facts(onvifUrl, simulator.credentials);
    expect(facts).toMatchObject({
      serial: identity.serial,
      manufacturer: identity.manufacturer,
      mac: identity.mac.toLowerCase(),
    });
    expect(Math.abs(facts.clockOffsetMs ?? Number.NaN)).toBeLessThan(2000);
    const main = facts.profiles[0];
    expect(main).toMatchObject({ codec: 'h264', width: 768, height: 576 });
    expect(await probe.streamUrl(onvifUrl, simulator.credentials, main?.token ?? '')).toBe(rtspUrl);
  });

  test('refuses a wrong password by name', async () => {
    const wrong = { ...simulator.credentials, password: 'wrong' };
    await expect(probe.facts(camera().onvifUrl, wrong)).rejects.toMatchObject({ fault: 'unauthorized' });
    await expect(probe.facts(camera().onvifUrl, null)).rejects.toMatchObject({ fault: 'needs-password' });
  });

  test('whose clock is three hours off is still let in with the right password, and its offset is told', async () => {
    await camera(1).setFault({ kind: 'wrong-clock', offsetS: 10_800 });
    const facts = await probe.facts(camera(1).onvifUrl, simulator.credentials);
    expect((facts.clockOffsetMs ?? 0) / 1000).toBeCloseTo(10_800, -1);
    await camera(1).clearFault('wrong-clock');
  });

  test('that answers nothing, or whose port is closed, is named so', async () => {
    await camera(2).setFault({ kind: 'silent', at: 'onvif' });
    await expect(probe.facts(camera(2).onvifUrl, simulator.credentials)).rejects.toMatchObject({
      fault: 'no-response',
    });
    await camera(2).clearFault('silent');
    await camera(2).setFault({ kind: 'refuse', at: 'onvif' });
    await expect(probe.facts(camera(2).onvifUrl, simulator.credentials)).rejects.toMatchObject({
      fault: 'port-closed',
    });
    await camera(2).clearFault('refuse');
  });
});
