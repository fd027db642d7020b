import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { afterEach, describe, expect, test } from 'vitest';
import { ProbeClient } from '../../simulators/camera/probe-client.ts';
import {
  clips,
  type Simulator,
  type SimulatorOptions,
  startSimulator,
} from '../../simulators/camera/simulator.ts';
import { decode } from './ffmpeg.ts';

const cleanUps: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

async function simulate(options: SimulatorOptions = {}) {
  const simulator: Simulator = await startSimulator(options);
  cleanUps.push(() => simulator.stop());
  const [camera] = simulator.cameras;
  if (camera === undefined) throw new Error('no camera');
  const connect = async (credentials = simulator.credentials) => {
    const client = await ProbeClient.connect(camera.rtspUrl, credentials);
    cleanUps.push(() => client.close());
    return client;
  };
  return { simulator, camera, connect };
}

const sequenceOf = (packet: Buffer) => packet.readUInt16BE(2);
const timestampOf = (packet: Buffer) => packet.readUInt32BE(4);

describe('pictures', () => {
  test.each([
    ['H.264 over TCP', clips.street, 'tcp'],
    ['H.264 over UDP', clips.street, 'udp'],
    ['H.265 over TCP', clips.streetH265, 'tcp'],
    ['H.264 with B-frames over TCP', clips.streetBFrames, 'tcp'],
  ] as const)('of %s are decoded by ffmpeg without complaint', async (_name, clip, transport) => {
    const { camera, simulator } = await simulate({ clip });
    const { pictures, complaints } = await decode(camera.rtspUrl, simulator.credentials, {
      transport,
      pictures: 25,
    });
    expect(complaints).toBe('');
    expect(new Set(pictures).size).toBe(25);
  });

  test('go on over the end of the clip with sequence and timestamps unbroken', async () => {
    const { connect } = await simulate({ clip: clips.streetSub, cameras: [{ offsetS: 18 }] });
    const client = await connect();
    await client.play();
    const packets: Buffer[] = [];
    const times = new Set<number>();
    while (times.size < 20) {
      const packet = (await client.collect(1))[0];
      if (packet === undefined) break;
      packets.push(packet);
      times.add(timestampOf(packet));
    }
    const steps = packets
      .slice(1)
      .map((packet, index) => (sequenceOf(packet) - sequenceOf(packets[index] ?? packet)) & 0xffff);
    expect(new Set(steps)).toEqual(new Set([1]));
    const all = [...times];
    const advances = all.slice(1).map((time, index) => (time - (all[index] ?? 0) + 2 ** 32) % 2 ** 32);
    expect(new Set(advances)).toEqual(new Set([18_000]));
  });

  test('start at another place of the clip for each camera', async () => {
    const { simulator } = await simulate({ cameras: 4 });
    const firsts = await Promise.all(
      simulator.cameras.map((camera) => decode(camera.rtspUrl, simulator.credentials, { pictures: 1 })),
    );
    expect(new Set(firsts.map((first) => first.pictures[0])).size).toBe(4);
  });

  test('of the sub-stream are smaller', async () => {
    const { camera, simulator } = await simulate();
    const client = await ProbeClient.connect(camera.subRtspUrl, simulator.credentials);
    cleanUps.push(() => client.close());
    const { sdp } = await client.play();
    expect(sdp).toContain('a=x-dimensions:384,288');
  });
});

describe('the protocol', () => {
  test('tells the methods to anybody and the description only after a login', async () => {
    const { camera, connect, simulator } = await simulate();
    const client = await connect();
    const options = await client.requestOnce('OPTIONS', camera.rtspUrl, {});
    expect(options.headers.get('public')).toContain('GET_PARAMETER');
    const refused = await client.requestOnce('DESCRIBE', camera.rtspUrl, {});
    expect(refused.status).toBe(401);
    expect(refused.headers.get('www-authenticate')).toMatch(/^Digest realm=".+", nonce="[0-9a-f]{32}"$/);
    expect((await client.request('DESCRIBE')).status).toBe(200);
    const stranger = await connect({ ...simulator.credentials, password: 'wrong' });
    expect((await stranger.request('DESCRIBE')).status).toBe(401);
  });

  test.each(['digest-sha256', 'basic'] as const)('takes a login by %s', async (scheme) => {
    const { connect } = await simulate({ auth: [scheme] });
    const client = await connect();
    await client.play();
    expect(await client.collect(3)).toHaveLength(3);
  });

  test('announces in PLAY what the first packet carries', async () => {
    const { connect } = await simulate();
    const client = await connect();
    const { play, setup } = await client.play();
    const [first] = await client.collect(1);
    const info = play.headers.get('rtp-info') ?? '';
    expect(info).toContain(`seq=${first?.readUInt16BE(2)};rtptime=${first?.readUInt32BE(4)}`);
    const ssrc = first?.readUInt32BE(8).toString(16).padStart(8, '0').toUpperCase();
    expect(setup.headers.get('transport')).toContain(`interleaved=0-1;ssrc=${ssrc}`);
    expect(setup.headers.get('session')).toMatch(/^\d+;timeout=60$/);
  });

  test('sends a sender report with the wall time of the camera', async () => {
    const { connect } = await simulate();
    const client = await connect();
    await client.play();
    const [report] = await client.collect(1, 1);
    const unixS = (report?.readUInt32BE(8) ?? 0) - 2_208_988_800;
    expect(Math.abs(unixS - Date.now() / 1000)).toBeLessThan(3);
  });

  test('streams over UDP from the ports it names', async () => {
    const { connect } = await simulate();
    const socket = createSocket('udp4');
    cleanUps.push(() => void socket.close());
    socket.bind(0, '127.0.0.1');
    await once(socket, 'listening');
    const { port } = socket.address();
    const arrived = once(socket, 'message');
    const client = await connect();
    const { setup } = await client.play(`RTP/AVP;unicast;client_port=${port}-${port + 1}`);
    const [packet, from] = await arrived;
    expect(packet.readUInt8(0)).toBe(0x80);
    expect(setup.headers.get('transport')).toContain(`server_port=${from.port}-${from.port + 1}`);
  });

  test('ends a session that is not kept alive', async () => {
    const { connect } = await simulate({ sessionTimeoutS: 0.4 });
    const [idle, alive] = [await connect(), await connect()];
    await idle.play();
    await alive.play();
    const keepAlive = setInterval(() => void alive.request('GET_PARAMETER').catch(() => undefined), 100);
    cleanUps.push(() => clearInterval(keepAlive));
    await idle.closed();
    expect((await alive.request('GET_PARAMETER')).status).toBe(200);
  });

  test('asks again when the nonce is too old', async () => {
    const { connect } = await simulate({ nonceLifetimeS: 0 });
    const client = await connect();
    await client.request('DESCRIBE');
    const late = await client.requestOnce('DESCRIBE', 'rtsp://127.0.0.1/live/main', {});
    expect(late.headers.get('www-authenticate')).toContain('stale=true');
  });

  test('refuses other paths, sessions, transports, methods and orders, each with its status', async () => {
    const { camera, connect } = await simulate({ auth: [] });
    const client = await connect();
    const status = async (method: string, url = camera.rtspUrl, headers = {}) =>
      (await client.request(method, url, headers)).status;
    expect(await status('DESCRIBE', camera.rtspUrl.replace('main', 'other'))).toBe(404);
    expect(await status('PLAY')).toBe(455);
    expect(await status('SETUP', camera.rtspUrl, { Transport: 'RAW/RAW/UDP' })).toBe(461);
    expect(await status('RECORD')).toBe(501);
    expect(await status('GET_PARAMETER', camera.rtspUrl, { Session: '12345' })).toBe(454);
  });

  test('closes the connection after TEARDOWN and when a client speaks something else', async () => {
    const { connect } = await simulate();
    const client = await connect();
    await client.play();
    expect((await client.request('TEARDOWN')).status).toBe(200);
    await client.closed();
    const browser = await connect();
    expect((await browser.request('GET', '/ HTTP/1.1\r\n\r\n')).status).toBe(400);
    await browser.closed();
  });
});
