import type { Clock } from '../base/clock.ts';
import {
  type DeviceContact,
  type DeviceFacts,
  type DeviceProbe,
  type Login,
  StreamFaultError,
} from '../pipeline.ts';
import { OnvifClient } from './client.ts';

/** A missing MAC or a refused interface list is no reason to refuse a camera; a wrong password is. */
async function optional<T>(question: Promise<T>, otherwise: T): Promise<T> {
  try {
    return await question;
  } catch (error) {
    if (error instanceof StreamFaultError && error.fault === 'protocol') return otherwise;
    throw error;
  }
}

/** The `DeviceProbe` for ONVIF cameras. The clock is read first, since the password digest depends on it. */
export class OnvifProbe implements DeviceProbe {
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  async contact(deviceUrl: string): Promise<DeviceContact> {
    const client = new OnvifClient(deviceUrl, null, this.#clock);
    const clockOffsetMs = await optional(client.readClock(), null);
    return { endpoint: await client.endpointReference(), clockOffsetMs };
  }

  async facts(deviceUrl: string, login: Login | null): Promise<DeviceFacts> {
    const client = new OnvifClient(deviceUrl, login, this.#clock);
    const clockOffsetMs = await optional(client.readClock(), null);
    const { manufacturer, model, serial } = await client.deviceInformation();
    const mac = await optional(client.macAddress(), null);
    return { manufacturer, model, serial, mac, clockOffsetMs, profiles: await client.profiles() };
  }

  async streamUrl(deviceUrl: string, login: Login | null, profileToken: string): Promise<string> {
    const client = new OnvifClient(deviceUrl, login, this.#clock);
    await optional(client.readClock(), null);
    return client.streamUrl(profileToken);
  }
}
