import { afterEach, describe, expect, test } from 'vitest';
import { type AccessUnit, type FrameSession, StreamFaultError } from '../../../gateway/src/pipeline.ts';
import { RtspSource } from '../../../gateway/src/rtsp/source.ts';
import { until } from '../../support/until.ts';
import { type Answer, type Asked, healthy, packet, ScriptedCamera, SDP } from './scripted-camera.ts';

const limits = { connectMs: 1_000, responseMs: 500, packetsMs: 600, keyframeMs: 900, reportMs: 200 };
const key = [0x65, 0x88, 1];
const slice = [0x41, 0x9a, 1];

let running: ScriptedCamera | null = null;
const sessions: FrameSession[] = [];
const units: AccessUnit[] = [];
afterEach(async () => {
  await Promise.all(sessions.splice(0).map((session) => session.stop()));
  await running?.stop();
  units.length = 0;
  running = null;
});

async function camera(
  answer: (request: Asked, send: (bytes: Buffer) => void) => Answer,
): Promise<ScriptedCamera> {
  running = new ScriptedCamera((request, socket) => answer(request, (bytes) => socket.write(bytes)));
  await running.start();
  return running;
}

async function open(url: string): Promise<FrameSession> {
  const session = await new RtspSource({ limits }).open(
    { kind: 'rtsp', url, username: 'u', password: 'p', transport: 'tcp' },
    { onParameterSets() {}, onAccessUnit: (unit) => units.push(unit) },
    new AbortController().signal,
  );
  sessions.push(session);
  return session;
}

async function faultOf(promise: Promise<unknown>): Promise<string> {
  return promise.then(
    () => 'nothing failed',
    (error: unknown) => (error instanceof StreamFaultError ? error.fault : String(error)),
  );
}

/** Sends pictures for as long as the session lives. */
function playing(send: (bytes: Buffer) => void, nal: readonly number[] = key): void {
  let sequence = 0;
  playingWith(send, () => packet(sequence++, nal));
}

function playingWith(send: (bytes: Buffer) => void, next: () => Buffer): void {
  timers.push(setInterval(() => send(next()), 40));
}

/** The same packet as G.711, payload type 0. */
function audio(bytes: Buffer): Buffer {
  const changed = Buffer.from(bytes);
  changed[5] = 0x80;
  return changed;
}

function onChannel(channel: number, bytes: Buffer): Buffer {
  const changed = Buffer.from(bytes);
  changed[1] = channel;
  return changed;
}
const timers: NodeJS.Timeout[] = [];
afterEach(() => {
  for (const timer of timers.splice(0)) clearInterval(timer);
});

const unauthorized = (challenge: string): Answer => ({
  head: `401 Unauthorized\r\nWWW-Authenticate: ${challenge}`,
});

describe('authentication', () => {
  test('a refused answer is not repeated', async () => {
    const { url, asked } = await camera(() => unauthorized('Digest realm="r", nonce="1"'));
    expect(await faultOf(open(url))).toBe('unauthorized');
    expect(asked).toHaveLength(2);
  });

  test('is no loop even when every answer is called stale', async () => {
    let nonce = 0;
    const { url, asked } = await camera(() =>
      unauthorized(`Digest realm="r", nonce="${nonce++}", stale=true`),
    );
    expect(await faultOf(open(url))).toBe('unauthorized');
    expect(asked).toHaveLength(3);
  });

  test('goes on with a new nonce when the old one is stale', async () => {
    let refused = false;
    const server = await camera((request, send) => {
      const authorization = request.headers.get('authorization') ?? '';
      if (authorization === '') return unauthorized('Digest realm="r", nonce="old"');
      if (request.method === 'SETUP' && !refused) {
        refused = true;
        return unauthorized('Digest realm="r", nonce="new", stale=true');
      }
      if (request.method === 'PLAY') playing(send);
      return healthy(request);
    });
    await open(server.url);
    expect(server.methods()).toEqual(['OPTIONS', 'OPTIONS', 'DESCRIBE', 'SETUP', 'SETUP', 'PLAY']);
    expect(server.asked.at(-1)?.headers.get('authorization')).toContain('nonce="new"');
  });
});

describe('a session', () => {
  test('sends controls, session and transport as the camera named them, on the registered host', async () => {
    const server = await camera((request, send) => {
      if (request.method === 'PLAY') playing(send);
      if (request.method === 'DESCRIBE') {
        return { head: '200 OK\r\nContent-Base: rtsp://192.168.250.250:1/inner/', body: SDP };
      }
      return healthy(request);
    });
    await open(server.url);
    const authority = server.url.replace('/live', '');
    const [, , setUp, play] = server.asked;
    expect(setUp?.url).toBe(`${authority}/inner/trackID=0`);
    expect(setUp?.headers.get('transport')).toContain('RTP/AVP/TCP');
    expect(play?.url).toBe(`${authority}/inner/`);
    expect(play?.headers.get('session')).toBe('77');
  });

  test.each([
    ['OPTIONS, GET_PARAMETER', 'GET_PARAMETER'],
    ['OPTIONS, SET_PARAMETER', 'SET_PARAMETER'],
    ['OPTIONS, DESCRIBE', 'OPTIONS'],
  ])('is kept alive, with %s, by %s at half its time limit', async (listed, method) => {
    const server = await camera((request, send) => {
      if (request.method === 'PLAY') playing(send);
      return request.method === 'OPTIONS' ? { head: `200 OK\r\nPublic: ${listed}` } : healthy(request);
    });
    const session = await open(server.url);
    const beganMs = performance.now();
    await until(
      'a keep-alive request',
      () => server.methods().lastIndexOf(method) > server.methods().indexOf('PLAY'),
    );
    expect(performance.now() - beganMs).toBeGreaterThan(400);
    await session.stop();
    expect(server.methods().at(-1)).toBe('TEARDOWN');
  });

  test.each([
    '459 Aggregate Operation Not Allowed',
    '404 Not Found',
  ])('is played, kept alive and torn down by its track when the whole is answered with %s', async (refusal) => {
    const isWhole = ({ url }: Asked) => !url.endsWith('/trackID=0');
    const server = await camera((request, send) => {
      if (request.method === 'PLAY' && isWhole(request)) return { head: refusal };
      if (request.method === 'PLAY') playing(send);
      return healthy(request);
    });
    const session = await open(server.url);
    await until('a keep-alive request', () => server.methods().slice(1).includes('OPTIONS'));
    await session.stop();
    const after = server.asked.slice(server.methods().lastIndexOf('PLAY'));
    expect(after.map(({ method }) => method)).toEqual(['PLAY', 'OPTIONS', 'TEARDOWN']);
    expect(after.some(isWhole)).toBe(false);
  });

  test('goes on when the camera sends audio too, on its own channel or on that of the video', async () => {
    const server = await camera((request, send) => {
      if (request.method === 'PLAY') {
        playing(send);
        playing((bytes) => send(audio(bytes)));
        playing((bytes) => send(onChannel(2, audio(bytes))));
      }
      return healthy(request);
    });
    const session = await open(server.url);
    await until('pictures', () => units.length > 10);
    expect(session.facts).toMatchObject({ lost: 0, corruptUnits: 0 });
  });

  test('hands on new parameter sets in mid-session, before their picture', async () => {
    const sps = [0x67, 0x42, 0, 0x29];
    const pps = [0x68, 0xce, 0x3c, 0x80];
    const seen: string[] = [];
    const server = await camera((request, send) => {
      if (request.method !== 'PLAY') return healthy(request);
      const nals = [key, slice, [0x67, 0x64, 0, 0x1f, 9], [0x68, 0xee, 1], key, sps, pps, key, slice];
      for (const [index, nal] of nals.entries()) send(packet(index, nal));
      return healthy(request);
    });
    const session = await new RtspSource({ limits }).open(
      { kind: 'rtsp', url: server.url, transport: 'tcp' },
      {
        onParameterSets: ({ sps }) => seen.push(`sps ${sps[1]}`),
        onAccessUnit: (unit) => seen.push(unit.key ? 'key' : 'picture'),
      },
      new AbortController().signal,
    );
    sessions.push(session);
    session.done.catch(() => {});
    await until('the last picture', () => seen.filter((what) => what === 'picture').length === 2);
    expect(seen).toEqual(['sps 66', 'key', 'picture', 'sps 100', 'key', 'sps 66', 'key', 'picture']);
  });

  test('changes to OPTIONS when the camera does not know the request it lists', async () => {
    const server = await camera((request, send) => {
      if (request.method === 'PLAY') playing(send);
      if (request.method === 'GET_PARAMETER') return { head: '501 Not Implemented' };
      return request.method === 'OPTIONS' ? { head: '200 OK\r\nPublic: GET_PARAMETER' } : healthy(request);
    });
    await open(server.url);
    await until('OPTIONS as keep-alive', () => server.methods().slice(1).includes('OPTIONS'));
    expect(server.methods().filter((method) => method === 'GET_PARAMETER')).toHaveLength(1);
  });
});

describe('names the fault', () => {
  test('of packets without a keyframe', async () => {
    const { url } = await camera((request, send) => {
      if (request.method === 'PLAY') playing(send, slice);
      return healthy(request);
    });
    expect(await faultOf((await open(url)).done)).toBe('no-keyframe');
  });

  test('of keyframes that stay out in mid-session, where they used to come', async () => {
    const { url } = await camera((request, send) => {
      if (request.method !== 'PLAY') return healthy(request);
      let sequence = 0;
      playingWith(send, () => packet(sequence++, sequence < 6 ? key : slice));
      return healthy(request);
    });
    const session = await open(url);
    expect(await faultOf(session.done)).toBe('no-keyframe');
    expect(session.facts.keyUnits).toBe(5);
  });

  test('of audio without video', async () => {
    const { url } = await camera((request, send) => {
      if (request.method === 'PLAY') playing((bytes) => send(audio(bytes)));
      return healthy(request);
    });
    expect(await faultOf((await open(url)).done)).toBe('no-packets');
  });

  test('of a camera that redirects in mid-session', async () => {
    const { url } = await camera((request, send) => {
      const redirect = 'REDIRECT rtsp://x/ RTSP/1.0\r\nCSeq: 1\r\nLocation: rtsp://10.9.9.9/\r\n\r\n';
      if (request.method === 'PLAY') setImmediate(() => send(Buffer.from(redirect)));
      return healthy(request);
    });
    expect(await faultOf(open(url).then((session) => session.done))).toBe('redirect-refused');
  });

  test('of bytes that are no RTSP', async () => {
    const { url } = await camera((_request, send) => {
      send(Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n'));
      return null;
    });
    expect(await faultOf(open(url))).toBe('protocol');
  });

  test('of a connection closed in the middle of the handshake', async () => {
    running = new ScriptedCamera((request, socket) => {
      if (request.method === 'SETUP') socket.destroy();
      return healthy(request);
    });
    await running.start();
    expect(await faultOf(open(running.url))).toBe('disconnected');
  });

  test.each([
    ['404 Not Found', 'not-found'],
    ['454 Session Not Found', 'not-found'],
    ['403 Forbidden', 'unauthorized'],
    ['461 Unsupported Transport', 'protocol'],
    ['503 Service Unavailable', 'protocol'],
  ])('of status %s', async (head, fault) => {
    const { url } = await camera((request) => (request.method === 'DESCRIBE' ? { head } : healthy(request)));
    expect(await faultOf(open(url))).toBe(fault);
  });
});
