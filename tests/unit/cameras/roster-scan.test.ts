import { expect, test } from 'vitest';
import { silentLogger } from '../../../gateway/src/base/log.ts';
import { RosterScan } from '../../../gateway/src/cameras/roster-scan.ts';
import type { DeviceScanner, DiscoveredDevice, ScanRequest } from '../../../gateway/src/pipeline.ts';

const device = (endpoint: string): DiscoveredDevice => ({
  endpoint,
  addresses: [],
  name: null,
  hardware: null,
});

function bench(scan: (request: ScanRequest) => Promise<void>) {
  const found: string[] = [];
  const waits: number[] = [];
  const scanned: string[][] = [];
  const scanner: DeviceScanner = {
    scan: async (request) => {
      scanned.push([...request.networks]);
      await scan(request);
      return { asked: 0, total: 0, found: 0 };
    },
    look: async () => null,
  };
  let probes = 0;
  const subject = new RosterScan({
    scanner,
    probeNow: () => {
      probes += 1;
    },
    onDevice: ({ endpoint }) => void found.push(endpoint),
    onChange: () => {},
    clock: { now: () => 1000, monotonic: () => 1000 },
    log: silentLogger,
    sleep: async (ms) => void waits.push(ms),
  });
  return { subject, found, waits, scanned, probes: () => probes };
}

const aborted = ({ signal }: ScanRequest) =>
  new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));

test('a scan tells how far it is, one at a time, and what it found when it ends', async () => {
  const { subject, found, probes } = bench(async (request) => {
    request.onProgress?.({ asked: 10, total: 254, found: 0 });
    request.onDevice(device('a'));
    request.onDevice(device('a'));
    await aborted(request);
  });
  subject.begin(['10.0.0.0/24']);
  expect(subject.state).toMatchObject({ kind: 'running', asked: 10, total: 254, found: 1 });
  expect(() => subject.begin([])).toThrow(/a scan is running/);
  await subject.cancel();
  expect(subject.state).toEqual({ kind: 'idle', finishedAtMs: 1000, found: 1, error: null });
  expect(found).toEqual(['a', 'a']);
  expect(probes()).toBe(1);
});

test('a scan that fails says why, and the next one may begin', async () => {
  const { subject } = bench(() => Promise.reject(new RangeError('10.0.0.0/8 is too large')));
  subject.begin(['10.0.0.0/8']);
  await subject.cancel();
  expect(subject.state).toMatchObject({ kind: 'idle', error: '10.0.0.0/8 is too large' });
  subject.begin([]);
  await subject.cancel();
  expect(subject.state).toMatchObject({ kind: 'idle', error: null });
});

test('a missing camera is searched for at once, then less and less often, until it is there', async () => {
  let rounds = 0;
  const { subject, waits, scanned } = bench(async () => {});
  const isMissing = () => {
    rounds += 1;
    return rounds <= 6;
  };
  subject.search(['10.0.0.0/24', '10.0.1.0/24'], isMissing);
  subject.search(['10.0.9.0/24'], () => true);
  await expect.poll(() => rounds).toBe(7);
  await subject.stop();
  expect(waits).toEqual([5000, 20_000, 60_000, 300_000, 900_000, 900_000, 900_000]);
  expect(scanned).toHaveLength(12);
  expect(scanned.slice(0, 2)).toEqual([['10.0.0.0/24'], ['10.0.1.0/24']]);
});
