import { once } from 'node:events';
import { connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { SimulatedCamera } from '../../simulators/camera/camera.ts';
import { ProbeClient } from '../../simulators/camera/probe-client.ts';
import { type Simulator, startSimulator } from '../../simulators/camera/simulator.ts';
import { decode } from './ffmpeg.ts';

let simulator: Simulator;
let camera: SimulatedCamera;
const clients: ProbeClient[] = [];

beforeEach(async () => {
  simulator = await startSimulator({ cameras: 2, controlPort: 0 });
  const [first] = simulator.cameras;
  if (first === undefined) throw new Error('no camera');
  camera = first;
});
afterEach(async () => {
  for (const client of clients.splice(0)) client.close();
  await simulator.stop();
});

async function open(credentials = simulator.credentials): Promise<ProbeClient> {
  const client = await ProbeClient.connect(camera.rtspUrl, credentials);
  clients.push(client);
  return client;
}

async function playing(): Promise<ProbeClient> {
  const client = await open();
  await client.play();
  await client.collect(3);
  return client;
}

/** What is there first: the promise's end, or the given time. */
async function endsWithin(promise: Promise<unknown>, timeoutMs: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), timeoutMs);
  });
  const inTime = await Promise.race([promise.then(() => true), late]);
  clearTimeout(timer);
  return inTime;
}

describe('media faults', () => {
  test('drop leaves gaps in the sequence, at about the rate that was set', async () => {
    const client = await playing();
    await camera.setFault({ kind: 'drop', probability: 0.3 });
    const packets = await client.collect(150);
    const numbers = packets.map((packet) => packet.readUInt16BE(2));
    const lost = numbers
      .slice(1)
      .reduce((sum, each, index) => sum + ((each - (numbers[index] ?? 0)) & 0xffff) - 1, 0);
    expect(lost / (lost + packets.length)).toBeGreaterThan(0.15);
    expect(lost / (lost + packets.length)).toBeLessThan(0.45);
  });

  test('stall keeps the connection and sends nothing until it is cleared', async () => {
    const client = await playing();
    await camera.setFault({ kind: 'stall' });
    await client.request('GET_PARAMETER');
    client.forgetPackets();
    const next = client.nextPacket();
    expect(await endsWithin(next, 600)).toBe(false);
    expect((await client.request('GET_PARAMETER')).status).toBe(200);
    await camera.clearFault('stall');
    expect(await endsWithin(next, 3000)).toBe(true);
  });

  test('freeze repeats one picture, decodable, and moving pictures come back', async () => {
    await camera.setFault({ kind: 'freeze' });
    const frozen = await decode(camera.rtspUrl, simulator.credentials, { pictures: 12 });
    expect(new Set(frozen.pictures).size).toBe(1);
    await camera.clearFault();
    const moving = await decode(camera.rtspUrl, simulator.credentials, { pictures: 12 });
    expect(new Set(moving.pictures).size).toBe(12);
  });

  test('garbage makes the decoder complain', async () => {
    await camera.setFault({ kind: 'garbage', probability: 0.7 });
    const broken = await decode(camera.rtspUrl, simulator.credentials, { pictures: 8 }).catch(
      (error: unknown) => ({
        complaints: String(error),
      }),
    );
    expect(broken.complaints).not.toBe('');
  });

  test('disconnect ends running and later sessions after the given time', async () => {
    const running = await playing();
    await camera.setFault({ kind: 'disconnect', afterS: 0.2 });
    await running.closed();
    const later = await open();
    await later.play();
    await later.closed();
  });

  test('wrong-clock shows in the sender report', async () => {
    await camera.setFault({ kind: 'wrong-clock', offsetS: -86_400 });
    const client = await open();
    await client.play();
    const [report] = await client.collect(1, 1);
    expect(Date.now() / 1000 - ((report?.readUInt32BE(8) ?? 0) - 2_208_988_800)).toBeCloseTo(86_400, -1);
  });
});

describe('faults of the door', () => {
  test('unauthorized cuts the session and refuses every login', async () => {
    const client = await playing();
    await camera.setFault({ kind: 'unauthorized' });
    await client.closed();
    expect((await (await open()).request('DESCRIBE')).status).toBe(401);
    await camera.clearFault();
    expect((await (await open()).request('DESCRIBE')).status).toBe(200);
  });

  test('unauthorized with a password takes only the new one', async () => {
    await camera.setFault({ kind: 'unauthorized', password: 'changed' });
    expect((await (await open()).request('DESCRIBE')).status).toBe(401);
    const changed = await open({ ...simulator.credentials, password: 'changed' });
    expect((await changed.request('DESCRIBE')).status).toBe(200);
  });

  test('redirect answers 302 with the other address', async () => {
    await camera.setFault({ kind: 'redirect', url: 'rtsp://192.0.2.9/trap' });
    const answer = await (await open()).request('DESCRIBE');
    expect([answer.status, answer.headers.get('location')]).toEqual([302, 'rtsp://192.0.2.9/trap']);
  });

  test('refuse closes the port and clearing opens the same one', async () => {
    const url = camera.rtspUrl;
    await camera.setFault({ kind: 'refuse' });
    await expect(open()).rejects.toThrow(/ECONNREFUSED/);
    expect((await fetch(camera.onvifUrl)).status).toBe(405);
    await camera.clearFault();
    expect(camera.rtspUrl).toBe(url);
    expect((await (await open()).request('DESCRIBE')).status).toBe(200);
  });

  test('refuse at both sides closes ONVIF too', async () => {
    await camera.setFault({ kind: 'refuse', at: 'both' });
    await expect(open()).rejects.toThrow(/ECONNREFUSED/);
    await expect(fetch(camera.onvifUrl)).rejects.toThrow();
  });

  test('silent accepts and never answers, on either side', async () => {
    await camera.setFault({ kind: 'silent', at: 'both' });
    const client = await open();
    expect(await endsWithin(client.requestOnce('OPTIONS', camera.rtspUrl, {}), 500)).toBe(false);
    await expect(fetch(camera.onvifUrl, { signal: AbortSignal.timeout(300) })).rejects.toThrow(
      /timeout|aborted/i,
    );
  });

  test('no-video describes audio alone', async () => {
    await camera.setFault({ kind: 'no-video' });
    const { body } = await (await open()).request('DESCRIBE');
    expect(body).toContain('m=audio');
    expect(body).not.toContain('m=video');
  });

  test('slow-drip answers byte by byte', async () => {
    await camera.setFault({ kind: 'slow-drip', byteEveryMs: 20 });
    const socket = connect({ host: '127.0.0.1', port: Number(new URL(camera.rtspUrl).port) });
    socket.write(`OPTIONS ${camera.rtspUrl} RTSP/1.0\r\nCSeq: 1\r\n\r\n`);
    let text = '';
    let reads = 0;
    while (text.length < 12) {
      const [chunk] = await once(socket, 'data');
      text += String(chunk);
      reads++;
    }
    socket.destroy();
    expect(text.startsWith('RTSP/1.0 200')).toBe(true);
    expect(reads).toBeGreaterThan(4);
  });
});

test('a fault of one camera leaves the others alone', async () => {
  const [, second] = simulator.cameras;
  if (second === undefined) throw new Error('no second camera');
  await camera.setFault({ kind: 'refuse', at: 'both' });
  const { pictures } = await decode(second.rtspUrl, simulator.credentials, { pictures: 3 });
  expect(pictures).toHaveLength(3);
});

describe('the control API', () => {
  const call = async (method: string, path: string, body?: unknown) => {
    const init = { method, ...(body === undefined ? {} : { body: JSON.stringify(body) }) };
    const response = await fetch(`${simulator.controlUrl}${path}`, init);
    return { status: response.status, body: await response.text() };
  };

  test('sets and clears faults of one camera', async () => {
    expect((await call('POST', '/cameras/0/faults', { kind: 'unauthorized' })).body).toContain(
      '"faults":["unauthorized"]',
    );
    expect((await (await open()).request('DESCRIBE')).status).toBe(401);
    expect((await call('DELETE', '/cameras/0/faults/unauthorized')).body).toContain('"faults":[]');
    expect((await (await open()).request('DESCRIBE')).status).toBe(200);
    expect((await call('GET', '/cameras')).body).toContain(camera.uuid);
  });

  test('names what is wrong with a request', async () => {
    expect(await call('POST', '/cameras/0/faults', { kind: 'drop', probability: 7 })).toMatchObject({
      status: 400,
      body: expect.stringContaining('probability'),
    });
    expect((await call('POST', '/cameras/9/faults', { kind: 'stall' })).status).toBe(404);
    expect((await call('DELETE', '/cameras/0/faults/constructor')).status).toBe(400);
    expect(camera.faults.kinds).toEqual([]);
  });
});
