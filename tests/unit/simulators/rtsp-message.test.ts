import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { accept, formatResponse, RtspReader } from '../../simulators/camera/rtsp/message.ts';
import { parseTransport } from '../../simulators/camera/rtsp/transport.ts';

const wire = Buffer.concat([
  Buffer.from('OPTIONS rtsp://127.0.0.1/live/main RTSP/1.0\r\nCSeq: 1\r\n\r\n'),
  Buffer.from([0x24, 1, 0, 4, 0x80, 0xc9, 0, 1]),
  Buffer.from(
    'SET_PARAMETER rtsp://127.0.0.1/live/main RTSP/1.0\r\nCSeq: 2\r\nContent-Length: 4\r\n\r\na: b',
  ),
  Buffer.from('TEARDOWN rtsp://127.0.0.1/live/main RTSP/1.0\r\nCSeq: 3\r\nSession: 77\r\n\r\n'),
]);

describe('reading requests', () => {
  test('gives the same requests however the bytes arrive', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 40 }), { maxLength: 20 }), (sizes) => {
        const reader = new RtspReader();
        const requests = [];
        let at = 0;
        for (const size of [...sizes, wire.length]) {
          requests.push(...reader.push(wire.subarray(at, at + size)));
          at += size;
        }
        expect(requests.map((request) => [request.method, request.headers.get('cseq')])).toEqual([
          ['OPTIONS', '1'],
          ['SET_PARAMETER', '2'],
          ['TEARDOWN', '3'],
        ]);
        expect(reader.interleavedPackets).toBe(1);
      }),
    );
  });

  test.each([
    'GET / HTTP/1.1\r\n\r\n',
    `${'x'.repeat(20_000)}`,
    'OPTIONS * RTSP/1.0\r\nContent-Length: 999999\r\n\r\n',
  ])('refuses what is no RTSP request', (text) => {
    expect(() => new RtspReader().push(Buffer.from(text))).toThrow();
  });
});

test('a response echoes the sequence number and states the length of its body in bytes', () => {
  const text = formatResponse(accept([['Content-Type', 'application/sdp']], 's=机'), '7').toString();
  expect(text).toBe(
    'RTSP/1.0 200 OK\r\nCSeq: 7\r\nContent-Type: application/sdp\r\nContent-Length: 5\r\n\r\ns=机',
  );
});

test.each([
  ['RTP/AVP/TCP;unicast;interleaved=2-3', { kind: 'tcp', rtpChannel: 2, rtcpChannel: 3 }],
  ['RTP/AVP/TCP;unicast', { kind: 'tcp', rtpChannel: 0, rtcpChannel: 1 }],
  ['RTP/AVP;unicast;client_port=5000-5001', { kind: 'udp', rtpPort: 5000, rtcpPort: 5001 }],
  [
    'RTP/AVP;multicast;client_port=5000-5001,RTP/AVP/TCP;interleaved=0-1',
    { kind: 'tcp', rtpChannel: 0, rtcpChannel: 1 },
  ],
  ['RTP/AVP;unicast;client_port=70000-70001', undefined],
  ['RAW/RAW/UDP', undefined],
])('transport %s is understood', (header, wish) => {
  expect(parseTransport(header)).toEqual(wish);
});
