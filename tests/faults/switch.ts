import { setTimeout as wait } from 'node:timers/promises';
import { clips } from '../simulators/camera/simulator.ts';
import { until } from '../support/until.ts';
import type { FaultRun } from './fault-run.ts';
import { WatchedSite } from './watched-site.ts';

const CAMERAS = 50;
const DOWN_MS = 20_000;
const STRAGGLER = 0;

/** The switch of a network fails: packets stop on all cameras, connections lead nowhere. */
export const switchFailure: FaultRun = {
  what: 'one alarm for a switch that fails, none for each camera',
  async run({ cameras, say, signal }) {
    const count = cameras ?? CAMERAS;
    const site = new WatchedSite({ cameras: count, clip: clips.streetSub, decodes: false });
    const all = (work: (index: number) => Promise<void>) =>
      Promise.all(Array.from({ length: count }, (_, index) => work(index)));
    const told = (type: string, phase: string) =>
      site.events.filter((event) => event.type === type && event.phase === phase).length;
    try {
      await site.start();
      await site.allLive(60_000);
      say(`switch: ${count} cameras stream, now the switch fails`);
      const beganMs = performance.now();
      await all(async (index) => {
        await site.simulator.setFault(index, { kind: 'stall' });
        await site.simulator.setFault(index, { kind: 'silent', at: 'rtsp' });
      });
      await until('the alarm', () => site.events.length > 0, 60_000);
      const alarmS = (performance.now() - beganMs) / 1000;
      await wait(DOWN_MS, undefined, { signal });
      const listed = site.events[0]?.detail.outage?.fallen ?? 0;
      await all(async (index) => {
        if (index !== STRAGGLER) await site.simulator.clearFaults(index);
      });
      await until('all but one', () => site.count('streaming') === count - 1, 120_000);
      await site.simulator.clearFaults(STRAGGLER);
      await site.allLive(120_000);
      await until('the end of the alarm', () => told('network-outage', 'cleared') > 0, 30_000).catch(
        () => {},
      );
      return [
        {
          fault: 'switch',
          figures: {
            cameras: count,
            alarmS: Math.round(alarmS * 10) / 10,
            listed,
            outagesRaised: told('network-outage', 'raised'),
            outagesCleared: told('network-outage', 'cleared'),
            cameraAlarms: told('camera-offline', 'raised'),
          },
          targets: {
            outagesRaised: '<=1',
            outagesCleared: '>=1',
            cameraAlarms: '<=0',
            listed: `>=${count}`,
            alarmS: '<=20',
          },
        },
      ];
    } finally {
      await site.stop();
    }
  },
};
