import { afterEach, describe, expect, test } from 'vitest';
import { type FrameSession, StreamFaultError } from '../../../gateway/src/pipeline.ts';
import { RtspSource } from '../../../gateway/src/rtsp/source.ts';
import { until } from '../../support/until.ts';
import { type Answer, type Asked, healthy, packet, ScriptedCamera, SDP } from './scripted-camera.ts';

const limits = { connectMs: 1_000, responseMs: 500, packetsMs: 600, keyframeMs: 900, reportMs: 200 };
const key = [0x65, 0x88, 1];
const slice = [0x41, 0x9a, 1];

let running: ScriptedCamera | null = null;
const sessions: FrameSession[] = [];
afterEach(async () => {
  await Promise.all(sessions.splice(0).map((session) => session.stop()));
  await running?.stop();
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
    { onParameterSets() {}, onAccessUnit() {} },
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
  const timer = setInterval(() => send(packet(sequence++, nal)), 40);
  timers.push(timer);
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
    expect(performance.now() - beganMs).toBeLessThan(1_500);
    await session.stop();
    expect(server.methods().at(-1)).toBe('TEARDOWN');
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
