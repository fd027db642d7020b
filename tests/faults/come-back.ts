import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as wait } from 'node:timers/promises';
import { clips } from '../simulators/camera/simulator.ts';
import { until } from '../support/until.ts';
import type { FaultRun } from './fault-run.ts';
import { WatchedSite } from './watched-site.ts';

const CAMERAS = 200;
/** Long enough that many have used up their quick tries. */
const DOWN_MS = 60_000;
const RESOLUTION_MS = 10;

/** Power returns to a whole site. Packets, health and alarms run; nothing is decoded, for the decoders of 200 cameras are 200 processes. */
export const comeBack: FaultRun = {
  what: 'all cameras of a site are back at once',
  async run({ cameras, say, signal }) {
    const count = cameras ?? CAMERAS;
    const site = new WatchedSite({ cameras: count, clip: clips.streetSub, decodes: false });
    const loop = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
    const all = (work: (index: number) => Promise<void>) =>
      Promise.all(Array.from({ length: count }, (_, index) => work(index)));
    try {
      await site.start();
      await site.allLive(120_000);
      say(`come-back: ${count} cameras stream, now all fall`);
      await all((index) => site.simulator.setFault(index, { kind: 'refuse', at: 'rtsp' }));
      await until('all cameras to be down', () => site.count('failed') === count, 30_000);
      await wait(DOWN_MS, undefined, { signal });
      say('come-back: now all are back');
      loop.enable();
      const beganMs = performance.now();
      await all((index) => site.simulator.clearFaults(index));
      await site.allLive(240_000);
      const allLiveS = (performance.now() - beganMs) / 1000;
      loop.disable();
      await until('the alarm to clear', () => site.events.at(-1)?.phase === 'cleared', 30_000).catch(
        () => {},
      );
      return [
        {
          fault: 'come-back',
          figures: {
            cameras: count,
            allLiveS: Math.round(allLiveS * 10) / 10,
            connectsAtATime: site.gate.load.most,
            eventLoopP99Ms: Math.round(loop.percentile(99) / 1e5) / 10,
            raised: site.events.filter(({ phase }) => phase === 'raised').length,
            cleared: site.events.filter(({ phase }) => phase === 'cleared').length,
          },
          targets: {
            allLiveS: '<=90',
            connectsAtATime: '<=10',
            eventLoopP99Ms: '<200',
            raised: '<=1',
            cleared: '>=1',
          },
        },
      ];
    } finally {
      loop.disable();
      await site.stop();
    }
  },
};
