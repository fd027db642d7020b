import { setTimeout as wait } from 'node:timers/promises';
import { clips } from '../simulators/camera/simulator.ts';
import { until } from '../support/until.ts';
import type { FaultResult, FaultRun, FaultRunOptions } from './fault-run.ts';
import { percentile } from './percentile.ts';
import { descendantsOf, processCounts } from './process-counts.ts';
import { WatchedSite } from './watched-site.ts';

const CAMERAS = 12;
const KILLS = 1000;
const BETWEEN_MS = 150;
const QUIET_MS = 10_000;
/** One camera in so many is left alone, to see what the others' troubles cost it. */
const SPARED = 4;
/** Every so manieth decoder is stopped (SIGSTOP) instead of killed. */
const STOPPED = 20;
/** Backoff ≤ 1 s, keyframe ≤ 2 s, start of the process; a stopped one is found by its silence first: 5 s, up to 20 s where processes queue for the cores. */
const BOUND_MS = { killed: 5_000, stopped: 25_000 };
const SETTLE_MS = 40_000;

type Injury = { kind: keyof typeof BOUND_MS; atMs: number };

/** What is known of one camera's decoder. */
class Watch {
  pid = 0;
  /** The process gave a picture: it may be hurt. */
  isWell = false;
  /** It was hurt; what still comes out of it counts for nothing. */
  #isHurt = false;
  injury: Injury | null = null;
  #lastMs = Number.NaN;
  #gaps: number[] = [];
  readonly recoveries: { kind: Injury['kind']; ms: number }[] = [];

  spawned(pid: number): void {
    this.pid = pid;
    this.isWell = false;
    this.#isHurt = false;
  }

  picture(): void {
    if (this.#isHurt) return;
    const nowMs = performance.now();
    if (!Number.isNaN(this.#lastMs)) this.#gaps.push(nowMs - this.#lastMs);
    this.#lastMs = nowMs;
    this.isWell = true;
    if (this.injury === null) return;
    this.recoveries.push({ kind: this.injury.kind, ms: nowMs - this.injury.atMs });
    this.injury = null;
  }

  takeGaps(): number[] {
    const gaps = this.#gaps;
    this.#gaps = [];
    return gaps;
  }

  hurt(kind: Injury['kind']): void {
    const below = descendantsOf(this.pid);
    const target = Math.random() < 0.5 ? this.pid : (below.at(-1) ?? this.pid);
    process.kill(
      kind === 'stopped' ? (below.at(-1) ?? this.pid) : target,
      kind === 'stopped' ? 'SIGSTOP' : 'SIGKILL',
    );
    this.isWell = false;
    this.#isHurt = true;
    this.injury = { kind, atMs: performance.now() };
  }
}

/** Alarms of a fallen network; cameras whose decoder dies are reachable, so that there is nothing to tell. */
const outagesOf = (site: WatchedSite) =>
  site.events.filter(({ type, phase }) => type === 'network-outage' && phase === 'raised').length;

const longest = (values: readonly number[]): number => Math.round(values.reduce((a, b) => Math.max(a, b), 0));

async function hurtMany(watches: readonly Watch[], kills: number, signal: AbortSignal): Promise<void> {
  for (let done = 0; done < kills; done += 1) {
    const well = await until('a decoder that works', () => {
      const all = watches.filter((watch) => watch.isWell && watch.injury === null);
      return all.length > 0 && all;
    });
    well[Math.floor(Math.random() * well.length)]?.hurt(
      done % STOPPED === STOPPED - 1 ? 'stopped' : 'killed',
    );
    await wait(BETWEEN_MS, undefined, { signal });
  }
}

async function measure(
  site: WatchedSite,
  watches: readonly Watch[],
  options: FaultRunOptions,
): Promise<FaultResult> {
  const { signal, say } = options;
  const kills = options.tries ?? KILLS;
  await site.start();
  const allWell = () => watches.every(({ isWell, injury }) => isWell && injury === null);
  await until('pictures of every camera', allWell, SETTLE_MS);
  const spared = watches.filter((_, index) => index % SPARED === 0);
  const targets = watches.filter((_, index) => index % SPARED !== 0);
  const gapsOf = (some: readonly Watch[]) => some.flatMap((watch) => watch.takeGaps());
  gapsOf(watches);
  await wait(QUIET_MS, undefined, { signal });
  const quietGaps = gapsOf(spared);
  const before = processCounts();
  say(`decoder-kills: ${kills} of ${targets.length} decoders, ${spared.length} left alone`);
  await hurtMany(targets, kills, signal);
  const gaps = gapsOf(spared);
  await until('pictures of every camera again', allWell, SETTLE_MS);
  await until(
    'the processes that there were',
    () => processCounts().processes <= before.processes,
    SETTLE_MS,
  );
  const after = processCounts();
  const recoveries = targets.flatMap((watch) => watch.recoveries);
  const times = (kind: Injury['kind']) => recoveries.filter((each) => each.kind === kind).map(({ ms }) => ms);
  return {
    fault: 'decoder-kills',
    figures: {
      ...{ cameras: watches.length, kills, recovered: recoveries.length, outages: outagesOf(site) },
      killedP50Ms: Math.round(percentile(times('killed'), 0.5)),
      killedMaxMs: longest(times('killed')),
      stoppedMaxMs: longest(times('stopped')),
      ...{ quietGapP99Ms: Math.round(percentile(quietGaps, 0.99)), quietGapMaxMs: longest(quietGaps) },
      ...{ sparedGapP99Ms: Math.round(percentile(gaps, 0.99)), sparedGapMaxMs: longest(gaps) },
      descriptorsMore: after.descriptors - before.descriptors,
      processesMore: after.processes - before.processes,
      ...{ heldMb: after.heldMb, heldMoreMb: after.heldMb - before.heldMb },
      ...{ rssMb: after.rssMb, rssMoreMb: after.rssMb - before.rssMb },
    },
    targets: {
      recovered: `>=${kills}`,
      killedMaxMs: `<=${BOUND_MS.killed}`,
      stoppedMaxMs: `<=${BOUND_MS.stopped}`,
      sparedGapMaxMs: '<=1000',
      ...{ descriptorsMore: '<=0', processesMore: '<=0', heldMoreMb: '<=16' },
    },
  };
}

/** Decoders that die or hang, one after another at random, while cameras beside them are watched. */
export const decoderKills: FaultRun = {
  what: 'decoders killed and stopped at random cost no other camera anything, and leave nothing behind',
  async run(options) {
    const cameras = options.cameras ?? CAMERAS;
    const watches = Array.from({ length: cameras }, () => new Watch());
    const site = new WatchedSite({
      cameras,
      clip: clips.streetSub,
      decodes: true,
      onSpawn: (camera, pid) => watches[camera]?.spawned(pid),
      onPicture: (camera) => watches[camera]?.picture(),
    });
    try {
      return [await measure(site, watches, options)];
    } finally {
      await site.stop();
    }
  },
};
