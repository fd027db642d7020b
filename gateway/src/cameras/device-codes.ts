import { composeDeviceCode, type DeviceType } from '@pingan/models/contract';

/** Durable values by name; every `set` is on disk when it returns. */
export type DurableValues = { get(name: string): string | undefined; set(name: string, value: string): void };

export type SiteCodes = { centre: string; industry: string; network: string };

/** Gives each device its 20-digit code, once: the same key has the same code after any restart. */
export class DeviceCodes {
  readonly #values: DurableValues;
  readonly #site: SiteCodes;

  constructor(values: DurableValues, site: SiteCodes) {
    this.#values = values;
    this.#site = site;
  }

  /** @param key the device's identity, for example its ONVIF endpoint. Throws a RangeError after 999,999 devices of a type. */
  assign(type: DeviceType, key: string): string {
    const name = `code:${type}:${key}`;
    const known = this.#values.get(name);
    if (known !== undefined) return known;
    const counter = `code-serial:${type}`;
    const serial = Number(this.#values.get(counter) ?? '0') + 1;
    const code = composeDeviceCode({ ...this.#site, type, serial });
    // Counter first: a crash between the two wastes a number and never gives one twice.
    this.#values.set(counter, String(serial));
    this.#values.set(name, code);
    return code;
  }
}
