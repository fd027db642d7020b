import { Authenticator, parseChallenges, strongest } from '../../../gateway/src/base/authentication.ts';
import {
  fragment,
  initSegment,
  MalformedParameterSetError,
  MediaTimeline,
  sampleNals,
  videoFormat,
} from '../../../gateway/src/base/mp4/index.ts';
import { type AccessUnit, type ParameterSets, StreamFaultError } from '../../../gateway/src/pipeline.ts';
import { baseUrl, parseAddress, resolveControl } from '../../../gateway/src/rtsp/address.ts';
import { MAX_UNIT_BYTES } from '../../../gateway/src/rtsp/limits.ts';
import { redirectFault } from '../../../gateway/src/rtsp/redirect.ts';
import { RtpReceiver } from '../../../gateway/src/rtsp/rtp-receiver.ts';
import { parseSdp } from '../../../gateway/src/rtsp/sdp.ts';
import { StreamParser } from '../../../gateway/src/rtsp/stream-parser.ts';
import {
  keepAliveMethod,
  readServerPorts,
  readSession,
  readTcpChannels,
} from '../../../gateway/src/rtsp/transport.ts';
import { GopCache } from '../../../gateway/src/streams/gop-cache.ts';
import { SessionTimeline } from '../../../gateway/src/streams/session-timeline.ts';
import { below, cutUp, mutate, pick, type Random } from '../mutate.ts';
import { type Codec, type Corpus, DESCRIPTIONS, HEADS, PAYLOAD_TYPE, TOKENS } from './corpus.ts';

/** Makes one input and gives it to the real parts. Throws what they should not have thrown. */
export type Part = {
  make(random: Random): Buffer;
  feed(input: Buffer, random: Random): void;
};

const address = parseAddress('rtsp://operator:CANARY@10.0.0.7/live', { redirects: 'same-host' });

/** Runs what may only fail with a fault that has a name. The fault must not repeat the password. */
function mayFault(work: () => void): void {
  try {
    work();
  } catch (error) {
    const isNamed = error instanceof StreamFaultError || error instanceof MalformedParameterSetError;
    if (!isNamed) throw error;
    if (error.message.includes('CANARY')) throw new Error(`a message holds the password: ${error.message}`);
  }
}

function must(holds: boolean, what: string): void {
  if (!holds) throw new Error(what);
}

const interleave = (channel: number, packet: Buffer) =>
  Buffer.concat([Buffer.from([0x24, channel, packet.length >> 8, packet.length & 0xff]), packet]);

/** A whole conversation as it comes from a camera: answers, descriptions and packets mixed. */
export function conversation(corpus: Corpus, random: Random): Buffer {
  const pieces = Array.from({ length: 1 + below(random, 6) }, () => {
    if (random() < 0.5) return Buffer.from(pick(random, HEADS));
    if (random() < 0.5) return interleave(below(random, 2), pick(random, corpus.packets.h264));
    const body = pick(random, DESCRIPTIONS);
    return Buffer.from(`RTSP/1.0 200 OK\r\nCSeq: 2\r\nContent-Length: ${body.length}\r\n\r\n${body}`);
  });
  return Buffer.concat(pieces);
}

/** The parts that work without a socket. */
export function partsOf(
  corpus: Corpus,
): Readonly<Record<'messages' | 'description' | 'packets' | 'sets', Part>> {
  return {
    messages: {
      make: (random) =>
        mutate(conversation(corpus, random), random, { tokens: TOKENS, other: conversation(corpus, random) }),
      feed: feedMessages,
    },
    description: {
      make: (random) =>
        mutate(Buffer.from(pick(random, DESCRIPTIONS)), random, {
          tokens: TOKENS,
          other: Buffer.from(pick(random, DESCRIPTIONS)),
        }),
      feed: feedDescription,
    },
    packets: {
      make: (random) => makePackets(corpus, random),
      feed: (input, random) => feedPackets(corpus, input, random),
    },
    sets: {
      make: (random) => {
        const { sps, pps } = corpus.sets[codecOf(random)];
        return mutate(Buffer.from(random() < 0.9 ? sps : pps), random);
      },
      feed: (input, random) => feedSets(corpus, input, random),
    },
  };
}

const codecOf = (random: Random): Codec => (random() < 0.5 ? 'h264' : 'h265');

function feedMessages(input: Buffer, random: Random): void {
  const parser = new StreamParser({
    onResponse: ({ headers, body }) => {
      must(body.length <= 256 * 1024, 'a body beyond the limit');
      mayFault(() => void readSession(headers.get('session')?.[0]));
      mayFault(() => void readTcpChannels(headers.get('transport')?.[0]));
      readServerPorts(headers.get('transport')?.[0]);
      keepAliveMethod(headers.get('public') ?? []);
      const challenge = strongest(parseChallenges(headers.get('www-authenticate') ?? []));
      if (challenge !== null) {
        const login = new Authenticator({ username: 'operator', password: 'CANARY' });
        login.accept(challenge);
        mayFault(() => {
          const answer = login.authorize('DESCRIBE', address.url) ?? '';
          must(!/[\r\n]/.test(answer), 'a header with a line break');
        });
      }
    },
    onRequest: ({ headers }) => {
      const { target, message } = redirectFault({ headers }, address);
      must(target === null || target.host === address.host, `led to ${target?.host}`);
      must(!message.includes('CANARY'), 'a message holds the password');
    },
    onInterleaved: () => {},
  });
  mayFault(() => {
    for (const piece of cutUp(input, random)) parser.push(piece);
  });
}

function feedDescription(input: Buffer): void {
  const text = input.toString('utf8');
  mayFault(() => {
    const track = parseSdp(text);
    const base = baseUrl(address, [text.split('\r\n')[0], track.sessionControl ?? undefined]);
    for (const control of [track.control, track.sessionControl]) {
      const url = resolveControl(address, base, control);
      must(/^rtsp:\/\/10\.0\.0\.7[/:?#]?[\x21-\x7e]*$/.test(url), `a control leads to ${url}`);
    }
    if (track.sets !== null)
      mayFault(() => void videoFormat(track.sets ?? { codec: 'h264', sps: input, pps: input }));
  });
}

/** Packets behind each other, each with its length before it. */
function makePackets(corpus: Corpus, random: Random): Buffer {
  const all = corpus.packets[codecOf(random)];
  const from = below(random, all.length);
  const chosen = all.slice(from, from + 1 + below(random, 40));
  const changed = chosen.flatMap((packet) => {
    if (random() < 0.1) return [];
    if (random() < 0.6) return [packet];
    return random() < 0.1 ? [packet, packet] : [mutate(packet, random, { other: pick(random, all) })];
  });
  if (random() < 0.2) changed.reverse();
  return Buffer.concat(changed.map((packet) => interleave(0, packet.subarray(0, 65_535))));
}

function feedPackets(corpus: Corpus, input: Buffer, random: Random): void {
  const codec = codecOf(random);
  let nowMs = 1_000;
  const consumer = createConsumer();
  const receiver = new RtpReceiver({
    track: {
      codec,
      payloadType: PAYLOAD_TYPE,
      control: null,
      sessionControl: null,
      sets: random() < 0.5 ? corpus.sets[codec] : null,
      framerate: null,
    },
    events: consumer,
    clock: { now: () => 1_700_000_000_000 + nowMs, monotonic: () => nowMs },
    reorder: { maxPackets: random() < 0.5 ? 0 : 32, maxWaitMs: 100 },
  });
  for (let at = 0; at + 4 <= input.length; ) {
    const end = at + 4 + input.readUInt16BE(at + 2);
    receiver.onRtp(input.subarray(at + 4, end));
    at = end;
    nowMs += below(random, 20);
    if (random() < 0.05) receiver.onRtcp(mutate(corpus.report, random));
    if (random() < 0.05) receiver.takeReport(1);
  }
  const { facts } = receiver;
  for (const value of [facts.packets, facts.lost, facts.jitterMs, facts.accessUnits, facts.gopLength])
    must(Number.isFinite(value) && value >= 0, `facts ${JSON.stringify(facts)}`);
}

/** What follows behind a session: one time line, the group of pictures, and fragments for live view. */
function createConsumer() {
  const timeline = new SessionTimeline();
  const media = new MediaTimeline();
  const gop = new GopCache();
  let sets: ParameterSets | null = null;
  return {
    onParameterSets(next: ParameterSets) {
      sets = next;
      gop.setParameterSets(next);
      mayFault(() => void initSegment(next));
    },
    onAccessUnit(unit: AccessUnit) {
      const bytes = unit.nals.reduce((sum, nal) => sum + nal.length, 0);
      must(bytes <= MAX_UNIT_BYTES, `an access unit of ${bytes} bytes`);
      const placed = timeline.place(unit);
      must(Number.isFinite(placed.rtpTime), `RTP time ${placed.rtpTime}`);
      gop.push(placed);
      if (sets === null) return;
      const timing = media.next(placed);
      must(timing.duration > 0 && timing.decodeTime >= 0, `timing ${JSON.stringify(timing)}`);
      fragment({ sequence: 1, timing, key: placed.key, nals: sampleNals(placed, sets) });
    },
  };
}

function feedSets(corpus: Corpus, input: Buffer, random: Random): void {
  const codec = codecOf(random);
  const sets = { ...corpus.sets[codec], sps: new Uint8Array(input) };
  mayFault(() => {
    const { width, height } = videoFormat(sets);
    must(
      width >= 16 && width <= 16_384 && height >= 16 && height <= 16_384,
      `a picture of ${width}×${height}`,
    );
  });
  mayFault(() => void initSegment(sets));
}
