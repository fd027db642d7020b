import {
  type DeviceProbe,
  type Login,
  type MediaProfile,
  StreamFaultError,
} from '../../../gateway/src/pipeline.ts';

export const profile = (
  token: string,
  codec: MediaProfile['codec'],
  width: number,
  height: number,
): MediaProfile => ({ token, name: token, codec, width, height });

export type FakeDevice = {
  /** As told without a login; null = it tells none. */
  endpoint: string | null;
  serial: string;
  mac: string | null;
  /** Null: needs none. */
  password: string | null;
  clockOffsetMs: number | null;
  profiles: MediaProfile[];
};

export const aDevice = (changes: Partial<FakeDevice> = {}): FakeDevice => ({
  endpoint: 'urn:uuid:1',
  serial: 'S1',
  mac: '02:00:00:00:00:01',
  password: 'right',
  clockOffsetMs: 0,
  profiles: [profile('main', 'h264', 1280, 720)],
  ...changes,
});

/** Devices by host, with a note of every login they were sent. */
export class FakeNetwork implements DeviceProbe {
  readonly devices = new Map<string, FakeDevice>();
  readonly tried: { host: string; login: Login | null }[] = [];

  async contact(deviceUrl: string) {
    const { endpoint, clockOffsetMs } = this.#at(deviceUrl);
    return { endpoint, clockOffsetMs };
  }

  async facts(deviceUrl: string, login: Login | null) {
    const device = this.#at(deviceUrl);
    this.tried.push({ host: new URL(deviceUrl).host, login });
    if (device.password !== null && login?.password !== device.password)
      throw new StreamFaultError('unauthorized', 'wrong user name or password');
    const { serial, mac, clockOffsetMs, profiles } = device;
    return { manufacturer: 'Maker', model: 'X', serial, mac, clockOffsetMs, profiles };
  }

  async streamUrl(deviceUrl: string, _login: Login | null, token: string) {
    return `rtsp://${new URL(deviceUrl).host}/${token}`;
  }

  #at(deviceUrl: string): FakeDevice {
    const device = this.devices.get(new URL(deviceUrl).host);
    if (!device) throw new StreamFaultError('unreachable', 'the camera does not answer');
    return device;
  }
}
