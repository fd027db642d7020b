import { afterEach, expect, test } from 'vitest';
import { WatchedSite } from '../../faults/watched-site.ts';
import { clips } from '../../simulators/camera/simulator.ts';
import { until } from '../../support/until.ts';

const CAMERAS = 4;
const timing = { flapSeconds: 1, windowSeconds: 3, settleSeconds: 2 };
let site: WatchedSite | null = null;

afterEach(async () => {
  await site?.stop();
  site = null;
});

const told = (of: WatchedSite) => of.events.map(({ type, phase }) => `${type} ${phase}`);
const every = (work: (index: number) => Promise<void>) =>
  Promise.all(Array.from({ length: CAMERAS }, (_, index) => work(index)));

test('a switch that fails makes one alarm, with all its cameras, and a straggler one of its own', async () => {
  site = new WatchedSite({ cameras: CAMERAS, clip: clips.streetSub, decodes: false, timing });
  const here = site;
  await here.start();
  await here.allLive(30_000);
  for (let index = 0; index < CAMERAS; index++) expect(here.health(index).causes).toEqual([]);
  await every((index) => here.simulator.setFault(index, { kind: 'refuse', at: 'rtsp' }));
  await until('the alarm', () => here.events.length > 0, 30_000);
  expect(here.events[0]?.detail.outage).toMatchObject({ fallen: CAMERAS, total: CAMERAS });
  expect(here.health(0)).toMatchObject({ state: { fault: 'port-closed' }, causes: ['port'] });
  await every(async (index) => {
    if (index > 0) await here.simulator.clearFaults(index);
  });
  await until('the straggler', () => here.events.length > 2, 60_000);
  await here.simulator.clearFaults(0);
  await until('the end', () => here.events.length > 3, 90_000);
  expect(told(here)).toEqual([
    'network-outage raised',
    'network-outage cleared',
    'camera-offline raised',
    'camera-offline cleared',
  ]);
  expect(here.gate.load.most).toBeLessThanOrEqual(10);
}, 150_000);
