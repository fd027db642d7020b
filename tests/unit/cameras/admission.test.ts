import { describe, expect, test } from 'vitest';
import { createAddressPolicy } from '../../../gateway/src/base/address.ts';
import { silentLogger } from '../../../gateway/src/base/log.ts';
import { CameraAdmission, chooseProfile } from '../../../gateway/src/cameras/admission.ts';
import { DeviceCodes } from '../../../gateway/src/cameras/device-codes.ts';
import {
  type Camera,
  type DeviceProbe,
  type Login,
  type MediaProfile,
  StreamFaultError,
} from '../../../gateway/src/pipeline.ts';

const profile = (
  token: string,
  codec: MediaProfile['codec'],
  width: number,
  height: number,
): MediaProfile => ({ token, name: token, codec, width, height });
const device = (endpoint: string, host = '10.0.0.2') => ({
  endpoint,
  addresses: [`http://${host}/onvif`],
  name: '北门',
  hardware: null,
});

function memory() {
  const values = new Map<string, string>();
  return {
    get: (name: string) => values.get(name),
    set: (name: string, value: string) => void values.set(name, value),
  };
}

class FakeProbe implements DeviceProbe {
  tried: (Login | null)[] = [];
  profiles: MediaProfile[] = [profile('main', 'h264', 1280, 720)];
  accepts: (login: Login | null) => boolean = () => true;

  async contact() {
    return { endpoint: null, clockOffsetMs: 0 };
  }

  async facts(_url: string, login: Login | null) {
    this.tried.push(login);
    if (!this.accepts(login)) throw new StreamFaultError('unauthorized', 'wrong password');
    return {
      manufacturer: 'M',
      model: 'X',
      serial: '1',
      mac: null,
      clockOffsetMs: 0,
      profiles: this.profiles,
    };
  }

  async streamUrl(url: string, _login: Login | null, token: string) {
    return `rtsp://${new URL(url).hostname}/${token}`;
  }
}

function admission(probe: DeviceProbe, logins: Login[] = [], limit = 10) {
  const nowMs = 1_000_000;
  const admitted: Camera[] = [];
  const subject = new CameraAdmission({
    probe,
    policy: createAddressPolicy({ networks: ['10.0.0.0/24'], allowLoopback: false }),
    codes: new DeviceCodes(memory(), { centre: '44030600', industry: '01', network: '7' }),
    logins,
    limit,
    clock: { now: () => nowMs, monotonic: () => nowMs },
    log: silentLogger,
    onAdmitted: (_, camera) => admitted.push(camera),
  });
  return { subject, admitted };
}

describe('admission', () => {
  test('tries the logins in order and hands on the camera with the one that fits', async () => {
    const probe = new FakeProbe();
    probe.accepts = (login) => login?.password === 'right';
    const { subject, admitted } = admission(probe, [
      { username: 'a', password: 'wrong' },
      { username: 'b', password: 'right' },
    ]);
    subject.consider(device('urn:uuid:1'));
    await subject.processAll();
    expect(admitted).toMatchObject([
      {
        name: '北门',
        code: '44030600011327000001',
        source: { url: 'rtsp://10.0.0.2/main', username: 'b', password: 'right' },
      },
    ]);
  });

  test('asks a camera that refused every login not again for an hour', async () => {
    const probe = new FakeProbe();
    probe.accepts = () => false;
    const { subject } = admission(probe, [{ username: 'a', password: 'wrong' }]);
    subject.consider(device('urn:uuid:1'));
    subject.consider(device('urn:uuid:1'));
    await subject.processAll();
    expect(probe.tried).toHaveLength(1);
    expect(subject.candidates()).toMatchObject([
      { state: { kind: 'refused', fault: 'unauthorized', retryAtMs: 1_000_000 + 3_600_000 } },
    ]);
  });

  test('says that a password is missing when none is configured', async () => {
    const probe = new FakeProbe();
    probe.accepts = (login) => login !== null;
    const { subject } = admission(probe);
    subject.consider(device('urn:uuid:1'));
    await subject.processAll();
    expect(subject.candidates()[0]?.state).toMatchObject({ kind: 'refused', fault: 'needs-password' });
  });

  test('refuses a camera without a usable profile by name', async () => {
    const probe = new FakeProbe();
    probe.profiles = [profile('jpeg', 'other', 640, 480)];
    const { subject } = admission(probe);
    subject.consider(device('urn:uuid:1'));
    await subject.processAll();
    expect(subject.candidates()[0]?.state).toMatchObject({ kind: 'refused', fault: 'no-profile' });
  });

  test('ignores devices outside the configured networks and beyond the limit', async () => {
    const { subject, admitted } = admission(new FakeProbe(), [], 1);
    subject.consider(device('urn:uuid:far', '172.16.0.1'));
    subject.consider(device('urn:uuid:1'));
    subject.consider(device('urn:uuid:2', '10.0.0.3'));
    await subject.processAll();
    expect(admitted.map((camera) => camera.source)).toMatchObject([{ url: 'rtsp://10.0.0.2/main' }]);
    expect(subject.candidates()).toHaveLength(1);
  });

  test('knows a camera again at another address', async () => {
    const { subject, admitted } = admission(new FakeProbe());
    subject.consider(device('urn:uuid:1'));
    await subject.processAll();
    subject.consider(device('urn:uuid:1', '10.0.0.77'));
    await subject.processAll();
    expect(admitted).toHaveLength(2);
    expect(new Set(admitted.map(({ id, code }) => `${id} ${code}`)).size).toBe(1);
    expect(admitted[1]?.source).toMatchObject({ url: 'rtsp://10.0.0.77/main' });
  });
});

describe('profile', () => {
  const cases: [string, MediaProfile[]][] = [
    [
      'hd',
      [
        profile('sub', 'h264', 640, 360),
        profile('hd', 'h264', 1920, 1080),
        profile('4k', 'h264', 3840, 2160),
      ],
    ],
    ['4k', [profile('4k', 'h264', 3840, 2160), profile('big', 'h265', 1280, 720)]],
    ['hevc', [profile('hevc', 'h265', 1280, 720), profile('jpeg', 'other', 640, 480)]],
  ];
  test.each(cases)('%s is chosen', (token, profiles) => expect(chooseProfile(profiles)?.token).toBe(token));
  test('of another codec is not chosen', () =>
    expect(chooseProfile([profile('jpeg', 'other', 640, 480)])).toBeNull());
});

describe('device codes', () => {
  test('are given once and kept', () => {
    const values = memory();
    const site = { centre: '44030600', industry: '01', network: '7' };
    const first = new DeviceCodes(values, site).assign('networkCamera', 'a');
    const again = new DeviceCodes(values, site);
    expect(again.assign('networkCamera', 'a')).toBe(first);
    expect(again.assign('networkCamera', 'b')).not.toBe(first);
    expect(again.assign('alarmInput', 'a')).toBe('44030600011347000001');
  });
});
