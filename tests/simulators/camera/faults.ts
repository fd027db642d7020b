import { type Static, type TObject, type TProperties, Type } from 'typebox';
import { Value } from 'typebox/value';

/** Which of a camera's two doors a fault stands at. */
export type Side = 'rtsp' | 'onvif' | 'both';

/** What a fault changes. Every part of the simulator reads only the fields that concern it; an absent field means healthy. */
export interface FaultEffect {
  /** Open RTSP connections are cut when the fault is set, so that the client meets the fault at once. */
  readonly endsConnections?: boolean;
  readonly closesPort?: Side;
  readonly silences?: Side;
  readonly refusesLogin?: Side;
  /** The only password that is accepted from now on. */
  readonly password?: string;
  readonly drips?: { readonly at: Side; readonly byteEveryMs: number };
  readonly redirectsTo?: string;
  readonly describesAudioOnly?: boolean;
  readonly clockOffsetMs?: number;
  readonly mutesMedia?: boolean;
  readonly repeatsPicture?: boolean;
  readonly keepsPacket?: () => boolean;
  /** Spoils the RTP payload in place. */
  readonly corruptsPayload?: (payload: Buffer) => void;
  readonly endsAfterMs?: number;
}

type Random = () => number;

interface FaultEntry<Properties extends TProperties> {
  readonly parameters: TObject<Properties>;
  /** Checks a fault from outside. @throws TypeError naming the field and what it must be. */
  arm(candidate: object, random: Random): FaultEffect;
}

/** Ties a fault's parameters to its effect, so that one entry of the table below gives type, validator and behaviour. */
function define<Properties extends TProperties>(
  properties: Properties,
  effect: (fault: Static<TObject<Properties>>, random: Random) => FaultEffect,
): FaultEntry<Properties> {
  const parameters = Type.Object(properties);
  const arm = (candidate: object, random: Random) => {
    const known = ['kind', ...Object.keys(properties)];
    const unknown = Object.keys(candidate).find((key) => !known.includes(key));
    if (unknown !== undefined) throw new TypeError(`fault.${unknown} is unknown; known: ${known.join(', ')}`);
    if (Value.Check(parameters, candidate)) return effect(candidate, random);
    const [error] = Value.Errors(parameters, candidate);
    throw new TypeError(
      `fault${(error?.instancePath ?? '').replaceAll('/', '.')} ${error?.message ?? 'is not valid'}`,
    );
  };
  return { parameters, arm };
}

const at = Type.Optional(Type.Union([Type.Literal('rtsp'), Type.Literal('onvif'), Type.Literal('both')]));
const probability = Type.Number({ minimum: 0, maximum: 1 });
const seconds = Type.Number({ minimum: 0, maximum: 86_400 });

/** The faults a camera can have. A new one is one entry here (and one field of FaultEffect if it changes something new). */
const faultTable = {
  /** Packets are lost with a probability. */
  drop: define({ probability }, (fault, random) => ({ keepsPacket: () => random() >= fault.probability })),
  /** The connection stays, nothing comes. */
  stall: define({}, () => ({ mutesMedia: true })),
  /** The same picture again and again, with running timestamps. */
  freeze: define({}, () => ({ repeatsPicture: true })),
  /** The camera's clock is wrong: SOAP, WS-Security and RTCP sender reports. */
  'wrong-clock': define({ offsetS: Type.Number({ minimum: -3e9, maximum: 3e9 }) }, (fault) => ({
    clockOffsetMs: fault.offsetS * 1000,
  })),
  /** No login succeeds; with `password`, only that one does (somebody changed it). */
  unauthorized: define(
    { at, password: Type.Optional(Type.String({ minLength: 1, maxLength: 64 })) },
    (fault) => ({
      endsConnections: true,
      ...(fault.password === undefined ? { refusesLogin: fault.at ?? 'both' } : { password: fault.password }),
    }),
  ),
  /** RTSP answers 302 with another address. */
  redirect: define({ url: Type.String({ pattern: '^rtsps?://', maxLength: 512 }) }, (fault) => ({
    endsConnections: true,
    redirectsTo: fault.url,
  })),
  /** The port is closed. */
  refuse: define({ at }, (fault) => ({ endsConnections: true, closesPort: fault.at ?? 'rtsp' })),
  /** Connections are accepted and never answered. */
  silent: define({ at }, (fault) => ({ endsConnections: true, silences: fault.at ?? 'rtsp' })),
  /** The session description has audio alone. */
  'no-video': define({}, () => ({ endsConnections: true, describesAudioOnly: true, mutesMedia: true })),
  /** Payloads are spoiled behind their NAL headers; `probability` of each packet, 1 by default. */
  garbage: define({ probability: Type.Optional(probability) }, (fault, random) => ({
    corruptsPayload: (payload: Buffer) => {
      if (random() < (fault.probability ?? 1)) spoil(payload, random);
    },
  })),
  /** Every session ends `afterS` seconds into its play. */
  disconnect: define({ afterS: seconds }, (fault) => ({ endsAfterMs: fault.afterS * 1000 })),
  /** Answers come one byte at a time. */
  'slow-drip': define(
    { at, byteEveryMs: Type.Optional(Type.Number({ minimum: 1, maximum: 60_000 })) },
    (fault) => ({
      endsConnections: true,
      drips: { at: fault.at ?? 'rtsp', byteEveryMs: fault.byteEveryMs ?? 200 },
    }),
  ),
};

type FaultTable = typeof faultTable;
export type FaultKind = keyof FaultTable;
/** A fault by its kind and parameters, e.g. `{ kind: 'drop', probability: 0.1 }`. */
export type Fault = {
  [Kind in FaultKind]: { kind: Kind } & Static<FaultTable[Kind]['parameters']>;
}[FaultKind];

/** Names of all faults, for messages and for tests that walk through them. */
export const faultKinds: readonly string[] = Object.keys(faultTable);

/** Every second byte behind the packet's own headers; three bytes cover the longest of them (H.265 FU). */
function spoil(payload: Buffer, random: Random): void {
  for (let index = 3; index < payload.length; index += 2) payload[index] = Math.floor(random() * 256);
}

/** The faults of one camera that are on at the moment. */
export class FaultSwitchboard {
  readonly #random: Random;
  readonly #armed = new Map<string, FaultEffect>();
  readonly #listeners = new Set<() => void>();
  #effects: FaultEffect = {};

  constructor(random: Random) {
    this.#random = random;
  }

  /** The effects of all set faults laid over each other; where two set the same field, the later one counts. */
  get effects(): FaultEffect {
    return this.#effects;
  }

  get kinds(): string[] {
    return [...this.#armed.keys()];
  }

  /**
   * Switches a fault on (again, with new parameters) and returns what it alone changes.
   * @throws TypeError when it is unknown or a parameter is out of range.
   */
  set(candidate: unknown): FaultEffect {
    const kind =
      typeof candidate === 'object' && candidate !== null && 'kind' in candidate ? candidate.kind : undefined;
    const entry = new Map(Object.entries(faultTable)).get(String(kind));
    if (typeof candidate !== 'object' || candidate === null || entry === undefined) {
      throw new TypeError(`fault.kind must be one of ${faultKinds.join(', ')}; got ${JSON.stringify(kind)}`);
    }
    const effect = entry.arm(candidate, this.#random);
    this.#armed.delete(String(kind));
    this.#armed.set(String(kind), effect);
    this.#changed();
    return effect;
  }

  /** Switches one kind off, or everything. */
  clear(kind?: string): void {
    if (kind === undefined) this.#armed.clear();
    else this.#armed.delete(kind);
    this.#changed();
  }

  /** Calls `listener` after every change until the returned function is called. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #changed(): void {
    this.#effects = Object.assign({}, ...this.#armed.values());
    for (const listener of this.#listeners) listener();
  }
}

/** Whether a fault that stands at `where` (if any) concerns this side. */
export function concerns(where: Side | undefined, side: 'rtsp' | 'onvif'): boolean {
  return where === side || where === 'both';
}
