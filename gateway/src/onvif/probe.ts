import type { Clock } from '../base/clock.ts';
import {
  type DeviceClocks,
  type DeviceContact,
  type DeviceFacts,
  type DeviceProbe,
  type DeviceSnapshots,
  type Login,
  StreamFaultError,
} from '../pipeline.ts';
import {
  deviceInformation,
  endpointReference,
  macAddress,
  optional,
  readServices,
  setDeviceNtp,
  setDeviceTime,
} from './device/device-service.ts';
import { readMediaProfiles, readSnapshotUrl, readStreamUrl } from './media/media-service.ts';
import { channelsOf } from './media/profiles.ts';
import { SoapSession } from './soap/session.ts';

/** All questions of one visit, ms: a camera that drips each answer just in time must not hold its place for ever. */
const VISIT_MS = 25_000;
const SNAPSHOT_LIMIT = 4 * 1024 * 1024;

/** Asks ONVIF cameras. Each visit reads the device's clock first, since the password digest depends on it. */
export class OnvifProbe implements DeviceProbe, DeviceSnapshots, DeviceClocks {
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  contact(deviceUrl: string): Promise<DeviceContact> {
    return this.#visit(deviceUrl, null, async (session) => {
      const clockOffsetMs = await session.readClock();
      return { endpoint: await endpointReference(session, true), clockOffsetMs };
    });
  }

  facts(deviceUrl: string, login: Login | null): Promise<DeviceFacts> {
    return this.#visit(deviceUrl, login, async (session) => {
      await optional(session.readClock(), null);
      const { manufacturer, model, firmware, serial } = await deviceInformation(session);
      // Where the time itself wants a login it can be read only now.
      if (session.clockOffsetMs === null) await optional(session.readClock(), null);
      const mac = await optional(macAddress(session), null);
      const endpoint = await endpointReference(session, false);
      const services = await readServices(session);
      const { profiles } = await readMediaProfiles(session, services);
      const offers = {
        media2: services.media2 !== null,
        ptz: services.ptz !== null,
        events: services.events !== null,
        imaging: services.imaging !== null,
      };
      const identity = { manufacturer, model, firmware, serial, mac, endpoint };
      const clockOffsetMs = session.clockOffsetMs;
      return { ...identity, clockOffsetMs, profiles, channels: channelsOf(profiles), offers };
    });
  }

  streamUrl(deviceUrl: string, login: Login | null, profileToken: string): Promise<string> {
    return this.#visit(deviceUrl, login, async (session) => {
      await optional(session.readClock(), null);
      return readStreamUrl(session, await readServices(session), profileToken);
    });
  }

  snapshotUrl(deviceUrl: string, login: Login | null, profileToken: string): Promise<string | null> {
    return this.#visit(deviceUrl, login, async (session) => {
      await optional(session.readClock(), null);
      return readSnapshotUrl(session, await readServices(session), profileToken);
    });
  }

  snapshot(deviceUrl: string, login: Login | null, profileToken: string): Promise<Uint8Array | null> {
    return this.#visit(deviceUrl, login, async (session) => {
      await optional(session.readClock(), null);
      const url = await readSnapshotUrl(session, await readServices(session), profileToken);
      if (url === null) return null;
      const { bytes } = await session.fetch(url, SNAPSHOT_LIMIT);
      if (bytes[0] !== 0xff || bytes[1] !== 0xd8)
        throw new StreamFaultError('protocol', 'the camera’s snapshot is no JPEG');
      return bytes;
    });
  }

  setClock(deviceUrl: string, login: Login | null): Promise<{ clockOffsetMs: number | null }> {
    return this.#visit(deviceUrl, login, async (session) => {
      await optional(session.readClock(), null);
      await setDeviceTime(session, this.#clock.now());
      return { clockOffsetMs: await optional(session.readClock(), null) };
    });
  }

  setNtp(deviceUrl: string, login: Login | null, server: string): Promise<void> {
    return this.#visit(deviceUrl, login, async (session) => {
      await optional(session.readClock(), null);
      await setDeviceNtp(session, server);
    });
  }

  async #visit<T>(
    deviceUrl: string,
    login: Login | null,
    ask: (session: SoapSession) => Promise<T>,
  ): Promise<T> {
    const signal = AbortSignal.timeout(VISIT_MS);
    try {
      return await ask(new SoapSession({ deviceUrl, login, clock: this.#clock, signal }));
    } catch (error) {
      if (!signal.aborted) throw error;
      throw new StreamFaultError('no-response', 'the camera answers too slowly: restart it', {
        cause: error,
      });
    }
  }
}
