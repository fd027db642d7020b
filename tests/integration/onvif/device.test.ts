import { afterEach, describe, expect, test } from 'vitest';
import { systemClock } from '../../../gateway/src/base/clock.ts';
import { OnvifEncoders } from '../../../gateway/src/onvif/media/encoders.ts';
import { OnvifImaging } from '../../../gateway/src/onvif/media/imaging.ts';
import { OnvifProbe } from '../../../gateway/src/onvif/probe.ts';
import { OnvifPtz } from '../../../gateway/src/onvif/ptz/ptz.ts';
import { SoapSession } from '../../../gateway/src/onvif/soap/session.ts';
import type { SimulatedCamera } from '../../simulators/camera/camera.ts';
import { type CameraSpec, type Simulator, startSimulator } from '../../simulators/camera/simulator.ts';
import { until } from '../../support/until.ts';

const probe = new OnvifProbe(systemClock);
let simulator: Simulator | undefined;
afterEach(async () => {
  await simulator?.stop();
  simulator = undefined;
});

async function start(spec: CameraSpec = {}): Promise<{ camera: SimulatedCamera; url: string }> {
  simulator = await startSimulator({ cameras: [spec] });
  const [camera] = simulator.cameras;
  if (!camera) throw new Error('no camera');
  return { camera, url: camera.onvifUrl };
}
const login = () => ({ ...(simulator?.credentials ?? { username: '', password: '' }) });

describe('a login', () => {
  test.each([
    ['MD5', ['digest' as const]],
    ['SHA-256', ['digest-sha256' as const]],
    ['both, MD5 named first', ['digest' as const, 'digest-sha256' as const]],
  ])('by HTTP Digest works with %s, and one nonce serves every question', async (_, auth) => {
    const { camera, url } = await start({ auth, quirk: { soapLogin: 'http' } });
    expect((await probe.facts(url, login())).serial).toBe(camera.identity.serial);
    expect(camera.onvif.refusedLogins).toBe(0);
  });

  test.each([
    ['WS-Security', {}],
    ['HTTP Digest', { soapLogin: 'http' as const }],
  ])('that is wrong costs one try under %s', async (_, quirk) => {
    const { camera, url } = await start({ quirk });
    await expect(probe.facts(url, { ...login(), password: 'wrong' })).rejects.toMatchObject({
      fault: 'unauthorized',
    });
    expect(camera.onvif.refusedLogins).toBe(1);
  });

  test('is never sent by HTTP Basic unless somebody allowed it', async () => {
    const { camera, url } = await start({ auth: ['basic'], quirk: { soapLogin: 'http' } });
    await expect(probe.facts(url, login())).rejects.toMatchObject({ fault: 'basic-refused' });
    expect(camera.onvif.refusedLogins).toBe(0);
    expect((await probe.facts(url, { ...login(), allowBasic: true })).serial).toBe(camera.identity.serial);
  });

  test('of a running session outlives a reboot with another clock: the clock is read again', async () => {
    const { camera, url } = await start();
    const session = new SoapSession({ deviceUrl: url, login: login(), clock: systemClock });
    await session.readClock();
    const operation = '<GetDeviceInformation xmlns="http://www.onvif.org/ver10/device/wsdl"/>';
    await session.ask(url, operation);
    camera.reboot(-7_200_000);
    await session.ask(url, operation);
    expect(session.clockOffsetMs).toBeLessThan(-7_000_000);
  });

  test('that may not ask one thing keeps its other rights', async () => {
    const { camera, url } = await start();
    const session = new SoapSession({ deviceUrl: url, login: login(), clock: systemClock });
    await session.readClock();
    const information = '<GetDeviceInformation xmlns="http://www.onvif.org/ver10/device/wsdl"/>';
    await session.ask(url, information);
    await camera.setFault({ kind: 'unauthorized', at: 'onvif' });
    await expect(session.ask(url, information)).rejects.toMatchObject({ fault: 'protocol' });
    await camera.clearFault('unauthorized');
    await expect(session.ask(url, information)).resolves.toBeDefined();
  });
});

describe('a camera', () => {
  test('shows its picture to whom has the password', async () => {
    const { url } = await start();
    const picture = await probe.snapshot(url, login(), 'main');
    expect([picture?.[0], picture?.[1]]).toEqual([0xff, 0xd8]);
  });

  test('tells its endpoint before any password, the same as discovery does', async () => {
    const { camera, url } = await start();
    expect((await probe.contact(url)).endpoint).toBe(`urn:uuid:${camera.uuid}`);
  });

  test('with sixteen channels is sixteen lenses of two profiles', async () => {
    const { camera, url } = await start({ channels: 16 });
    const facts = await probe.facts(url, login());
    expect(facts.channels?.map(({ profiles }) => profiles.length)).toEqual(
      Array.from({ length: 16 }, () => 2),
    );
    const third = facts.channels?.[2]?.profiles[0]?.token ?? '';
    expect(await probe.streamUrl(url, login(), third)).toBe(`${camera.rtspUrl}?channel=3`);
  });

  test('whose clock is off is set right on request, or sent to a time server', async () => {
    const { camera, url } = await start({ faults: [{ kind: 'wrong-clock', offsetS: 10_800 }] });
    const { clockOffsetMs } = await probe.setClock(url, login());
    expect(Math.abs(clockOffsetMs ?? Number.NaN)).toBeLessThan(2000);
    await probe.setNtp(url, login(), 'ntp.example.cn');
    expect(camera.onvif).toMatchObject({ ntpServer: 'ntp.example.cn', dateTimeType: 'NTP' });
    await expect(probe.setNtp(url, login(), 'a b')).rejects.toThrow(RangeError);
  });

  test('has its picture set, and only what was wished', async () => {
    const { camera, url } = await start();
    const imaging = new OnvifImaging(systemClock);
    const before = { brightness: 50, contrast: 50, saturation: 50, irCut: 'auto' };
    expect(await imaging.read(url, login(), 'source_0')).toEqual(before);
    const wish = { sourceToken: 'source_0', change: { brightness: 60, irCut: 'off' as const } };
    expect(await imaging.set(url, login(), wish)).toEqual({ ...before, brightness: 60, irCut: 'off' });
    expect(camera.onvif.imaging.get('Contrast')).toBe('50');
    await expect(imaging.read(url, login(), 'nowhere')).rejects.toMatchObject({ fault: 'protocol' });
  });

  test.each([
    ['Media', {}],
    ['Media2', { media2: 'works' as const }],
  ])('has its encoder changed by %s only after a look, and back again', async (_, quirk) => {
    const { camera, url } = await start({ quirk });
    const encoders = new OnvifEncoders(systemClock);
    camera.onvif.encoders.set('main_encoder', {
      encoding: 'H264',
      width: 1920,
      height: 1080,
      fps: 25,
      bitrateKbps: 16_000,
      gopLength: 250,
    });
    const change = await encoders.preview(url, login(), 'main');
    expect(change).toMatchObject({
      before: { gopLength: 250 },
      after: { gopLength: 50, codec: 'h264', fps: 25 },
    });
    if (!change) throw new Error('nothing to change');
    expect(change.after.bitrateKbps).toBeLessThan(8000);
    expect(camera.onvif.encoders.get('main_encoder')).toMatchObject({ gopLength: 250 });
    expect(await encoders.apply(url, login(), change)).toEqual(change.after);
    expect(await encoders.preview(url, login(), 'main')).toBeNull();
    expect(await encoders.undo(url, login(), change)).toEqual(change.before);
  });
});

describe('a head that turns', () => {
  const open = (deviceUrl: string, deadManMs?: number) =>
    new OnvifPtz({
      deviceUrl,
      login: login(),
      profileToken: 'main',
      clock: systemClock,
      onStuck: (error) => {
        throw error;
      },
      ...(deadManMs === undefined ? {} : { deadManMs }),
    });

  test('moves while told so and stops when told so', async () => {
    const { camera, url } = await start();
    const ptz = open(url);
    await ptz.move({ pan: 0.5, tilt: -2, zoom: 0 });
    expect(camera.onvif.ptz.speed).toEqual({ pan: 0.5, tilt: -1, zoom: 0 });
    await ptz.stop();
    expect(camera.onvif.ptz.log).toEqual(['move 0.5 -1 0', 'stop']);
    await ptz.close();
  });

  test('stops by itself when the operator goes silent', async () => {
    const { camera, url } = await start();
    const ptz = open(url, 100);
    await ptz.move({ pan: 1, tilt: 0, zoom: 0 });
    await until('the dead-man stop', () => camera.onvif.ptz.log.includes('stop'));
    expect(camera.onvif.ptz.speed).toEqual({ pan: 0, tilt: 0, zoom: 0 });
    await ptz.close();
  });

  test('knows its presets, goes there and remembers new ones', async () => {
    const { camera, url } = await start();
    const ptz = open(url);
    expect(await ptz.presets()).toEqual([{ token: 'preset_1', name: '大门' }]);
    await ptz.goTo('preset_1');
    const token = await ptz.savePreset('后门 <1>');
    expect(camera.onvif.ptz.presets.get(token)).toBe('后门 <1>');
    expect(camera.onvif.ptz.log).toEqual(['goto preset_1']);
    await expect(ptz.goTo('nowhere')).rejects.toMatchObject({ fault: 'protocol' });
    await ptz.close();
  });
});
