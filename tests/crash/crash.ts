import { setTimeout as wait } from 'node:timers/promises';
import { killDatabase, readCentre } from './centre-records.ts';
import { Doors } from './doors.ts';
import { highestSequence, readLedger } from './ledger.ts';
import { type Kill, planKills, type Target, type Targets } from './plan.ts';
import { createSite, GATEWAY, PLANTED_GATEWAY, pendingOf, type Site } from './site.ts';
import { judge, type Verdict } from './verdict.ts';

export type CrashOptions = {
  /** Kills of each target. */
  kills: number;
  targets: Targets;
  seed: number;
  /** Doors that open or close in a second. */
  perSecond: number;
  /** Runs a gateway that forgets an event when the broker has acknowledged it. */
  plantDeleteOnPuback?: boolean;
  signal: AbortSignal;
  /** Told of every kill. */
  say(line: string): void;
};

/** From the kill until ready again, ms; the process is started again at once. */
export type ReadyTimes = { kills: number; p50: number; p99: number; max: number };
export type CrashReport = Verdict & {
  seed: number;
  kills: Record<Target, number>;
  /** Of the centre's kills, those that took the database along. */
  withDatabase: number;
  /** Kills while the process was starting; not part of `kills`. */
  whileStarting: number;
  readyAgainMs: Record<Target, ReadyTimes | null>;
  /** Events that entered the gateway, per second between two kills. */
  eventsPerSecond: number;
  /** Most events that waited for the centre at once. */
  highestBacklog: number;
  seconds: number;
};

const DRAIN_WITHIN_MS = 90_000;
const FLOW_WITHIN_MS = 30_000;
const SETTLED_LOOKS = 5;
const LOOK_MS = 200;

const seconds = (ms: number) => (ms / 1000).toFixed(2);

/** Nearest-rank percentile. */
function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return Math.round(sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN);
}

function timesOf(values: readonly number[]): ReadyTimes | null {
  if (values.length === 0) return null;
  return {
    kills: values.length,
    p50: percentile(values, 0.5),
    p99: percentile(values, 0.99),
    max: percentile(values, 1),
  };
}

/** One run: what it has measured so far. */
class Run {
  readonly #options: CrashOptions;
  readonly #site: Site;
  readonly #readyMs: Record<Target, number[]> = { gateway: [], centre: [] };
  #whileStarting = 0;
  #withDatabase = 0;
  #backlog = 0;
  #flowMs = 0;
  #flowed = 0;

  constructor(options: CrashOptions, site: Site) {
    this.#options = options;
    this.#site = site;
  }

  async start(): Promise<void> {
    const { gateway, centre, enrol } = this.#site;
    const { signal } = this.#options;
    centre.launch();
    await centre.ready(signal);
    await enrol();
    gateway.launch();
    await gateway.ready(signal);
  }

  async killOne(kill: Kill, place: string): Promise<void> {
    const { say, signal } = this.#options;
    const { target } = kill;
    await this.#bothReady();
    await this.#letFlow(kill.afterMs);
    const from = performance.now();
    await this.#strike(kill);
    if (kill.againAfterMs !== null) {
      this.#site[target].launch();
      await wait(kill.againAfterMs, undefined, { signal });
      this.#whileStarting += 1;
      await this.#site[target].kill();
    }
    const restarted = kill.againAfterMs === null ? from : performance.now();
    this.#site[target].launch();
    await this.#site[target].ready(signal);
    const readyMs = performance.now() - restarted;
    this.#readyMs[target].push(readyMs);
    const with_ = kill.withDatabase ? ' with its database' : '';
    const again = kill.againAfterMs === null ? '' : ', and again while starting';
    say(`${place} kill -9 of the ${target}${with_}${again}: ready again after ${seconds(readyMs)} s`);
  }

  /** Waits until the outbox is empty and stays so; then stops the gateway. */
  async drain(): Promise<void> {
    const { gateway } = this.#site;
    const { signal } = this.#options;
    await this.#bothReady();
    const until = performance.now() + DRAIN_WITHIN_MS;
    for (let empty = 0; empty < SETTLED_LOOKS; ) {
      const pending = pendingOf(await gateway.health());
      this.#noteBacklog(pending);
      empty = pending === 0 ? empty + 1 : 0;
      if (performance.now() > until) throw new Error(`the outbox still holds ${pending} events after 90 s`);
      await wait(LOOK_MS, undefined, { signal });
    }
    await gateway.stop();
  }

  async report(from: number): Promise<CrashReport> {
    const ledger = readLedger(this.#site.outboxFile);
    const verdict = judge(ledger, await readCentre(this.#site.centreData));
    const { gateway, centre } = this.#readyMs;
    return {
      ...verdict,
      seed: this.#options.seed,
      kills: { gateway: gateway.length, centre: centre.length },
      withDatabase: this.#withDatabase,
      whileStarting: this.#whileStarting,
      readyAgainMs: { gateway: timesOf(gateway), centre: timesOf(centre) },
      eventsPerSecond: Math.round((this.#flowed / this.#flowMs) * 10_000) / 10,
      highestBacklog: this.#backlog,
      seconds: Math.round((performance.now() - from) / 1000),
    };
  }

  /** Lets events enter the gateway for a while; the time begins with the first one. */
  async #letFlow(forMs: number): Promise<void> {
    const { gateway, outboxFile } = this.#site;
    const { signal } = this.#options;
    const before = highestSequence(outboxFile);
    const until = performance.now() + FLOW_WITHIN_MS;
    let first = before;
    for (; first === before; first = highestSequence(outboxFile)) {
      if (performance.now() > until) throw new Error('no event has entered the gateway for 30 s');
      await wait(LOOK_MS / 4, undefined, { signal });
    }
    const from = performance.now();
    await wait(forMs, undefined, { signal });
    this.#noteBacklog(pendingOf(await gateway.health()));
    this.#flowed += highestSequence(outboxFile) - first;
    this.#flowMs += performance.now() - from;
  }

  async #strike({ target, withDatabase }: Kill): Promise<void> {
    if (withDatabase) {
      this.#withDatabase += 1;
      await killDatabase(this.#site.centreData);
    }
    await this.#site[target].kill();
  }

  async #bothReady(): Promise<void> {
    await this.#site.centre.ready(this.#options.signal);
    await this.#site.gateway.ready(this.#options.signal);
  }

  #noteBacklog(pending: number): void {
    if (pending > this.#backlog) this.#backlog = pending;
  }
}

/**
 * Starts gateway and centre, kills them again and again while doors open and close, and compares what the gateway has committed
 * with what the centre has stored. Nothing stays behind, whatever happens. Rejects when a process does not come back.
 */
export async function runCrash(options: CrashOptions): Promise<CrashReport> {
  const from = performance.now();
  const { kills, targets, seed, say } = options;
  const doors = new Doors(options.perSecond);
  let site: Site | undefined;
  try {
    const program = options.plantDeleteOnPuback ? PLANTED_GATEWAY : GATEWAY;
    site = await createSite(program, await doors.start());
    const run = new Run(options, site);
    await run.start();
    say(`gateway and centre are ready after ${seconds(performance.now() - from)} s`);
    doors.begin();
    const plan = planKills({ kills, targets, seed });
    for (const [index, kill] of plan.entries()) await run.killOne(kill, `${index + 1}/${plan.length}`);
    await doors.rest();
    await run.drain();
    return await run.report(from);
  } finally {
    await doors.stop();
    await site?.remove();
  }
}
