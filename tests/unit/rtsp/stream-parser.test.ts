import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { StreamFaultError } from '../../../gateway/src/pipeline.ts';
import { StreamParser } from '../../../gateway/src/rtsp/stream-parser.ts';

type Item = { response: number; body: string } | { request: string } | { channel: number; payload: string };

function collect(): { items: Item[]; parser: StreamParser } {
  const items: Item[] = [];
  const parser = new StreamParser({
    onResponse: ({ status, body }) => items.push({ response: status, body: body.toString('hex') }),
    onRequest: ({ method }) => items.push({ request: method }),
    onInterleaved: (channel, payload) => items.push({ channel, payload: payload.toString('hex') }),
  });
  return { items, parser };
}

function parse(bytes: Buffer, chunkSizes: readonly number[] = []): Item[] {
  const { items, parser } = collect();
  let at = 0;
  for (const size of chunkSizes) {
    parser.push(Buffer.from(bytes.subarray(at, at + size)));
    at += size;
  }
  parser.push(Buffer.from(bytes.subarray(at)));
  return items;
}

const responseBytes = (body: Buffer) =>
  Buffer.concat([Buffer.from(`RTSP/1.0 200 OK\r\nCSeq: 1\r\nContent-Length: ${body.length}\r\n\r\n`), body]);
const frameBytes = (channel: number, payload: Uint8Array) =>
  Buffer.concat([Buffer.from([0x24, channel, payload.length >> 8, payload.length & 0xff]), payload]);

const piece = fc.oneof(
  fc.uint8Array({ maxLength: 300 }).map((body) => responseBytes(Buffer.from(body))),
  fc
    .tuple(fc.integer({ min: 0, max: 255 }), fc.uint8Array({ maxLength: 2_000 }))
    .map(([channel, payload]) => frameBytes(channel, payload)),
  fc.constant(Buffer.from('OPTIONS * RTSP/1.0\r\nCSeq: 4\r\n\r\n')),
  fc.constant(Buffer.from('\r\n')),
);

describe('StreamParser', () => {
  test('gives the same messages and frames however the bytes are cut', () => {
    const cuts = fc.array(fc.integer({ min: 1, max: 700 }), { maxLength: 60 });
    fc.assert(
      fc.property(fc.array(piece, { minLength: 1, maxLength: 12 }), cuts, (pieces, chunkSizes) => {
        const bytes = Buffer.concat(pieces);
        expect(parse(bytes, chunkSizes)).toEqual(parse(bytes));
      }),
      { numRuns: 500 },
    );
  });

  test('reads a byte at a time', () => {
    const bytes = Buffer.concat([responseBytes(Buffer.from('v=0')), frameBytes(2, Buffer.from([1, 2, 3]))]);
    expect(parse(bytes, Array(bytes.length).fill(1))).toEqual([
      { response: 200, body: '763d30' },
      { channel: 2, payload: '010203' },
    ]);
  });

  test('meets 10,000 spoiled streams with nothing but a protocol fault', () => {
    const sound = Buffer.concat([
      responseBytes(Buffer.from('v=0\r\n')),
      frameBytes(0, Buffer.alloc(40, 7)),
      Buffer.from('REDIRECT rtsp://x/ RTSP/1.0\r\nCSeq: 9\r\nLocation: rtsp://y/\r\n folded\r\n\r\n'),
    ]);
    const change = fc.tuple(fc.integer({ min: 0, max: sound.length - 1 }), fc.integer({ min: 0, max: 255 }));
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 12 }), (changes) => {
        const bytes = Buffer.from(sound);
        for (const [at, value] of changes) bytes[at] = value;
        try {
          parse(bytes, [17, 40, 3]);
        } catch (error) {
          expect(error).toBeInstanceOf(StreamFaultError);
          expect(error).toMatchObject({ fault: 'protocol' });
        }
      }),
      { numRuns: 10_000 },
    );
  });

  test.each([
    ['a head beyond 64 kB', `RTSP/1.0 200 OK\r\nX: ${'x'.repeat(66_000)}`],
    ['more than 100 headers', `RTSP/1.0 200 OK\r\n${'A: b\r\n'.repeat(101)}\r\n`],
    ['a body beyond 256 kB', 'RTSP/1.0 200 OK\r\nContent-Length: 262145\r\n\r\n'],
    ['a length that is no number', 'RTSP/1.0 200 OK\r\nContent-Length: -5\r\n\r\n'],
    ['a web server', 'HTTP/1.1 400 Bad Request\r\n\r\n'],
    ['bytes of another protocol', '\x16\x03\x01\x02'],
  ])('refuses %s', (_name, text) => {
    expect(() => parse(Buffer.from(text, 'latin1'))).toThrow(StreamFaultError);
  });

  test('stays fast when a hostile camera sends a large answer in single bytes', () => {
    const bytes = responseBytes(Buffer.alloc(200_000, 65));
    const { items, parser } = collect();
    const beganMs = performance.now();
    for (let at = 0; at < bytes.length; at++) parser.push(bytes.subarray(at, at + 1));
    expect(items).toHaveLength(1);
    expect(performance.now() - beganMs).toBeLessThan(2_000);
  });
});
