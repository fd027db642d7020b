import { setTimeout as wait } from 'node:timers/promises';
import type { CameraFault, CameraHealth } from '@pingan/models/contract';
import type { Fault } from '../simulators/camera/faults.ts';
import { clips } from '../simulators/camera/simulator.ts';
import { until } from '../support/until.ts';
import type { FaultResult, FaultRun, FaultRunOptions } from './fault-run.ts';
import { percentile } from './percentile.ts';
import { WatchedSite } from './watched-site.ts';

/** What a fault must be taken for. A loss has a fault of the stream; the rest plays on and has a finding. */
type Expected =
  | { kind: 'loss'; fault: CameraFault }
  | { kind: 'finding'; holds(health: CameraHealth): boolean; limitMs: number };
type Row = { fault: Fault; expected: Expected };

/** The bound of the issue: a camera that is lost is noticed within five seconds. */
const LOSS_MS = 5_000;
/** Three of four windows of five seconds, and the one that was open when the fault began. */
const PACKETS_MS = 21_000;
/** Sender reports come every five seconds. */
const CLOCK_MS = 26_000;
/** 20 s without a change, then the confirmation. */
const FROZEN_MS = 45_000;
const DECODE_MS = 30_000;
const GIVE_UP_MS = 75_000;
/** Fault times are spread over this, so that no timer of the gateway is in step with them. */
const SPREAD_MS = 2_000;

const loss = (fault: CameraFault): Expected => ({ kind: 'loss', fault });
const finding = (limitMs: number, holds: (health: CameraHealth) => boolean): Expected => ({
  kind: 'finding',
  holds,
  limitMs,
});

/** Every kind of fault that the simulator knows. */
const ROWS: readonly Row[] = [
  { fault: { kind: 'refuse', at: 'rtsp' }, expected: loss('port-closed') },
  { fault: { kind: 'silent', at: 'rtsp' }, expected: loss('no-response') },
  { fault: { kind: 'slow-drip', at: 'rtsp', byteEveryMs: 200 }, expected: loss('no-response') },
  { fault: { kind: 'stall' }, expected: loss('no-packets') },
  { fault: { kind: 'disconnect', afterS: 0 }, expected: loss('disconnected') },
  { fault: { kind: 'no-video' }, expected: loss('no-video') },
  { fault: { kind: 'redirect', url: 'rtsp://192.0.2.1/live' }, expected: loss('redirect-refused') },
  { fault: { kind: 'unauthorized', at: 'rtsp' }, expected: loss('unauthorized') },
  {
    fault: { kind: 'drop', probability: 0.1 },
    expected: finding(PACKETS_MS, ({ packets }) => packets?.findings?.includes('packet-loss') === true),
  },
  {
    fault: { kind: 'wrong-clock', offsetS: 3_600 },
    expected: finding(CLOCK_MS, ({ causes }) => causes?.includes('clock') === true),
  },
  {
    fault: { kind: 'garbage' },
    expected: finding(DECODE_MS, ({ causes }) => causes?.includes('decode') === true),
  },
  {
    fault: { kind: 'freeze' },
    expected: finding(FROZEN_MS, ({ picture }) => picture?.findings.includes('frozen') === true),
  },
];

/** From the fault to its first sign, and to its right name; null when it never came. */
type Try = { noticedMs: number | null; namedMs: number | null };

export const notice: FaultRun = {
  what: 'how soon each fault of a camera is noticed, and called by its name',
  async run(options) {
    const tries = options.cameras ?? options.tries ?? 10;
    const results: FaultResult[] = [];
    for (const row of ROWS) {
      options.signal.throwIfAborted();
      options.say(`notice: ${row.fault.kind}, ${tries} tries`);
      results.push(await runRow(row, tries, options));
    }
    return results;
  },
};

/** A fresh site for each fault: waits that one left behind are no part of the next. */
async function runRow(row: Row, tries: number, { signal }: FaultRunOptions): Promise<FaultResult> {
  const decodes = row.fault.kind === 'garbage' || row.fault.kind === 'freeze';
  const site = new WatchedSite({ cameras: tries, clip: clips.street, decodes });
  try {
    await site.start();
    await site.allLive(60_000);
    // Long enough that a session counts as steady and, with pictures, that they are known to be good.
    await wait(decodes ? 15_000 : 1_000, undefined, { signal });
    const all = await Promise.all(
      Array.from({ length: tries }, (_, index) => tryFault(site, row, { index, signal })),
    );
    return result(row, all);
  } finally {
    await site.stop();
  }
}

async function tryFault(
  site: WatchedSite,
  { fault, expected }: Row,
  { index, signal }: { index: number; signal: AbortSignal },
): Promise<Try> {
  await wait(Math.random() * SPREAD_MS, undefined, { signal });
  const beganMs = performance.now();
  await site.simulator.setFault(index, fault);
  const since = () => site.states.filter(({ camera, atMs }) => camera === index && atMs >= beganMs);
  const failed = () => since().find(({ state }) => state.kind === 'failed');
  const named = () =>
    since().find(
      ({ state }) => state.kind === 'failed' && expected.kind === 'loss' && state.fault === expected.fault,
    );
  const isThere = () =>
    expected.kind === 'loss' ? named() !== undefined : expected.holds(site.health(index));
  const found = await until(fault.kind, isThere, GIVE_UP_MS).catch(() => null);
  const nowMs = performance.now();
  const noticedAtMs = expected.kind === 'loss' ? failed()?.atMs : nowMs;
  const namedAtMs = expected.kind === 'loss' ? named()?.atMs : nowMs;
  return {
    noticedMs:
      (found || expected.kind === 'loss') && noticedAtMs !== undefined ? noticedAtMs - beganMs : null,
    namedMs: found && namedAtMs !== undefined ? namedAtMs - beganMs : null,
  };
}

function result({ fault, expected }: Row, all: readonly Try[]): FaultResult {
  const noticed = all.flatMap(({ noticedMs }) => noticedMs ?? []);
  const named = all.flatMap(({ namedMs }) => namedMs ?? []);
  const limitMs = expected.kind === 'loss' ? LOSS_MS : expected.limitMs;
  return {
    fault: `notice ${fault.kind}`,
    figures: {
      tries: all.length,
      missed: all.length - named.length,
      noticedP50Ms: Math.round(percentile(noticed, 0.5)),
      noticedP95Ms: Math.round(percentile(noticed, 0.95)),
      namedP50Ms: Math.round(percentile(named, 0.5)),
      namedP95Ms: Math.round(percentile(named, 0.95)),
    },
    targets: { missed: '<=0', noticedP95Ms: `<=${limitMs}` },
  };
}
