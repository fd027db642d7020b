import { messageOf } from '../base/errors.ts';
import type { Logger } from '../base/log.ts';
import type { DeviceCodes } from './device-codes.ts';
import type { DeviceRecord } from './device-record.ts';
import { codeKeyOf, UNPROVEN_CODE } from './device-record-changes.ts';
import { isProperEndpoint, plainEndpoint } from './identity.ts';
import type { RosterStore } from './roster-store.ts';

export type DeviceBookOptions = {
  store: RosterStore;
  codes: DeviceCodes;
  /** Most devices on disk. */
  limit: number;
  log: Logger;
};

/** Devices that never answered: a flood of invented ones fills neither the roster nor the disk. */
const UNPROVEN_LIMIT = 500;

export const hostOf = (url: string) => new URL(url).host;

/** The devices in memory; those that answered once are on disk too and have a code. */
export class DeviceBook {
  readonly #options: DeviceBookOptions;
  readonly #records = new Map<string, DeviceRecord>();
  readonly #kept = new Set<string>();

  constructor(options: DeviceBookOptions) {
    this.#options = options;
  }

  all(): DeviceRecord[] {
    return [...this.#records.values()];
  }

  get(id: string): DeviceRecord | undefined {
    return this.#records.get(id);
  }

  isKept(id: string): boolean {
    return this.#kept.has(id);
  }

  byEndpoint(endpoint: string | null): DeviceRecord | undefined {
    if (!isProperEndpoint(endpoint)) return undefined;
    const plain = plainEndpoint(endpoint);
    return this.all().find((record) => record.endpoint !== null && plainEndpoint(record.endpoint) === plain);
  }

  /** The record of a discovered device: by its endpoint, else by its address when either side tells no endpoint. */
  known(endpoint: string, url: string): DeviceRecord | undefined {
    const isNamed = isProperEndpoint(endpoint);
    return (
      this.byEndpoint(endpoint) ??
      this.all().find(
        (record) => hostOf(record.url) === hostOf(url) && (!isNamed || record.endpoint === null),
      )
    );
  }

  /** Who lives at an address. */
  tenant(url: string): DeviceRecord | undefined {
    return this.all().find((record) => hostOf(record.url) === hostOf(url));
  }

  hasRoom(): boolean {
    const { limit, log } = this.#options;
    if (this.#kept.size < limit && this.#records.size - this.#kept.size < UNPROVEN_LIMIT) return true;
    log.warn({ limit }, 'more cameras than cameras.limit allows: the rest is ignored');
    return false;
  }

  /** Takes in what is on disk already. */
  load(record: DeviceRecord): void {
    this.#records.set(record.id, record);
    this.#kept.add(record.id);
  }

  /** In memory only. */
  note(record: DeviceRecord): void {
    this.#records.set(record.id, record);
  }

  /** On disk from now on, with a code of its own. Returns the record as kept. */
  keep(record: DeviceRecord): DeviceRecord {
    if (this.#kept.has(record.id) && record.code !== UNPROVEN_CODE) return record;
    const { codes, store } = this.#options;
    const code =
      record.code === UNPROVEN_CODE ? codes.assign('networkCamera', codeKeyOf(record)) : record.code;
    const channels = record.channels.map((channel, index) => (index === 0 ? { ...channel, code } : channel));
    const kept = { ...record, code, channels };
    store.insert(kept);
    this.load(kept);
    return kept;
  }

  /** Changes a record. False when another process has removed the device. */
  put(record: DeviceRecord): boolean {
    this.#records.set(record.id, record);
    if (!this.#kept.has(record.id)) return true;
    try {
      return this.#options.store.update(record);
    } catch (error) {
      this.#options.log.error(
        { camera: record.id, error: messageOf(error) },
        'a camera could not be written to disk',
      );
      return true;
    }
  }

  forget(id: string): void {
    this.#records.delete(id);
    this.#kept.delete(id);
  }
}
