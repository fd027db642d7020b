import type { ParameterSets } from '../../../gateway/src/pipeline.ts';
import { type CodedClip, fixturePath, readClip } from '../../support/access-units.ts';

export type Codec = ParameterSets['codec'];
export type Corpus = {
  /** RTP packets of a few pictures, as they follow each other. */
  packets: Readonly<Record<Codec, readonly Buffer[]>>;
  /** Whole parameter sets. */
  sets: Readonly<Record<Codec, ParameterSets>>;
  /** RTCP: a sender report with a source description. */
  report: Buffer;
};

export const PAYLOAD_TYPE = 96;
const PICTURES = 24;
const MAX_PAYLOAD = 1400;

/** Well-formed input, from real footage. */
export async function readCorpus(): Promise<Corpus> {
  const h264 = await readClip(fixturePath('street.mp4'));
  const h265 = await readClip(fixturePath('street-h265.mp4'));
  return {
    packets: { h264: packetise(h264), h265: packetise(h265) },
    sets: { h264: h264.sets, h265: h265.sets },
    report: senderReport(),
  };
}

export const HEADS: readonly string[] = [
  'RTSP/1.0 200 OK\r\nCSeq: 1\r\nPublic: OPTIONS, DESCRIBE, SETUP, PLAY, GET_PARAMETER, TEARDOWN\r\n\r\n',
  'RTSP/1.0 401 Unauthorized\r\nCSeq: 2\r\nWWW-Authenticate: Digest realm="IP Camera(C1)", nonce="5f2c", qop="auth", algorithm=SHA-256, stale=true\r\nWWW-Authenticate: Basic realm="x"\r\n\r\n',
  'RTSP/1.0 200 OK\r\nCSeq: 3\r\nSession: 12345678;timeout=60\r\nTransport: RTP/AVP/TCP;unicast;interleaved=0-1;ssrc=1A2B3C4D\r\n\r\n',
  'RTSP/1.0 200 OK\r\nCSeq: 4\r\nSession: 12345678\r\nRTP-Info: url=rtsp://10.0.0.7/live/trackID=0;seq=1;rtptime=2\r\n\r\n',
  'RTSP/1.0 302 Moved\r\nCSeq: 5\r\nLocation: rtsp://user:secret@10.0.0.9:8554/live\r\n\r\n',
  'REDIRECT rtsp://10.0.0.7/ RTSP/1.0\r\nCSeq: 9\r\nLocation: rtsp://10.0.0.7:555/\r\n\r\n',
  'OPTIONS rtsp://10.0.0.7/ RTSP/1.0\r\nCSeq: 10\r\n\r\n',
];

const SETS_H264 = 'sprop-parameter-sets=Z2QAFKzZQYCW4QAAAwABAAADABQPFCmW,aOvjyyLA';

export const DESCRIPTIONS: readonly string[] = [
  `v=0\r\no=- 1 1 IN IP4 10.0.0.7\r\ns=camera\r\nc=IN IP4 0.0.0.0\r\nt=0 0\r\na=control:*\r\nm=video 0 RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\na=fmtp:96 packetization-mode=1;profile-level-id=640014;${SETS_H264}\r\na=framerate:25.0\r\na=control:trackID=0\r\nm=audio 0 RTP/AVP 0\r\na=control:trackID=1\r\n`,
  'v=0\r\ns=camera\r\nm=video 0 RTP/AVP 98\r\nb=AS:5000\r\na=rtpmap:98 H265/90000\r\na=fmtp:98 sprop-vps=QAEMAf//AWAAAAMAkAAAAwAAAwA8lZgJ;sprop-sps=QgEBAWAAAAMAkAAAAwAAAwA8oAoIDxZZWaSkwvAWgIAAAAMAgAAADIQ=;sprop-pps=RAHBcrRiQA==\r\na=control:rtsp://10.0.0.7/live/track1?channel=1&subtype=0\r\n',
  'v=0\r\ns=audio\r\nm=audio 0 RTP/AVP 8\r\na=rtpmap:8 PCMA/8000\r\n',
];

/** What readers of RTSP and SDP trip over. */
export const TOKENS: readonly string[] = [
  '\r\n\r\n',
  '\r\n',
  '\n',
  '\r',
  '\0',
  ' ',
  '\t',
  ':',
  ';',
  ',',
  '=',
  '"',
  '\\',
  '%00',
  '%2e%2e',
  '$',
  '$\0\xff\xff',
  'Content-Length: 99999999\r\n',
  'Content-Length: -1\r\n',
  'CSeq: 1\r\n',
  'Session: \r\n',
  'm=video 0 RTP/AVP 96\r\n',
  'a=rtpmap:',
  'a=control:',
  'a=fmtp:96 ',
  'sprop-parameter-sets=',
  'rtsp://',
  'rtsps://[::1]:1/',
  'interleaved=255-256',
  'server_port=0-0',
  'timeout=0',
  'nonce=""',
  'Digest ',
  'Basic ',
  'RTSP/1.0 401 \r\n',
  'RTSP/1.0 200 OK\r\n',
  'HTTP/1.1 200 OK\r\n',
];

function packetise({ units }: CodedClip): Buffer[] {
  const packets: Buffer[] = [];
  const isH265 = units.some(({ nals }) => nals.some((nal) => (nal[0] ?? 0) >> 1 === 32 && nal.length < 100));
  for (const { nals, rtpTime } of units.slice(0, PICTURES)) {
    const payloads = nals.flatMap((nal) => (isH265 ? fragmentH265(nal) : fragmentH264(nal)));
    payloads.forEach((payload, index) => {
      const isLast = index === payloads.length - 1;
      packets.push(rtp({ sequence: packets.length, timestamp: rtpTime, marker: isLast, payload }));
    });
  }
  return packets;
}

type Rtp = { sequence: number; timestamp: number; marker: boolean; payload: Buffer };

function rtp({ sequence, timestamp, marker, payload }: Rtp): Buffer {
  const head = Buffer.alloc(12);
  head[0] = 0x80;
  head[1] = marker ? PAYLOAD_TYPE | 0x80 : PAYLOAD_TYPE;
  head.writeUInt16BE(sequence & 0xffff, 2);
  head.writeUInt32BE(timestamp >>> 0, 4);
  head.writeUInt32BE(0x1a2b3c4d, 8);
  return Buffer.concat([head, payload]);
}

/** RFC 6184 §5.8. */
function fragmentH264(nal: Uint8Array): Buffer[] {
  if (nal.length <= MAX_PAYLOAD) return [Buffer.from(nal)];
  const first = nal[0] ?? 0;
  return pieces(nal, 1).map(({ part, flags }) =>
    Buffer.concat([Buffer.from([(first & 0xe0) | 28, flags | (first & 0x1f)]), part]),
  );
}

/** RFC 7798 §4.4.3. */
function fragmentH265(nal: Uint8Array): Buffer[] {
  if (nal.length <= MAX_PAYLOAD) return [Buffer.from(nal)];
  const first = nal[0] ?? 0;
  return pieces(nal, 2).map(({ part, flags }) =>
    Buffer.concat([
      Buffer.from([(first & 0x81) | (49 << 1), nal[1] ?? 0, flags | ((first >> 1) & 0x3f)]),
      part,
    ]),
  );
}

/** The body in parts, with the start and end flags of a fragment. */
function pieces(nal: Uint8Array, headerBytes: number): { part: Uint8Array; flags: number }[] {
  const parts: { part: Uint8Array; flags: number }[] = [];
  for (let at = headerBytes; at < nal.length; at += MAX_PAYLOAD) {
    const end = Math.min(nal.length, at + MAX_PAYLOAD);
    parts.push({
      part: nal.subarray(at, end),
      flags: (at === headerBytes ? 0x80 : 0) | (end === nal.length ? 0x40 : 0),
    });
  }
  return parts;
}

function senderReport(): Buffer {
  const bytes = Buffer.alloc(28 + 12);
  bytes.writeUInt32BE(0x80c80006, 0);
  bytes.writeUInt32BE(0x1a2b3c4d, 4);
  bytes.writeUInt32BE(0xe9000000, 8);
  bytes.writeUInt32BE(0x81ca0002, 28);
  bytes.writeUInt32BE(0x1a2b3c4d, 32);
  bytes.writeUInt16BE(0x0101, 36);
  return bytes;
}
