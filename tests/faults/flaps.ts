import { setTimeout as wait } from 'node:timers/promises';
import { clips } from '../simulators/camera/simulator.ts';
import { until } from '../support/until.ts';
import type { FaultRun } from './fault-run.ts';
import { WatchedSite } from './watched-site.ts';

const CAMERAS = 10;
const FLAPS = 5;
/** The port is closed for so long; the stream is back some seconds later. */
const CLOSED_MS = 500;
const BETWEEN_MS = 2_000;
/** Beyond the time that makes no alarm. */
const LONG_MS = 15_000;

/** Cameras that are gone for a moment make no alarm; one that is gone for longer does. */
export const flaps: FaultRun = {
  what: 'short losses make no alarm, a long one does',
  async run({ cameras, tries, signal }) {
    const count = cameras ?? CAMERAS;
    const site = new WatchedSite({ cameras: count, clip: clips.streetSub, decodes: false });
    const isLive = (index: number) => site.health(index).state.kind === 'streaming';
    const flap = async (index: number) => {
      await wait(Math.random() * BETWEEN_MS, undefined, { signal });
      await site.simulator.setFault(index, { kind: 'refuse', at: 'rtsp' });
      await until('the loss', () => !isLive(index));
      await wait(CLOSED_MS, undefined, { signal });
      await site.simulator.clearFaults(index);
      await until('the camera', () => isLive(index), 60_000);
      await wait(BETWEEN_MS, undefined, { signal });
    };
    try {
      await site.start();
      await site.allLive(60_000);
      const rounds = Array.from({ length: tries ?? FLAPS });
      await Promise.all(
        Array.from({ length: count }, async (_, index) => {
          for (const _round of rounds) await flap(index);
        }),
      );
      const alarmsOfFlaps = site.events.length;
      await site.simulator.setFault(0, { kind: 'refuse', at: 'rtsp' });
      await wait(LONG_MS, undefined, { signal });
      const alarmsOfLongLoss = site.events.length - alarmsOfFlaps;
      return [
        {
          fault: 'flaps',
          figures: { cameras: count, flaps: count * rounds.length, alarmsOfFlaps, alarmsOfLongLoss },
          targets: { alarmsOfFlaps: '<=0', alarmsOfLongLoss: '>=1' },
        },
      ];
    } finally {
      await site.stop();
    }
  },
};
