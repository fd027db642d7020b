import type { ServerResponse } from 'node:http';
import { timestamp } from '../base/clock.ts';
import { messageOf } from '../base/errors.ts';
import type { Logger } from '../base/log.ts';
import { Problem } from '../base/problem.ts';
import type { AreaDirectory } from '../registry/areas.ts';
import type { Change } from '../store/changes.ts';
import type { Store } from '../store/store.ts';
import { presentCamera, presentEvent, presentGateway, presentSensor } from './present.ts';

export type StreamMessage = { id: number; name: string; data: object };

export type ChangeHubOptions = {
  store: Pick<Store, 'changes' | 'alarms' | 'cameras' | 'sensors' | 'gateways'>;
  areas: AreaDirectory;
  watchSession(sessionHash: string, onEnd: () => void): () => void;
  log: Logger;
};

type Client = { response: ServerResponse; close(): void };
type Attachment = { response: ServerResponse; after: number | undefined; sessionHash: string };

const CLIENT_LIMIT = 200;
const READ_LIMIT = 500;
/** Somebody who missed more reads the lists again instead. */
const REPLAY_LIMIT = 2000;
const HEARTBEAT_MS = 15_000;
/** Changes of other processes on the same database are seen this soon. */
const POLL_MS = 1000;
/** A reader who lets this much wait is sent away; it comes back with Last-Event-ID. */
const WAITING_BYTES = 2_000_000;

const encode = ({ id, name, data }: StreamMessage) =>
  `id: ${id}\nevent: ${name}\ndata: ${JSON.stringify(data)}\n\n`;

/** Reads the list of changes and tells every open stream, each change with the state it has now. */
export class ChangeHub {
  readonly #options: ChangeHubOptions;
  readonly #clients = new Set<Client>();
  #last = 0;
  #reading: Promise<void> | undefined;
  #again = false;
  #isRunning = false;
  #poll: NodeJS.Timeout | undefined;
  #heartbeat: NodeJS.Timeout | undefined;

  constructor(options: ChangeHubOptions) {
    this.#options = options;
  }

  get clientCount(): number {
    return this.#clients.size;
  }

  async start(): Promise<void> {
    this.#last = (await this.#options.store.changes.bounds()).last;
    this.#isRunning = true;
    this.#poll = setInterval(() => this.poke(), POLL_MS);
    this.#heartbeat = setInterval(() => this.#broadcast(': still here\n\n'), HEARTBEAT_MS);
  }

  async stop(): Promise<void> {
    this.#isRunning = false;
    clearInterval(this.#poll);
    clearInterval(this.#heartbeat);
    for (const client of this.#clients) client.close();
    await this.processAll();
  }

  /** Says that something was committed. Does nothing unless started. */
  poke(): void {
    if (!this.#isRunning) return;
    this.#again = true;
    this.#reading ??= this.#read().finally(() => {
      this.#reading = undefined;
    });
  }

  /** Resolves when everything committed before the call has been told. */
  async processAll(): Promise<void> {
    while (this.#reading !== undefined) await this.#reading;
  }

  /** Throws the problem `too-many-streams` when no further stream may open. */
  assertRoom(): void {
    if (this.#clients.size >= CLIENT_LIMIT) throw new Problem('too-many-streams');
  }

  /** Takes over a response whose head is sent: replays what was missed, then tells what happens. */
  attach({ response, after, sessionHash }: Attachment): void {
    const client: Client = { response, close: () => response.end() };
    const unwatch = this.#options.watchSession(sessionHash, client.close);
    response.on('close', () => {
      unwatch();
      this.#clients.delete(client);
    });
    response.on('error', () => response.destroy());
    response.write('retry: 2000\n\n');
    this.#replay(client, after).catch((error: unknown) => {
      this.#options.log.warn({ error: messageOf(error) }, 'stream: replay failed');
      client.close();
    });
  }

  async #replay(client: Client, after: number | undefined): Promise<void> {
    const { response } = client;
    let position = after ?? this.#last;
    const { first, last } = await this.#options.store.changes.bounds();
    const isLost =
      position > last || (position < first - 1 && position < last) || last - position > REPLAY_LIMIT;
    if (isLost) {
      position = this.#last;
      response.write(encode({ id: position, name: 'reset', data: {} }));
    }
    // From the last look at #last to joining nothing is awaited: no change can slip through.
    while (position < this.#last && !response.closed) {
      const missed = (await this.#options.store.changes.since(position, READ_LIMIT)).filter(
        ({ id }) => id <= this.#last,
      );
      for (const message of await this.#load(missed)) response.write(encode(message));
      position = missed.at(-1)?.id ?? this.#last;
    }
    if (!response.closed && !response.writableEnded) this.#clients.add(client);
  }

  async #read(): Promise<void> {
    try {
      while (this.#again) {
        this.#again = false;
        const changes = await this.#options.store.changes.since(this.#last, READ_LIMIT);
        const last = changes.at(-1);
        if (last === undefined) continue;
        const messages = await this.#load(changes);
        this.#last = last.id;
        this.#broadcast(messages.map(encode).join(''));
        this.#again = true;
      }
    } catch (error) {
      this.#options.log.warn({ error: messageOf(error) }, 'stream: changes could not be read');
    }
  }

  #broadcast(text: string): void {
    if (text === '') return;
    for (const { response, close } of this.#clients) {
      if (response.writableLength > WAITING_BYTES) {
        close();
        response.destroy();
      } else response.write(text);
    }
  }

  /** Each thing once, under the number of its last change, in the order of those numbers. */
  async #load(changes: readonly Change[]): Promise<StreamMessage[]> {
    const { store, areas } = this.#options;
    const last = new Map(changes.map((change) => [`${change.kind} ${change.key}`, change]));
    const keys = (kind: Change['kind']) =>
      [...last.values()].filter((change) => change.kind === kind).map(({ key }) => key);
    const [events, cameras, sensors, gateways] = await Promise.all([
      store.alarms.findMany(keys('event')),
      store.cameras.findMany(keys('camera')),
      store.sensors.findMany(keys('sensor')),
      store.gateways.findMany(keys('gateway')),
    ]);
    const found: { name: Change['kind']; key: string; data: object }[] = [
      ...events.map((row) => ({ name: 'event' as const, key: row.id, data: presentEvent(row, areas) })),
      ...cameras
        .map((row) => presentCamera(row, areas))
        .map((data) => ({ name: 'camera' as const, key: data.id, data })),
      ...sensors.map(presentSensor).map((data) => ({ name: 'sensor' as const, key: data.id, data })),
      ...gateways.map((row) => ({ name: 'gateway' as const, key: row.id, data: presentGateway(row, areas) })),
      ...keys('index').map((key) => ({
        name: 'index' as const,
        key,
        data: { computedAt: timestamp(Number(key)) },
      })),
    ];
    return found
      .map(({ name, key, data }) => ({ id: last.get(`${name} ${key}`)?.id ?? 0, name, data }))
      .sort((a, b) => a.id - b.id);
  }
}
