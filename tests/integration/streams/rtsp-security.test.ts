import { once } from 'node:events';
import { createServer as createPlainServer } from 'node:net';
import { createServer } from 'node:tls';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type CameraSource, type FrameSession, StreamFaultError } from '../../../gateway/src/pipeline.ts';
import { RtspSource } from '../../../gateway/src/rtsp/source.ts';
import { selfSigned, type TestCertificate } from '../../support/certificate.ts';
import { until } from '../../support/until.ts';
import { type Answer, type Asked, healthy, packet, ScriptedCamera } from './scripted-camera.ts';

const limits = { connectMs: 2_000, responseMs: 2_000, packetsMs: 2_000, keyframeMs: 2_000, reportMs: 500 };
const key = [0x65, 0x88, 1];
const closing: (() => Promise<unknown>)[] = [];
let certificate: TestCertificate;

beforeAll(() => {
  certificate = selfSigned('127.0.0.1');
});
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

type Script = (request: Asked, send: (bytes: Buffer) => void) => Answer;

/** Plays keyframes once asked to. */
const playing: Script = (request, send) => {
  if (request.method === 'PLAY') {
    let sequence = 0;
    const timer = setInterval(() => send(packet(sequence++, key)), 40);
    closing.push(async () => clearInterval(timer));
  }
  return healthy(request);
};

async function camera(script: Script = playing): Promise<ScriptedCamera> {
  const scripted = new ScriptedCamera((request, socket) =>
    script(request, (bytes) => socket.writable && socket.write(bytes)),
  );
  await scripted.start();
  closing.push(() => scripted.stop());
  return scripted;
}

/** The same camera behind TLS. */
async function secureCamera(script: Script = playing) {
  const inner = await camera(script);
  const server = createServer({ cert: certificate.cert, key: certificate.key }, (socket) => {
    socket.on('error', () => {});
    inner.accept(socket);
  });
  server.on('tlsClientError', () => {});
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closing.push(async () => {
    server.close();
    await once(server, 'close');
  });
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : 0;
  return { inner, port, url: `rtsps://127.0.0.1:${port}/live` };
}

type RtspCamera = Extract<CameraSource, { kind: 'rtsp' }>;

async function open(url: string, options: Partial<RtspCamera> = {}) {
  let pictures = 0;
  const session: FrameSession = await new RtspSource({ limits }).open(
    { kind: 'rtsp', url, username: 'u', password: 'CANARY', transport: 'tcp', ...options },
    { onParameterSets() {}, onAccessUnit: () => void pictures++ },
    new AbortController().signal,
  );
  closing.push(() => session.stop());
  session.done.catch(() => {});
  return { session, pictures: () => pictures };
}

async function faultOf(promise: Promise<unknown>): Promise<StreamFaultError> {
  const error = await promise.then(
    () => new Error('nothing failed'),
    (reason: unknown) => reason,
  );
  if (!(error instanceof StreamFaultError)) throw error;
  return error;
}

describe('rtsps', () => {
  test('plays within TLS when the certificate is the pinned one, however it is written', async () => {
    const { url, inner } = await secureCamera();
    const sha256 = certificate.fingerprint.toUpperCase().replace(/..(?!$)/g, '$&:');
    const { pictures } = await open(url, { certificate: { kind: 'pinned', sha256 } });
    await until('a picture', () => pictures() > 0);
    expect(inner.asked.every((request) => request.url.startsWith('rtsps://'))).toBe(true);
  });

  test('sends nothing to a camera whose certificate nobody vouches for, and names its fingerprint', async () => {
    const { url, inner } = await secureCamera();
    const error = await faultOf(open(url));
    expect(error.fault).toBe('certificate-refused');
    expect(error.message).toContain(certificate.fingerprint);
    expect(inner.asked).toEqual([]);
  });

  test('sends nothing to a camera that shows another certificate than the pinned one', async () => {
    const { url, inner } = await secureCamera();
    const pinned = { kind: 'pinned', sha256: '00'.repeat(32) } as const;
    expect((await faultOf(open(url, { certificate: pinned }))).fault).toBe('certificate-refused');
    expect(inner.asked).toEqual([]);
  });

  test('takes any certificate only where that is configured', async () => {
    const { url } = await secureCamera();
    const { pictures } = await open(url, { certificate: { kind: 'insecure' } });
    await until('a picture', () => pictures() > 0);
  });

  test('says that a port does not speak TLS', async () => {
    const plain = createPlainServer((socket) => socket.end('RTSP/1.0 400 Bad Request\r\n\r\n'));
    plain.listen(0, '127.0.0.1');
    await once(plain, 'listening');
    closing.push(async () => void plain.close());
    const address = plain.address();
    const port = typeof address === 'object' ? address?.port : 0;
    expect((await faultOf(open(`rtsps://127.0.0.1:${port}/live`))).fault).toBe('protocol');
  });

  test('carries no UDP', async () => {
    const error = await faultOf(open('rtsps://127.0.0.1:1/live', { transport: 'udp' }));
    expect(error).toMatchObject({ fault: 'protocol', message: expect.stringContaining('tcp') });
  });
});

describe('a redirect', () => {
  const redirecting =
    (target: () => string): Script =>
    (request) =>
      request.method === 'DESCRIBE'
        ? { head: `302 Moved Temporarily\r\nLocation: ${target()}` }
        : healthy(request);

  test('to another port of the same host is followed where that is allowed', async () => {
    const second = await camera();
    const first = await camera(redirecting(() => second.url.replace('//', '//intruder:pw@')));
    const { pictures } = await open(first.url, { redirects: 'same-host' });
    await until('a picture', () => pictures() > 0);
    expect(second.methods()).toContain('PLAY');
  });

  test('to another port of the same host is refused by default', async () => {
    const second = await camera();
    const first = await camera(redirecting(() => second.url));
    expect((await faultOf(open(first.url))).fault).toBe('redirect-refused');
    expect(second.asked).toEqual([]);
  });

  test('to another host is refused, whatever is allowed', async () => {
    const second = await camera();
    const first = await camera(redirecting(() => second.url.replace('127.0.0.1', '127.0.0.2')));
    expect((await faultOf(open(first.url, { redirects: 'same-host' }))).fault).toBe('redirect-refused');
    expect(second.asked).toEqual([]);
  });

  test('out of TLS is refused', async () => {
    const second = await camera();
    const first = await secureCamera(redirecting(() => second.url));
    const options = { redirects: 'same-host', certificate: { kind: 'insecure' } } as const;
    expect((await faultOf(open(first.url, options))).fault).toBe('redirect-refused');
    expect(second.asked).toEqual([]);
  });

  test('in a circle ends', async () => {
    let hop = 0;
    const first: ScriptedCamera = await camera(redirecting(() => `${first.url}/${hop++}`));
    const error = await faultOf(open(first.url, { redirects: 'same-host' }));
    expect(error).toMatchObject({ fault: 'protocol', message: expect.stringContaining('circle') });
    expect(hop).toBe(4);
  });

  test('in mid-session to the same host opens the stream again', async () => {
    const first: ScriptedCamera = await camera((request, send) => {
      const redirect = `REDIRECT rtsp://x/ RTSP/1.0\r\nCSeq: 1\r\nLocation: ${first.url}/new\r\n\r\n`;
      if (request.method === 'PLAY') setTimeout(() => send(Buffer.from(redirect)), 50);
      return healthy(request);
    });
    const { session } = await open(first.url, { redirects: 'same-host' });
    expect((await faultOf(session.done)).fault).toBe('disconnected');
  });
});
