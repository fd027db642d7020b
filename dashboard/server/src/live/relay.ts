import type { LiveStartArguments, LiveStopArguments, StreamProfile } from '@pingan/models/contract';
import type { Now } from '../base/clock.ts';
import { messageOf } from '../base/errors.ts';
import type { Logger } from '../base/log.ts';
import { Channel } from './channel.ts';
import { TicketBox } from './tickets.ts';
import type { ViewerSocket } from './viewer.ts';

export type CameraKey = { gatewayId: string; cameraId: string };
/** Each profile of a camera is a stream of its own. */
export type StreamKey = CameraKey & { profile: StreamProfile };
type LiveCommand =
  | { name: 'live.start'; arguments: LiveStartArguments }
  | { name: 'live.stop'; arguments: LiveStopArguments };

export type RelayPorts = {
  /** Resolves with the command's id. */
  send(gatewayId: string, command: LiveCommand): Promise<string>;
  now: Now;
  log: Logger;
};

export type RelayTimes = {
  /** How long a stream goes on after its last viewer. */
  lingerMs: number;
  /** How long a viewer waits for the gateway's connection. */
  absentMs: number;
  /** How often the gateway is asked while a viewer waits. */
  askMs: number;
};
export const RELAY_TIMES: RelayTimes = { lingerMs: 5000, absentMs: 10_000, askMs: 4000 };

/** What the relay needs of the gateway's WebSocket. */
export type PublisherSocket = { close(code: number, reason: string): void };

type Stream = StreamKey & {
  channel: Channel;
  /** Ids of the newest commands that asked for it, and why the gateway refused the last one. */
  asked: string[];
  refusal: string | null;
  publisher: PublisherSocket | null;
  /** Running while viewers wait for a publisher. */
  absent: NodeJS.Timeout | undefined;
  ask: NodeJS.Timeout | undefined;
  /** Running while nobody watches. */
  linger: NodeJS.Timeout | undefined;
};

export const VIEWER_LIMIT = 400;
const ASKED_LIMIT = 8;
/** Refusals that asking again cannot change. */
const FINAL_REFUSALS: ReadonlySet<string> = new Set(['masked', 'unknown-camera']);
/** What the profile adds to a command: nothing where it is the usual one, so that older gateways understand. */
const profileOf = ({ profile }: StreamKey) => (profile === 'sub' ? {} : { profile });

/**
 * Gateway → centre → browsers. The first viewer of a camera makes the gateway dial in with a one-time ticket; all viewers share that
 * stream; some seconds after the last one has gone the gateway is told to stop.
 */
export class LiveRelay {
  readonly #ports: RelayPorts;
  readonly #times: RelayTimes;
  readonly #tickets: TicketBox<StreamKey>;
  readonly #streams = new Map<string, Stream>();

  constructor(ports: RelayPorts, times: RelayTimes = RELAY_TIMES) {
    this.#ports = ports;
    this.#times = times;
    this.#tickets = new TicketBox(ports.now);
  }

  get viewerCount(): number {
    return [...this.#streams.values()].reduce((sum, { channel }) => sum + channel.viewerCount, 0);
  }

  get streamCount(): number {
    return [...this.#streams.values()].filter(({ publisher }) => publisher !== null).length;
  }

  start(): void {}

  stop(): void {
    for (const stream of this.#streams.values()) {
      this.#clear(stream);
      for (const viewer of stream.channel.viewers) viewer.close(1001, 'server stops');
      stream.publisher?.close(1001, 'server stops');
    }
    this.#streams.clear();
  }

  /** Adds a viewer. Returns the function to call when its socket is closed. */
  addViewer(key: StreamKey, socket: ViewerSocket): () => void {
    const stream = this.#stream(key);
    clearTimeout(stream.linger);
    stream.linger = undefined;
    const remove = stream.channel.add(socket, this.#ports.now());
    if (stream.publisher === null) this.#await(stream);
    return () => {
      if (remove() && stream.channel.viewerCount === 0) this.#linger(stream);
    };
  }

  /** The camera that a gateway's ticket is for, when the gateway names the same; null refuses. */
  redeem(token: string, claimed: StreamKey): StreamKey | null {
    const key = this.#tickets.redeem(token);
    const { gatewayId, cameraId, profile } = claimed;
    const isSame = key?.gatewayId === gatewayId && key.cameraId === cameraId && key.profile === profile;
    return isSame ? key : null;
  }

  /** Takes a gateway's connection; a newer one replaces the one before. */
  addPublisher(key: StreamKey, socket: PublisherSocket) {
    const stream = this.#stream(key);
    stream.publisher?.close(1012, 'replaced');
    stream.publisher = socket;
    stream.refusal = null;
    stream.channel.reset();
    this.#stopWaiting(stream);
    if (stream.channel.viewerCount === 0) this.#linger(stream);
    const isCurrent = () => stream.publisher === socket;
    const obey = (isValid: boolean) => {
      if (!isValid) socket.close(1008, 'breaks the contract');
    };
    return {
      onText: (text: string) => isCurrent() && obey(stream.channel.onText(text)),
      onBinary: (message: Uint8Array) =>
        isCurrent() && obey(stream.channel.onBinary(message, this.#ports.now())),
      onClose: () => {
        if (!isCurrent()) return;
        stream.publisher = null;
        stream.channel.reset();
        if (stream.channel.viewerCount > 0) this.#await(stream);
        else this.#forget(stream);
      },
    };
  }

  /** A gateway refused a command: viewers are told at once what asking again cannot change, the rest when they have waited. */
  onRefused(gatewayId: string, commandId: string, code: string): void {
    for (const stream of this.#streams.values()) {
      if (stream.gatewayId !== gatewayId || !stream.asked.includes(commandId)) continue;
      if (stream.publisher !== null || code === 'already-live') return;
      stream.refusal = code;
      if (FINAL_REFUSALS.has(code)) this.#giveUp(stream);
      return;
    }
  }

  #stream({ gatewayId, cameraId, profile }: StreamKey): Stream {
    const name = nameOf({ gatewayId, cameraId, profile });
    const known = this.#streams.get(name);
    if (known !== undefined) return known;
    const channel = new Channel();
    const made: Stream = {
      gatewayId,
      cameraId,
      profile,
      channel,
      asked: [],
      refusal: null,
      publisher: null,
      absent: undefined,
      ask: undefined,
      linger: undefined,
    };
    this.#streams.set(name, made);
    return made;
  }

  /** Asks the gateway to dial in, repeatedly, until it does or the viewers have waited long enough. */
  #await(stream: Stream): void {
    if (stream.absent !== undefined) return;
    this.#ask(stream);
    stream.ask = setInterval(() => this.#ask(stream), this.#times.askMs);
    stream.absent = setTimeout(() => this.#giveUp(stream), this.#times.absentMs);
  }

  #giveUp(stream: Stream): void {
    this.#stopWaiting(stream);
    for (const viewer of stream.channel.viewers) viewer.fail(stream.refusal ?? 'camera-unavailable');
  }

  #ask(stream: Stream): void {
    const { gatewayId, cameraId, profile } = stream;
    const { token: ticket } = this.#tickets.issue({ gatewayId, cameraId, profile });
    const command = { name: 'live.start' as const, arguments: { cameraId, ticket, ...profileOf(stream) } };
    this.#send(gatewayId, command, (id) => {
      stream.asked = [...stream.asked, id].slice(-ASKED_LIMIT);
    });
  }

  #stopWaiting(stream: Stream): void {
    clearTimeout(stream.absent);
    clearInterval(stream.ask);
    stream.absent = undefined;
    stream.ask = undefined;
  }

  #linger(stream: Stream): void {
    this.#stopWaiting(stream);
    clearTimeout(stream.linger);
    stream.linger = setTimeout(() => {
      const { gatewayId, cameraId, publisher } = stream;
      this.#send(gatewayId, { name: 'live.stop', arguments: { cameraId, ...profileOf(stream) } });
      this.#forget(stream);
      publisher?.close(1000, 'nobody watches');
    }, this.#times.lingerMs);
  }

  #clear(stream: Stream): void {
    this.#stopWaiting(stream);
    clearTimeout(stream.linger);
    stream.linger = undefined;
  }

  #forget(stream: Stream): void {
    this.#clear(stream);
    stream.publisher = null;
    this.#streams.delete(nameOf(stream));
  }

  #send(gatewayId: string, command: LiveCommand, onSent: (id: string) => void = () => {}): void {
    this.#ports.send(gatewayId, command).then(onSent, (error: unknown) => {
      this.#ports.log.warn(
        { gatewayId, command: command.name, error: messageOf(error) },
        'live: command not sent',
      );
    });
  }
}

const nameOf = ({ gatewayId, cameraId, profile }: StreamKey) => `${gatewayId}:${cameraId} ${profile}`;
