import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { decodeMedia } from '@pingan/models/contract';
import { WebSocket } from 'ws';
import { makeClip } from '../bench/ingest/clip.ts';
import { cameraIds, ticketUrl } from '../bench/live/centre.ts';
import { readTrees } from '../bench/spine/process-tree.ts';
import { type BenchSystem, startSystem } from '../bench/spine/system.ts';
import { clips } from '../simulators/camera/simulator.ts';
import { until } from '../support/until.ts';
import type { FaultResult, FaultRun, FaultRunOptions } from './fault-run.ts';
import { percentile } from './percentile.ts';

const VIEWERS = 50;
const STALLED = 5;
const BASELINE_MS = 10_000;
/** A stalled viewer's kernel buffers fill first, then 2 MB at the centre, then it has ten seconds. */
const DROPPED_WITHIN_MS = 120_000;
const PROFILE = '1080p25';

type Viewer = { socket: WebSocket; latenciesMs: number[]; isOpen(): boolean };

async function open(system: BenchSystem, id: string): Promise<Viewer> {
  const socket = new WebSocket(await ticketUrl(system, id, 'main'), { perMessageDeflate: false });
  const viewer = { socket, latenciesMs: [] as number[], isOpen: () => socket.readyState === WebSocket.OPEN };
  socket.on('error', () => undefined);
  socket.on('message', (data, isBinary) => {
    const media = isBinary && data instanceof Buffer ? decodeMedia(data) : null;
    if (media !== null && media.kind !== 'init') viewer.latenciesMs.push(Date.now() - media.capturedAtMs);
  });
  await once(socket, 'open');
  return viewer;
}

/** The latencies noted since the last call. */
const take = (viewers: readonly Viewer[]): number[] =>
  viewers.flatMap((viewer) => viewer.latenciesMs.splice(0));

async function viewersAt({ url }: BenchSystem): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  return Number(/^pingan_live_viewers (\d+)/m.exec(text)?.[1] ?? Number.NaN);
}

async function stall(system: BenchSystem, { say, signal }: FaultRunOptions): Promise<FaultResult> {
  const [id = ''] = await cameraIds(system);
  const all: Viewer[] = [];
  const { dashboard } = system.processes;
  const rssMb = () => readTrees({ dashboard: dashboard.pid }).dashboard.ownRssMb;
  try {
    for (let n = 0; n < VIEWERS; n += 1) all.push(await open(system, id));
    const [stalled, well] = [all.slice(0, STALLED), all.slice(STALLED)];
    await until(
      'pictures for everybody',
      () => all.every(({ latenciesMs }) => latenciesMs.length > 0),
      30_000,
    );
    await wait(BASELINE_MS / 2, undefined, { signal });
    take(all);
    await wait(BASELINE_MS, undefined, { signal });
    const before = { latenciesMs: take(well), rssMb: rssMb() };
    say(`viewers: ${STALLED} of ${VIEWERS} stop reading`);
    const from = performance.now();
    for (const { socket } of stalled) socket.pause();
    let peakMb = before.rssMb;
    await until(
      'the stalled ones to be dropped',
      async () => {
        signal.throwIfAborted();
        await wait(500);
        peakMb = Math.max(peakMb, rssMb());
        return (await viewersAt(system)) === VIEWERS - STALLED;
      },
      DROPPED_WITHIN_MS,
    );
    const droppedS = (performance.now() - from) / 1000;
    const during = take(well);
    const [usualMs, stalledMs] = [percentile(before.latenciesMs, 0.95), percentile(during, 0.95)];
    return {
      fault: 'viewers',
      figures: {
        viewers: VIEWERS,
        stalled: STALLED,
        profile: PROFILE,
        latencyP95Ms: Math.round(usualMs),
        latencyP95StalledMs: Math.round(stalledMs),
        addedLatencyP95Ms: Math.max(0, Math.round(stalledMs - usualMs)),
        droppedAfterS: Math.round(droppedS),
        othersDropped: well.filter((viewer) => !viewer.isOpen()).length,
        rssMb: Math.round(before.rssMb),
        addedRssMb: Math.max(0, Math.round(peakMb - before.rssMb)),
      },
      targets: {
        addedLatencyP95Ms: '<100',
        othersDropped: '<=0',
        droppedAfterS: '<=120',
        addedRssMb: '<=100',
      },
    };
  } finally {
    for (const { socket } of all) socket.terminate();
  }
}

/** Some viewers of a camera stop reading: the others notice nothing, and the centre throws the stalled ones out. */
export const viewers: FaultRun = {
  what: `${VIEWERS} viewers of one camera, ${STALLED} of them stop reading`,
  async run(options) {
    const folder = mkdtempSync(join(tmpdir(), 'pingan-viewers-'));
    let system: BenchSystem | undefined;
    try {
      system = await startSystem(folder, {
        cameras: 1,
        clip: makeClip(folder, PROFILE).path,
        subClip: clips.streetSub,
        discovers: false,
        detects: false,
      });
      return [await stall(system, options)];
    } finally {
      await system?.stop();
      rmSync(folder, { recursive: true, force: true });
    }
  },
};
