import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { decodeMedia, type MediaMessage, type MediaStart, MediaStartSchema } from '@pingan/models/contract';
import { Value } from 'typebox/value';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type WebSocket, WebSocketServer } from 'ws';
import { silentLogger } from '../../../gateway/src/base/log.ts';
import { LivePublisher, type LivePublisherOptions } from '../../../gateway/src/live/index.ts';
import { LIVE_LIMITS } from '../../../gateway/src/live/live-feed.ts';
import { type CodedClip, fixturePath, later, readClip } from '../../support/access-units.ts';
import { FakeCameraStream } from '../../support/fake-camera-stream.ts';
import { until } from '../../support/until.ts';

const run = promisify(execFile);
const TICKET = 'ticket-0123456789-0123456789-abcdef';

type Connection = {
  socket: WebSocket;
  request: IncomingMessage;
  starts: MediaStart[];
  media: MediaMessage[];
};

/** A centre that takes media: what came on each connection. */
class Centre {
  readonly connections: Connection[] = [];
  readonly #http: Server = createServer();
  readonly #server = new WebSocketServer({ noServer: true });
  status = 101;

  async start(): Promise<string> {
    this.#http.on('upgrade', (request, socket, head) => {
      if (this.status !== 101) {
        socket.end(`HTTP/1.1 ${this.status} No\r\nConnection: close\r\n\r\n`);
        return;
      }
      this.#server.handleUpgrade(request, socket, head, (opened) => this.#take(opened, request));
    });
    this.#http.listen(0, '127.0.0.1');
    await once(this.#http, 'listening');
    const address = this.#http.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    return `ws://127.0.0.1:${address.port}/api/v1/media/publish`;
  }

  async stop(): Promise<void> {
    for (const { socket } of this.connections) socket.terminate();
    this.#http.closeAllConnections();
    await new Promise((resolve) => this.#http.close(resolve));
  }

  #take(socket: WebSocket, request: IncomingMessage): void {
    const connection: Connection = { socket, request, starts: [], media: [] };
    this.connections.push(connection);
    socket.on('message', (data: Buffer, isBinary) => {
      if (!isBinary) connection.starts.push(Value.Parse(MediaStartSchema, JSON.parse(data.toString())));
      const media = isBinary ? decodeMedia(data) : null;
      if (media !== null) connection.media.push(media);
    });
  }
}

let [street, sub]: CodedClip[] = [];
beforeAll(async () => {
  street = await readClip(fixturePath('street.mp4'));
  sub = await readClip(fixturePath('street-sub.mp4'));
});
function clips(): { street: CodedClip; sub: CodedClip } {
  if (street === undefined || sub === undefined) throw new Error('clips are not read yet');
  return { street, sub };
}

let centre: Centre;
let mediaUrl = '';
const cleanUp: (() => Promise<void>)[] = [];
beforeEach(async () => {
  centre = new Centre();
  mediaUrl = await centre.start();
});
afterEach(async () => {
  for (const step of cleanUp.splice(0)) await step();
  await centre.stop();
});

function begin(options: Partial<LivePublisherOptions> = {}) {
  const stream = new FakeCameraStream('cam-1', clips().street.sets);
  const publisher = new LivePublisher({
    gatewayId: 'gw-01',
    mediaUrl,
    findStream: (id) => (id === 'cam-1' ? stream : undefined),
    log: silentLogger,
    ...options,
  });
  publisher.start();
  cleanUp.push(() => publisher.stop());
  const start = () => publisher.begin({ cameraId: 'cam-1', ticket: TICKET });
  return { stream, publisher, start };
}

async function connection(index = 0) {
  return until(`connection ${index}`, () => centre.connections[index]);
}

/** What ffprobe makes of the segments as one file: codec, size and number of pictures. */
async function probe(media: readonly MediaMessage[]): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'pingan-live-'));
  const path = join(folder, 'live.mp4');
  await writeFile(path, Buffer.concat(media.map((message) => message.segment)));
  const entries = 'stream=codec_name,width,height,nb_read_frames';
  const { stdout, stderr } = await run('ffprobe', [
    '-v',
    'error',
    '-count_frames',
    '-show_entries',
    entries,
    '-of',
    'csv=p=0',
    path,
  ]);
  await rm(folder, { recursive: true });
  return stderr + stdout.trim();
}

describe('live view', () => {
  test('sends a playable stream from the last keyframe on, each unit at once and with its capture time', async () => {
    const { stream, start } = begin();
    const { units } = clips().street;
    for (const unit of units.slice(0, 28)) stream.send(unit);
    expect(await start()).toEqual({ kind: 'done' });
    const { request, starts, media } = await connection();
    const address = new URL(request.url ?? '', 'ws://centre');
    expect(request.headers.authorization).toBe(`Bearer ${TICKET}`);
    expect(address.pathname).toBe('/api/v1/media/publish');
    expect(Object.fromEntries(address.searchParams)).toEqual({ cameraId: 'cam-1', gatewayId: 'gw-01' });
    await until('the replay', () => media.length === 1 + 8);
    for (const [index, unit] of units.slice(28, 60).entries()) {
      stream.send(unit);
      await until('the unit', () => media.length === 10 + index);
    }
    expect(starts).toEqual([
      { kind: 'start', codec: 'h264', mimeCodec: 'avc1.640028', width: 768, height: 576 },
    ]);
    expect(media.map((message) => message.kind).slice(0, 3)).toEqual(['init', 'key', 'delta']);
    expect(media.slice(1).map((message) => message.capturedAtMs)).toEqual(
      units.slice(20, 60).map((unit) => unit.capturedAtMs),
    );
    expect(await probe(media)).toBe('h264,768,576,40');
  });

  test('waits for a keyframe when there is none to begin with', async () => {
    const { stream, start } = begin();
    await start();
    const { media } = await connection();
    const { units } = clips().street;
    for (const unit of units.slice(15, 25)) stream.send(unit);
    await until('init and five units', () => media.length === 6);
    expect(media[1]).toMatchObject({ kind: 'key', capturedAtMs: units[20]?.capturedAtMs });
  });

  test('announces a stream anew when its parameter sets change', async () => {
    const { stream, start } = begin();
    const { street: main, sub: other } = clips();
    for (const unit of main.units.slice(0, 5)) stream.send(unit);
    await start();
    const { starts, media } = await connection();
    stream.change(other.sets);
    for (const unit of other.units.slice(5, 15)) stream.send(later(unit, 60));
    await until('the second stream', () => media.length === 6 + 6);
    expect(starts.map((message) => message.width)).toEqual([768, 384]);
    expect(media.map((message) => message.kind).slice(5, 9)).toEqual(['delta', 'init', 'key', 'delta']);
    expect(await probe(media.slice(6))).toBe('h264,384,288,5');
  });

  test('skips to the next keyframe while the centre does not keep up, and ends when it never does', async () => {
    const limits = { ...LIVE_LIMITS, skipBytes: 200_000, closeBytes: 200_000, closeAfterMs: 500 };
    const { stream, start, publisher } = begin({ limits });
    const { units } = clips().street;
    stream.send(units[0] ?? fail());
    await start();
    const { socket, media } = await connection();
    await until('the first unit', () => media.length === 2);
    socket.pause();
    const large = (index: number, key: boolean) => ({
      ...later(units[index % 200] ?? fail(), 0),
      key,
      nals: [Uint8Array.of(key ? 0x65 : 0x61), new Uint8Array(100_000).fill(7)],
    });
    for (let index = 1; index < 200; index += 1) stream.send(large(index, false));
    expect(publisher.stats.skippedUnits).toBeGreaterThan(0);
    socket.resume();
    const sent = publisher.stats.sentUnits;
    await until('what was sent', () => media.length === sent + 1);
    stream.send(large(200, false));
    // The publisher learns a moment after us that its bytes have left: keyframes come again and again, as from a camera.
    await until('the keyframe', () => {
      stream.send(large(201, true));
      return media.length > sent + 1;
    });
    expect(media[sent + 1]?.kind).toBe('key');
    socket.pause();
    // The kernel's buffers grow while we wait, so the camera goes on sending.
    await until('the end', () => {
      for (let index = 1; index < 20; index += 1) stream.send(large(index, true));
      return publisher.live === 0;
    });
    expect(stream.consumers.size).toBe(0);
  });

  test('ends on command, when the camera stops and when the centre closes', async () => {
    const { stream, publisher, start } = begin();
    const endings: (() => unknown)[] = [
      () => publisher.end({ cameraId: 'cam-1' }),
      () => stream.enter({ kind: 'stopped', since: '2026-01-01T00:00:00.000Z' }),
      () => centre.connections.at(-1)?.socket.close(),
    ];
    for (const [index, ending] of endings.entries()) {
      stream.state = { kind: 'streaming', since: '2026-01-01T00:00:00.000Z' };
      expect(await start()).toEqual({ kind: 'done' });
      const { socket } = await connection(index);
      const closed = once(socket, 'close');
      await ending();
      await closed;
      await until('the end', () => publisher.live === 0 && stream.consumers.size === 0);
    }
  });

  test('refuses a second start, and takes one when the first has gone', async () => {
    const { publisher, start } = begin();
    const both = await Promise.all([start(), start()]);
    expect(both.map((outcome) => (outcome.kind === 'refused' ? outcome.code : outcome.kind))).toEqual([
      'done',
      'already-live',
    ]);
    expect(await start()).toMatchObject({ code: 'already-live' });
    (await connection()).socket.terminate();
    await until('the end', () => publisher.live === 0);
    expect(await start()).toEqual({ kind: 'done' });
  });

  test('takes a new start when the centre of the first no longer answers', async () => {
    let now = 0;
    const { start } = begin({ clock: { now: () => now, monotonic: () => now } });
    await start();
    (await connection()).socket.pause();
    now = 11_000;
    expect(await start()).toEqual({ kind: 'done' });
    expect(centre.connections).toHaveLength(2);
  });

  test('says why it cannot', async () => {
    const { publisher, start, stream } = begin();
    expect(await publisher.begin({ cameraId: '__proto__', ticket: TICKET })).toMatchObject({
      code: 'unknown-camera',
    });
    centre.status = 403;
    expect(await start()).toMatchObject({ code: 'ticket-refused' });
    centre.status = 500;
    expect(await start()).toMatchObject({
      code: 'media-unreachable',
      message: 'the centre answers with HTTP status 500',
    });
    const masked = begin({ refusalOf: () => 'a privacy mask is set' });
    expect(await masked.start()).toEqual({
      kind: 'refused',
      code: 'masked',
      message: 'a privacy mask is set',
    });
    stream.enter({ kind: 'connecting', since: '2026-01-01T00:00:00.000Z', attempt: 1 });
    expect(await start()).toMatchObject({ code: 'not-streaming' });
    const away = begin({ mediaUrl: 'ws://127.0.0.1:9/publish' });
    expect(await away.start()).toMatchObject({ code: 'media-unreachable' });
    expect(() => begin({ mediaUrl: 'http://127.0.0.1/publish' })).toThrow('ws:// or wss://');
  });

  test('ends in bounded time when it stops while the centre is silent', async () => {
    const { publisher, start, stream } = begin();
    await start();
    (await connection()).socket.pause();
    await publisher.stop();
    expect([publisher.live, stream.consumers.size]).toEqual([0, 0]);
  });
});

function fail(): never {
  throw new Error('the clip is too short');
}
