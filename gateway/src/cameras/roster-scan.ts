import type { Clock } from '../base/clock.ts';
import { messageOf } from '../base/errors.ts';
import type { Logger } from '../base/log.ts';
import { type Sleep, sleep } from '../base/sleep.ts';
import { type DeviceScanner, type DiscoveredDevice, RosterError, type RosterScanState } from '../pipeline.ts';

export type RosterScanOptions = {
  /** Null where only multicast is to be had. */
  scanner: DeviceScanner | null;
  /** Asks by multicast at once; undefined where multicast is switched off. */
  probeNow?: (() => void) | undefined;
  onDevice(device: DiscoveredDevice): void;
  onChange(): void;
  clock: Clock;
  log: Logger;
  sleep?: Sleep;
};

/** Devices answer a multicast within this time (WS-Discovery APP_MAX_DELAY is 500 ms; slow ones take seconds). */
const MULTICAST_MS = 5000;
/** After a device was missed, the configured networks are searched; then less and less often while it stays away. */
const SEARCH_AFTER_MS = [5000, 20_000, 60_000, 300_000, 900_000];

/** Looks for devices: when a person asks, and by itself while a known one is missing. One search at a time. */
export class RosterScan {
  readonly #options: RosterScanOptions;
  #state: RosterScanState = { kind: 'idle', finishedAtMs: null, found: 0, error: null };
  #abort: AbortController | undefined;
  #work: Promise<void> = Promise.resolve();
  #searching: { abort: AbortController; finished: Promise<void> } | undefined;

  constructor(options: RosterScanOptions) {
    this.#options = options;
  }

  get state(): RosterScanState {
    return this.#state;
  }

  /** Begins; throws a RosterError `busy` while a scan of a person runs, `invalid` when a network is out of form. */
  begin(networks: readonly string[]): void {
    if (this.#state.kind === 'running') throw new RosterError('busy', 'a scan is running: wait or cancel it');
    const abort = new AbortController();
    this.#abort = abort;
    const startedAtMs = this.#options.clock.now();
    this.#set({ kind: 'running', startedAtMs, asked: 0, total: networks.length > 0 ? 0 : null, found: 0 });
    this.#work = this.#run(networks, abort.signal);
  }

  /** Resolves when nothing is asked any more. */
  async cancel(): Promise<void> {
    this.#abort?.abort();
    await this.#work;
  }

  async stop(): Promise<void> {
    this.#searching?.abort.abort();
    await Promise.all([this.cancel(), this.#searching?.finished]);
    this.#searching = undefined;
  }

  /** Searches `networks` again and again until `isMissing` says no. */
  search(networks: readonly string[], isMissing: () => boolean): void {
    if (this.#searching) return;
    const abort = new AbortController();
    const finished = this.#search(networks, isMissing, abort.signal).finally(() => {
      this.#searching = undefined;
    });
    this.#searching = { abort, finished };
  }

  async #search(networks: readonly string[], isMissing: () => boolean, signal: AbortSignal): Promise<void> {
    const { scanner, probeNow, onDevice, log } = this.#options;
    const wait = this.#options.sleep ?? sleep;
    for (let round = 0; !signal.aborted; round += 1) {
      await wait(SEARCH_AFTER_MS[Math.min(round, SEARCH_AFTER_MS.length - 1)] ?? 0, signal);
      if (signal.aborted || !isMissing()) return;
      probeNow?.();
      for (const network of networks) {
        if (signal.aborted) return;
        await scanner
          ?.scan({ networks: [network], signal, onDevice })
          .catch((error: unknown) =>
            log.debug({ network, error: messageOf(error) }, 'this network is not searched'),
          );
      }
    }
  }

  async #run(networks: readonly string[], signal: AbortSignal): Promise<void> {
    const { scanner, probeNow, onDevice, clock } = this.#options;
    const seen = new Set<string>();
    const found = (device: DiscoveredDevice) => {
      seen.add(device.endpoint);
      onDevice(device);
      this.#progress({ found: seen.size });
    };
    let failure: string | null = null;
    try {
      probeNow?.();
      if (networks.length === 0) await (this.#options.sleep ?? sleep)(MULTICAST_MS, signal);
      else
        await scanner?.scan({
          networks,
          signal,
          onDevice: found,
          onProgress: ({ asked, total }) => this.#progress({ asked, total }),
        });
    } catch (error) {
      failure = messageOf(error);
    }
    this.#set({ kind: 'idle', finishedAtMs: clock.now(), found: seen.size, error: failure });
  }

  #progress(part: Partial<Extract<RosterScanState, { kind: 'running' }>>): void {
    if (this.#state.kind === 'running') this.#set({ ...this.#state, ...part });
  }

  #set(state: RosterScanState): void {
    this.#state = state;
    this.#options.onChange();
  }
}
