import { Cam } from 'onvif';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { SimulatedCamera } from '../../simulators/camera/camera.ts';
import { type Simulator, startSimulator } from '../../simulators/camera/simulator.ts';
import { envelopeWith, token } from './soap-client.ts';

let simulator: Simulator;
let camera: SimulatedCamera;

beforeEach(async () => {
  simulator = await startSimulator();
  const [first] = simulator.cameras;
  if (first === undefined) throw new Error('no camera');
  camera = first;
});
afterEach(() => simulator.stop());

async function ask(operation: string, header = '') {
  const response = await fetch(camera.onvifUrl, {
    method: 'POST',
    body: envelopeWith(`<tds:${operation}/>`, header),
  });
  return { status: response.status, xml: await response.text() };
}

/** The promise of a call with a callback (the client's own promise form has wrong types). */
function answerOf<Answer>(
  start: (done: (error: Error | null, answer?: Answer) => void) => void,
): Promise<Answer | undefined> {
  return new Promise((resolve, reject) => {
    start((error, answer) => (error ? reject(error) : resolve(answer)));
  });
}

describe('an independent client (npm onvif)', () => {
  async function connect() {
    const { hostname, port } = new URL(camera.onvifUrl);
    const cam = new Cam({
      ...simulator.credentials,
      hostname,
      port: Number(port),
      autoconnect: false,
      timeout: 5000,
    });
    await answerOf((done) => cam.connect(done));
    return cam;
  }

  const streamUri = (cam: Cam, profileToken: string) =>
    answerOf<{ uri: string }>((done) => cam.getStreamUri({ protocol: 'RTSP', profileToken }, done));

  test('learns who the camera is', async () => {
    const cam = await connect();
    const { serial, mac, name } = camera.identity;
    expect(await answerOf((done) => cam.getDeviceInformation(done))).toMatchObject({
      manufacturer: 'Pingan Simulator',
      serialNumber: serial,
    });
    expect(await answerOf((done) => cam.getNetworkInterfaces(done))).toMatchObject([
      { info: { hwAddress: mac } },
    ]);
    expect(JSON.stringify(await answerOf((done) => cam.getScopes(done)))).toContain(encodeURIComponent(name));
  });

  test('finds main and sub profile with encoder settings, and their addresses', async () => {
    const cam = await connect();
    const profiles = await answerOf((done) => cam.getProfiles(done));
    expect(profiles).toMatchObject([
      {
        $: { token: 'main' },
        videoEncoderConfiguration: {
          encoding: 'H264',
          resolution: { width: 768, height: 576 },
          rateControl: { frameRateLimit: 10 },
        },
      },
      {
        $: { token: 'sub' },
        videoEncoderConfiguration: { encoding: 'H264', resolution: { width: 384, height: 288 } },
      },
    ]);
    expect(await streamUri(cam, 'main')).toMatchObject({
      uri: camera.rtspUrl,
    });
    expect(await streamUri(cam, 'sub')).toMatchObject({
      uri: camera.subRtspUrl,
    });
    expect(await answerOf((done) => cam.getVideoSources(done))).toMatchObject([
      { resolution: { width: 768, height: 576 } },
    ]);
  });

  test('gets an address of a snapshot, which is behind a login', async () => {
    const cam = await connect();
    const answer = await answerOf<{ uri: string }>((done) =>
      cam.getSnapshotUri({ profileToken: 'main' }, done),
    );
    const refused = await fetch(answer?.uri ?? '');
    expect([refused.status, refused.headers.get('www-authenticate')]).toEqual([
      401,
      expect.stringMatching(/^Digest /),
    ]);
  });

  test('turns the head, stops it and goes to a preset', async () => {
    const cam = await connect();
    await answerOf((done) => cam.continuousMove({ profileToken: 'main', x: 0.5, y: -0.25, zoom: 0 }, done));
    expect(camera.onvif.ptz.speed).toEqual({ pan: 0.5, tilt: -0.25, zoom: 0 });
    await answerOf((done) => cam.stop({ profileToken: 'main', panTilt: true, zoom: true }, done));
    expect(camera.onvif.ptz.speed).toEqual({ pan: 0, tilt: 0, zoom: 0 });
    expect(await answerOf((done) => cam.getPresets({ profileToken: 'main' }, done))).toHaveProperty('大门');
    await answerOf((done) => cam.gotoPreset({ profileToken: 'main', preset: 'preset_1' }, done));
    expect(camera.onvif.ptz.log.at(-1)).toBe('goto preset_1');
  });

  test('pulls events', async () => {
    const cam = await connect();
    await answerOf((done) => cam.createPullPointSubscription(done));
    camera.notify({
      topic: 'tns1:VideoSource/MotionAlarm',
      source: { Source: 'source_0' },
      data: { State: 'true' },
    });
    const pulled = await answerOf((done) => cam.pullMessages({ messageLimit: 5 }, done));
    expect(JSON.stringify(pulled)).toContain('tns1:VideoSource/MotionAlarm');
    await answerOf((done) => cam.unsubscribe(done));
    expect(camera.onvif.events.size).toBe(0);
  });

  test('copes with a camera whose clock is an hour wrong', async () => {
    await camera.setFault({ kind: 'wrong-clock', offsetS: 3600 });
    const cam = await connect();
    expect(await answerOf((done) => cam.getDeviceInformation(done))).toMatchObject({
      serialNumber: camera.identity.serial,
    });
  });
});

describe('who may ask', () => {
  test('everybody may ask the time, the services and the identity', async () => {
    expect(await ask('GetSystemDateAndTime')).toMatchObject({
      status: 200,
      xml: expect.stringContaining('UTCDateTime'),
    });
    expect((await ask('GetServices')).xml).toContain('http://www.onvif.org/ver10/media/wsdl');
    expect((await ask('GetCapabilities')).xml).toContain('/onvif/media_service');
    expect((await ask('GetEndpointReference')).xml).toContain(camera.uuid);
  });

  test('without a login nothing else is told', async () => {
    for (const operation of ['GetDeviceInformation', 'GetScopes', 'GetNetworkInterfaces']) {
      expect(await ask(operation)).toMatchObject({
        status: 400,
        xml: expect.stringContaining('ter:NotAuthorized'),
      });
    }
  });

  test('a right token is accepted once and never again', async () => {
    const header = token(simulator.credentials);
    expect((await ask('GetDeviceInformation', header)).status).toBe(200);
    expect((await ask('GetDeviceInformation', header)).xml).toContain('ter:NotAuthorized');
  });

  test('a wrong password and a token of ten seconds ago are refused', async () => {
    const wrong = token({ ...simulator.credentials, password: 'wrong' });
    expect((await ask('GetDeviceInformation', wrong)).xml).toContain('ter:NotAuthorized');
    const old = token(simulator.credentials, Date.now() - 10_000);
    expect((await ask('GetDeviceInformation', old)).xml).toContain('ter:NotAuthorized');
  });

  test('the unauthorized fault refuses the right token too, and a changed password wants the new one', async () => {
    await camera.setFault({ kind: 'unauthorized', at: 'onvif' });
    expect((await ask('GetDeviceInformation', token(simulator.credentials))).status).toBe(400);
    await camera.setFault({ kind: 'unauthorized', password: 'changed' });
    expect((await ask('GetDeviceInformation', token(simulator.credentials))).status).toBe(400);
    expect(
      (await ask('GetDeviceInformation', token({ ...simulator.credentials, password: 'changed' }))).status,
    ).toBe(200);
  });
});

describe('bad requests', () => {
  test('get a fault that says what is wrong, and the camera lives on', async () => {
    const post = async (body: string) => (await fetch(camera.onvifUrl, { method: 'POST', body })).text();
    expect(await post('<!DOCTYPE x [<!ENTITY a "b">]><s:Envelope/>')).toContain('document type');
    expect(await post('hello')).toContain('no SOAP body');
    expect(await post(envelopeWith('<tds:Reboot/>', token(simulator.credentials)))).toContain(
      'ter:ActionNotSupported',
    );
    expect(await post('x'.repeat(300_000))).toContain('too large');
    expect((await ask('GetSystemDateAndTime')).status).toBe(200);
  });
});

test('the snapshot is a JPEG for whoever has the password', async () => {
  const open = await startSimulator({ auth: ['basic'] });
  const { username, password } = open.credentials;
  const Authorization = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
  const address = new URL('/onvif/snapshot', open.cameras[0]?.onvifUrl);
  const response = await fetch(address, { headers: { Authorization } });
  const bytes = Buffer.from(await response.arrayBuffer());
  await open.stop();
  expect(response.headers.get('content-type')).toBe('image/jpeg');
  expect(bytes.subarray(0, 3).toString('hex')).toBe('ffd8ff');
});
