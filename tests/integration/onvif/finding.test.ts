import { createServer } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { createAddressPolicy } from '../../../gateway/src/base/address.ts';
import { systemClock } from '../../../gateway/src/base/clock.ts';
import { silentLogger } from '../../../gateway/src/base/log.ts';
import { Discovery } from '../../../gateway/src/onvif/discovery/discovery.ts';
import { OnvifScanner } from '../../../gateway/src/onvif/discovery/scanner.ts';
import type { DiscoveredDevice } from '../../../gateway/src/pipeline.ts';
import { type Simulator, startSimulator } from '../../simulators/camera/simulator.ts';
import { freePort } from '../../support/free-port.ts';
import { until } from '../../support/until.ts';

const open: { stop(): Promise<void> }[] = [];
afterEach(async () => {
  for (const part of open.splice(0).reverse()) await part.stop();
});
const kept = <T extends { stop(): Promise<void> }>(part: T): T => {
  open.push(part);
  return part;
};
const policy = createAddressPolicy({ networks: ['10.0.0.0/24'], allowLoopback: true });
const portOf = (url: string) => Number(new URL(url).port);

describe('discovery', () => {
  test('a Hello makes us ask, and only the answer to that brings the camera', async () => {
    const first = kept(await startSimulator({ discoveryPort: 0, seed: 'hello-1' }));
    const found = new Map<string, DiscoveredDevice>();
    const byes: string[] = [];
    const discovery = kept(
      new Discovery({
        interfaces: ['127.0.0.1'],
        port: first.discoveryPort ?? 0,
        periodMs: 3_600_000,
        onDevice: (device) => found.set(device.endpoint, device),
        onBye: (endpoint) => byes.push(endpoint),
        log: silentLogger,
      }),
    );
    await discovery.start();
    await until('the first camera', () => found.size === 1);
    // Both probes of the round are over: what comes now comes because of the Hello.
    await until('the round', () => discovery.stats.candidates === 1);
    const late = await startSimulator({ discoveryPort: first.discoveryPort ?? 0, seed: 'hello-2' });
    await until('the late camera', () => found.size === 2);
    await late.stop();
    expect([...found.keys()]).toContain(`urn:uuid:${late.cameras[0]?.uuid}`);
  });

  test('finds a camera that answers no typed probe, and one that announces addresses nobody reaches', async () => {
    const simulator = kept(
      await startSimulator({
        discoveryPort: 0,
        cameras: [
          { quirk: { refusesTypedProbe: true } },
          {
            quirk: {
              announces: (url) =>
                `http://169.254.1.1/onvif http://0.0.0.0/onvif http://[fe80::1%25eth0]/x ${url}`,
            },
          },
        ],
      }),
    );
    const found = new Map<string, DiscoveredDevice>();
    const discovery = kept(
      new Discovery({
        interfaces: ['127.0.0.1'],
        port: simulator.discoveryPort ?? 0,
        periodMs: 60_000,
        onDevice: (device) => found.set(device.endpoint, device),
        log: silentLogger,
      }),
    );
    await discovery.start();
    await until('both', () => found.size === 2);
    for (const { uuid, onvifUrl } of simulator.cameras)
      expect(found.get(`urn:uuid:${uuid}`)?.addresses[0]).toBe(onvifUrl);
  });
});

describe('a scan', () => {
  const scannerFor = (simulator: Simulator, discoveryPort: number) =>
    new OnvifScanner({
      policy,
      clock: systemClock,
      discoveryPort,
      onvifPorts: simulator.cameras.map(({ onvifUrl }) => portOf(onvifUrl)),
      rtspPorts: simulator.cameras.map(({ rtspUrl }) => portOf(rtspUrl)),
    });

  async function scan(
    scanner: OnvifScanner,
    networks = ['127.0.0.1/32'],
    signal = new AbortController().signal,
  ) {
    const found: DiscoveredDevice[] = [];
    const progress = await scanner.scan({ networks, signal, onDevice: (device) => found.push(device) });
    return { found, progress };
  }

  test('asks by unicast WS-Discovery, without types where need be', async () => {
    const simulator = kept(
      await startSimulator({ discoveryPort: 0, cameras: [{ quirk: { refusesTypedProbe: true } }] }),
    );
    const { found, progress } = await scan(scannerFor(simulator, simulator.discoveryPort ?? 0));
    expect(found).toMatchObject([{ addresses: [simulator.cameras[0]?.onvifUrl], foundBy: 'unicast' }]);
    expect(progress).toEqual({ asked: 1, total: 1, found: 1 });
  });

  test('finds by HTTP what answers no probe, also where the time wants a login', async () => {
    const simulator = kept(
      await startSimulator({ cameras: [{ quirk: { wantsLoginFor: ['GetSystemDateAndTime'] } }] }),
    );
    const { found } = await scan(scannerFor(simulator, await freePort()));
    expect(found).toMatchObject([{ endpoint: `urn:uuid:${simulator.cameras[0]?.uuid}` }]);
  });

  test('finds an RTSP port where there is no ONVIF', async () => {
    const simulator = kept(await startSimulator({ faults: [{ kind: 'refuse', at: 'onvif' }] }));
    const { found } = await scan(scannerFor(simulator, await freePort()));
    const port = portOf(simulator.cameras[0]?.rtspUrl ?? '');
    expect(found).toMatchObject([{ addresses: [], rtspUrl: `rtsp://127.0.0.1:${port}/` }]);
  });

  test('does not take a door that says nothing for a camera', async () => {
    const server = createServer((socket) => socket.resume());
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    open.push({ stop: () => new Promise((resolve) => server.close(() => resolve())) });
    const address = server.address();
    const port = address !== null && typeof address === 'object' ? address.port : 0;
    const scanner = new OnvifScanner({
      policy,
      clock: systemClock,
      discoveryPort: await freePort(),
      onvifPorts: [],
      rtspPorts: [port],
    });
    expect((await scan(scanner)).found).toEqual([]);
  });

  test('says how far it is, and ends early when told so', async () => {
    const abort = new AbortController();
    const scanner = new OnvifScanner({
      policy,
      clock: systemClock,
      discoveryPort: await freePort(),
      onvifPorts: [],
      rtspPorts: [],
    });
    const seen: number[] = [];
    const ended = await scanner.scan({
      networks: ['127.0.1.0/24'],
      signal: abort.signal,
      onDevice: () => undefined,
      onProgress: ({ asked }) => {
        seen.push(asked);
        abort.abort();
      },
    });
    expect(seen[0]).toBe(1);
    expect(ended).toMatchObject({ total: 254, found: 0 });
    expect(ended.asked).toBeLessThan(254);
  });

  test('looks at one address by hand, in any of its forms', async () => {
    const simulator = kept(await startSimulator({ discoveryPort: 0 }));
    const [camera] = simulator.cameras;
    const scanner = scannerFor(simulator, simulator.discoveryPort ?? 0);
    const endpoint = `urn:uuid:${camera?.uuid}`;
    const { host } = new URL(camera?.onvifUrl ?? '');
    for (const text of ['127.0.0.1', host, camera?.onvifUrl ?? ''])
      expect(await scanner.look(text)).toMatchObject({ endpoint, foundBy: 'manual' });
    expect(await scanner.look(camera?.rtspUrl ?? '')).toMatchObject({ addresses: [] });
    await expect(scanner.look('8.8.8.8')).rejects.toThrow(/cameras.networks/);
    await expect(scanner.look('rtsp://a:b@10.0.0.1/')).rejects.toThrow(/without a password/);
  });
});
