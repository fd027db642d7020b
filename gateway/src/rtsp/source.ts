import { type Clock, systemClock } from '../base/clock.ts';
import {
  type CameraSource,
  type FrameSession,
  type FrameSessionEvents,
  type FrameSource,
  StreamFaultError,
} from '../pipeline.ts';
import { parseAddress, type StreamAddress } from './address.ts';
import { RtspClient } from './client.ts';
import { RtspConnection } from './connection.ts';
import { disconnected } from './faults.ts';
import { askOptions, type Description, describe, play, setUp } from './handshake.ts';
import { DEFAULT_LIMITS, type RtspLimits } from './limits.ts';
import { RedirectFaultError } from './redirect.ts';
import type { ReorderOptions } from './reorder-window.ts';
import { RtpReceiver } from './rtp-receiver.ts';
import { RtspSession } from './session.ts';
import { readServerPorts, readTcpChannels, TCP_TRANSPORT, udpTransport } from './transport.ts';
import { UdpPortPair } from './udp-ports.ts';

export type RtspSourceOptions = { limits?: Partial<RtspLimits>; clock?: Clock };
type RtspCameraSource = Extract<CameraSource, { kind: 'rtsp' }>;

type Opening = { events: FrameSessionEvents; signal: AbortSignal };

/** The media path once set up. */
type Media = { timeoutMs: number; sendControl(bytes: Uint8Array): void; close(): Promise<void> };
type SetUpOptions = { client: RtspClient; description: Description; receiver: RtpReceiver };

const MAX_REDIRECTS = 3;
const KEEPS_ORDER: ReorderOptions = { maxPackets: 0, maxWaitMs: 0 };
const UDP_REORDER: ReorderOptions = { maxPackets: 32, maxWaitMs: 100 };

/** Cameras that speak RTSP 1.0 (RFC 2326), plain or within TLS. */
export class RtspSource implements FrameSource {
  readonly #limits: RtspLimits;
  readonly #clock: Clock;

  constructor({ limits = {}, clock = systemClock }: RtspSourceOptions = {}) {
    this.#limits = { ...DEFAULT_LIMITS, ...limits };
    this.#clock = clock;
  }

  /** @throws StreamFaultError naming the outermost layer that failed; nothing stays open then */
  async open(source: CameraSource, events: FrameSessionEvents, signal: AbortSignal): Promise<FrameSession> {
    if (source.kind !== 'rtsp')
      throw new StreamFaultError('protocol', `an RTSP source cannot open ${source.kind}`);
    let address = parseAddress(source.url, source);
    if (address.secure && source.transport === 'udp') {
      throw new StreamFaultError('protocol', `${address.label}: rtsps carries no UDP, set transport to tcp`);
    }
    for (let redirects = 0; ; redirects++) {
      try {
        return await this.#openAt(address, source, { events, signal });
      } catch (error) {
        const target = error instanceof RedirectFaultError ? error.target : null;
        if (target === null) throw error;
        if (redirects === MAX_REDIRECTS)
          throw new StreamFaultError(
            'protocol',
            `${address.label} redirects in a circle: restart the camera`,
          );
        address = target;
      }
    }
  }

  async #openAt(
    address: StreamAddress,
    source: RtspCameraSource,
    { events, signal }: Opening,
  ): Promise<FrameSession> {
    const connection = await RtspConnection.open(address, this.#limits, signal);
    const onAbort = () => void connection.close();
    signal.addEventListener('abort', onAbort, { once: true });
    try {
      if (signal.aborted) throw disconnected(address);
      const session = await this.#negotiate(
        new RtspClient(connection, this.#limits.responseMs),
        source,
        events,
      );
      session.start(signal);
      return session;
    } catch (error) {
      await connection.close();
      throw error;
    } finally {
      signal.removeEventListener('abort', onAbort);
    }
  }

  async #negotiate(
    client: RtspClient,
    source: RtspCameraSource,
    events: FrameSessionEvents,
  ): Promise<RtspSession> {
    const keepAliveMethod = await askOptions(client);
    const description = await describe(client);
    const reorder = source.transport === 'udp' ? UDP_REORDER : KEEPS_ORDER;
    const receiver = new RtpReceiver({ track: description.track, events, clock: this.#clock, reorder });
    if (description.track.sets !== null) events.onParameterSets(description.track.sets);
    const options = { client, description, receiver };
    const media = source.transport === 'udp' ? await setUpUdp(options) : await setUpTcp(options);
    let sessionUrl: string;
    try {
      sessionUrl = await play(client, description);
    } catch (error) {
      await media.close();
      throw error;
    }
    return new RtspSession({
      client,
      receiver,
      sessionUrl,
      keepAliveMethod,
      timeoutMs: media.timeoutMs,
      limits: this.#limits,
      monotonic: () => this.#clock.monotonic(),
      sendControl: media.sendControl,
      closeMedia: media.close,
    });
  }
}

async function setUpTcp({ client, description, receiver }: SetUpOptions): Promise<Media> {
  const { connection } = client;
  const answer = await setUp(client, description.trackUrl, TCP_TRANSPORT);
  const channels = readTcpChannels(answer.transport);
  connection.onInterleaved = (channel, payload) => {
    if (channel === channels.media) receiver.onRtp(payload);
    else if (channel === channels.control) receiver.onRtcp(payload);
  };
  return {
    timeoutMs: answer.timeoutMs,
    sendControl: (bytes) => connection.sendInterleaved(channels.control, bytes),
    close: async () => {},
  };
}

async function setUpUdp({ client, description, receiver }: SetUpOptions): Promise<Media> {
  const pair = await UdpPortPair.open(client.connection.addresses, {
    onMedia: (bytes) => receiver.onRtp(bytes),
    onControl: (bytes) => receiver.onRtcp(bytes),
  });
  try {
    const answer = await setUp(client, description.trackUrl, udpTransport(pair.ports));
    const server = readServerPorts(answer.transport);
    return {
      timeoutMs: answer.timeoutMs,
      sendControl: (bytes) => server !== null && pair.sendControl(bytes, server.control),
      close: () => pair.close(),
    };
  } catch (error) {
    await pair.close();
    throw error;
  }
}
