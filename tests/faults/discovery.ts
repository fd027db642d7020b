import { monitorEventLoopDelay } from 'node:perf_hooks';
import { silentLogger } from '../../gateway/src/base/log.ts';
import { sleep } from '../../gateway/src/base/sleep.ts';
import { Discovery } from '../../gateway/src/onvif/discovery/discovery.ts';
import { round } from '../bench/report.ts';
import { DiscoverableDevices, Forger } from './discovery-site.ts';
import type { FaultResult, FaultRun, FaultRunOptions } from './fault-run.ts';

const DEVICES = 200;
const LIMIT_S = 15;
/** Rounds as often as the configuration allows: a person who waits for the list asks so. */
const PERIOD_MS = 2000;

/** The product's prober on loopback, and when each endpoint was passed on first. */
async function watched(port: number) {
  const foundMs = new Map<string, number>();
  const startedMs = performance.now();
  const discovery = new Discovery({
    interfaces: ['127.0.0.1'],
    port,
    periodMs: PERIOD_MS,
    onDevice: ({ endpoint }) => {
      if (!foundMs.has(endpoint)) foundMs.set(endpoint, performance.now() - startedMs);
    },
    log: silentLogger,
  });
  await discovery.start();
  return { discovery, foundMs };
}

const missing = (endpoints: readonly string[], found: ReadonlyMap<string, number>) =>
  endpoints.filter((endpoint) => !found.has(endpoint)).length;

/** Many devices answer at once. */
export async function manyDevices(devices: number, { say, signal }: FaultRunOptions): Promise<FaultResult> {
  const site = await DiscoverableDevices.start(devices);
  const { discovery, foundMs } = await watched(site.port);
  try {
    const end = performance.now() + 2 * LIMIT_S * 1000;
    while (missing(site.endpoints, foundMs) > 0 && performance.now() < end && !signal.aborted)
      await sleep(50, signal);
    const lastMs = Math.max(...foundMs.values(), 0);
    say(`discovery: ${foundMs.size} of ${devices} devices, the last after ${Math.round(lastMs)} ms`);
    return {
      fault: 'discovery-200',
      figures: { devices, missing: missing(site.endpoints, foundMs), lastSeconds: round(lastMs / 1000) },
      targets: { missing: '<=0', lastSeconds: `<=${LIMIT_S}` },
    };
  } finally {
    await discovery.stop();
    await site.stop();
  }
}

/** Somebody forges answers as fast as told while real devices answer too. */
export async function flood(
  { devices, perSecond, seconds }: { devices: number; perSecond: number; seconds: number },
  { say, signal }: FaultRunOptions,
): Promise<FaultResult> {
  const site = await DiscoverableDevices.start(devices);
  const forger = new Forger({ port: site.port, perSecond, senders: 4 });
  await sleep(500, signal);
  const delay = monitorEventLoopDelay({ resolution: 10 });
  delay.enable();
  const before = process.cpuUsage();
  const startedMs = performance.now();
  const { discovery, foundMs } = await watched(site.port);
  try {
    await sleep(seconds * 1000, signal);
    const { user, system } = process.cpuUsage(before);
    const elapsedS = (performance.now() - startedMs) / 1000;
    const { candidates, dropped } = discovery.stats;
    say(
      `discovery: ${forger.sent} forged, ${candidates} candidates, ${missing(site.endpoints, foundMs)} real ones missing`,
    );
    return {
      fault: 'discovery-flood',
      figures: {
        devices,
        forgedPerSecond: Math.round(forger.sent / elapsedS),
        candidates,
        missing: missing(site.endpoints, foundMs),
        droppedUnread: dropped,
        // The forger's thread belongs to this process as well.
        cpu: round((user + system) / 1e6 / elapsedS),
        eventLoopP99Ms: round(delay.percentile(99) / 1e6),
      },
      targets: { candidates: '<=500', missing: '<=0' },
    };
  } finally {
    delay.disable();
    await forger.stop();
    await discovery.stop();
    await site.stop();
  }
}

export const discovery200: FaultRun = {
  what: 'two hundred devices answer a probe at once',
  run: async (options) => [await manyDevices(options.cameras ?? DEVICES, options)],
};

export const discoveryFlood: FaultRun = {
  what: '10,000 forged answers a second for 20 s beside real devices',
  run: async (options) => [
    await flood({ devices: options.cameras ?? 20, perSecond: 10_000, seconds: 20 }, options),
  ],
};
