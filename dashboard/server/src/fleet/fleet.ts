import { randomBytes } from 'node:crypto';
import {
  type Command,
  type CommandName,
  type DesiredConfiguration,
  GATEWAY_ID_PATTERN,
  type Rule,
  topicOf,
  uuidV7,
} from '@pingan/models/contract';
import { type Now, timestamp } from '../base/clock.ts';
import { Problem } from '../base/problem.ts';
import { hashToken, tokenMatches } from '../base/secrets.ts';
import { type CommandKey, signText } from './command-key.ts';

/** What a gateway needs to reach the centre; a secret. */
export type GatewayCredentials = {
  gatewayId: string;
  token: string;
  brokerUrl: string;
  mediaUrl: string;
  commandPublicKey: string;
};
export type SensorCredentials = { username: string; password: string; brokerUrl: string };
export type Endpoints = { brokerUrl: string; mediaUrl: string };

type Desired = { gatewayId: string; version: number; issuedAt: Date; rules: Rule[] };
type NewGateway = { id: string; name: string; areaCode: string | null };

export type FleetPorts = {
  addGateway(gateway: NewGateway & { tokenHash: Buffer; at: Date; actor: string }): Promise<void>;
  replaceToken(id: string, tokenHash: Buffer, audit: { at: Date; actor: string }): Promise<boolean>;
  tokenHash(gatewayId: string): Promise<Buffer | undefined>;
  addSensorUser(
    user: { name: string; gatewayId: string; tokenHash: Buffer; createdAt: Date },
    actor: string,
  ): Promise<void>;
  sensorUser(name: string): Promise<{ name: string; gatewayId: string; tokenHash: Buffer } | undefined>;
  nextCommandSequence(gatewayId: string): Promise<number | undefined>;
  setDesired(options: {
    gatewayId: string;
    rules: readonly Rule[];
    actor: string;
    at: Date;
    baseVersion?: number | undefined;
    restoredFrom?: number | undefined;
  }): Promise<Desired | undefined>;
  allDesired(): Promise<Desired[]>;
  publish(topic: string, payload: string, options: { retain: boolean }): Promise<void>;
  /** Called after a change is committed. */
  onChanged(): void;
  endpoints(): Endpoints;
  key(): CommandKey;
  now: Now;
};

type ArgumentsOf<Name extends CommandName> = Extract<Command, { name: Name }>['arguments'];
export type CommandRequest = {
  [Name in CommandName]: { name: Name; arguments: ArgumentsOf<Name> };
}[CommandName];

const TOKEN_BYTES = 32;
const COMMAND_LIFE_MS = 30_000;
const ID = new RegExp(GATEWAY_ID_PATTERN);

/** Gateways and their sensors' accounts: credentials, signed commands, desired configuration. */
export class Fleet {
  readonly #ports: FleetPorts;
  /** The last command under way per gateway: commands leave in the order of their numbers. */
  readonly #sending = new Map<string, Promise<void>>();

  constructor(ports: FleetPorts) {
    this.#ports = ports;
  }

  /** Enrols a gateway. Throws the problems `invalid`, `already-exists`. The token is not stored and cannot be read again. */
  async addGateway({ actor, ...gateway }: NewGateway & { actor: string }): Promise<GatewayCredentials> {
    this.#checkId(gateway.id);
    const token = randomBytes(TOKEN_BYTES).toString('base64url');
    const at = new Date(this.#ports.now());
    await this.#ports.addGateway({ ...gateway, tokenHash: hashToken(token), at, actor });
    this.#ports.onChanged();
    return this.#credentials(gateway.id, token);
  }

  /** Enrols a gateway, or gives one that exists a new token. */
  async provision(gateway: NewGateway & { actor: string }): Promise<GatewayCredentials> {
    this.#checkId(gateway.id);
    const token = randomBytes(TOKEN_BYTES).toString('base64url');
    const audit = { at: new Date(this.#ports.now()), actor: gateway.actor };
    const replaced = await this.#ports.replaceToken(gateway.id, hashToken(token), audit);
    return replaced ? this.#credentials(gateway.id, token) : this.addGateway(gateway);
  }

  /** An account for the sensors of one site. Throws the problems `invalid`, `already-exists`. */
  async addSensorUser(options: {
    name: string;
    gatewayId: string;
    actor: string;
  }): Promise<SensorCredentials> {
    const { name, gatewayId, actor } = options;
    this.#checkId(name);
    if ((await this.#ports.tokenHash(name)) !== undefined)
      throw new Problem('already-exists', { field: 'name' });
    const password = randomBytes(TOKEN_BYTES).toString('base64url');
    const createdAt = new Date(this.#ports.now());
    await this.#ports.addSensorUser({ name, gatewayId, tokenHash: hashToken(password), createdAt }, actor);
    return { username: name, password, brokerUrl: this.#ports.endpoints().brokerUrl };
  }

  /** The account that these MQTT credentials open, or null. */
  async authenticate(username: string, password: Buffer) {
    if (!ID.test(username)) return null;
    const token = password.toString();
    const hash = await this.#ports.tokenHash(username);
    if (hash !== undefined) {
      return tokenMatches(token, hash) ? { kind: 'gateway' as const, gatewayId: username } : null;
    }
    const user = await this.#ports.sensorUser(username);
    if (user === undefined || !tokenMatches(token, user.tokenHash)) return null;
    return { kind: 'sensors' as const, name: user.name, gatewayId: user.gatewayId };
  }

  /** Signs and sends a command; it is void after 30 s. Resolves with its id, which the reply names. */
  send(gatewayId: string, command: CommandRequest): Promise<string> {
    const before = this.#sending.get(gatewayId) ?? Promise.resolve();
    const mine = before.catch(() => {}).then(() => this.#send(gatewayId, command));
    const settled = mine
      .then(
        () => {},
        () => {},
      )
      .finally(() => {
        if (this.#sending.get(gatewayId) === settled) this.#sending.delete(gatewayId);
      });
    this.#sending.set(gatewayId, settled);
    return mine;
  }

  /** Stores rules under the next version and sends them, retained. Throws `not-found`, `conflict`. */
  async setRules(options: {
    gatewayId: string;
    rules: readonly Rule[];
    actor: string;
    baseVersion?: number | undefined;
    restoredFrom?: number | undefined;
  }): Promise<void> {
    const desired = await this.#ports.setDesired({ ...options, at: new Date(this.#ports.now()) });
    if (desired === undefined) throw new Problem('not-found');
    await this.#publishDesired(desired);
    this.#ports.onChanged();
  }

  /** At start the broker remembers nothing: every desired configuration is sent again. */
  async start(): Promise<void> {
    for (const desired of await this.#ports.allDesired()) await this.#publishDesired(desired);
  }

  stop(): void {}

  async #send(gatewayId: string, command: CommandRequest): Promise<string> {
    const sequence = await this.#ports.nextCommandSequence(gatewayId);
    if (sequence === undefined) throw new Problem('not-found');
    const nowMs = this.#ports.now();
    const full: Command = {
      id: uuidV7(nowMs, randomBytes(10)),
      gatewayId,
      sequence,
      issuedAt: timestamp(nowMs),
      expiresAt: timestamp(nowMs + COMMAND_LIFE_MS),
      ...command,
    };
    const signed = JSON.stringify(signText(this.#ports.key(), full));
    await this.#ports.publish(topicOf(gatewayId, 'cmd', command.name), signed, { retain: false });
    return full.id;
  }

  async #publishDesired({ gatewayId, version, issuedAt, rules }: Desired): Promise<void> {
    const desired: DesiredConfiguration = { gatewayId, version, issuedAt: timestamp(issuedAt), rules };
    const signed = JSON.stringify(signText(this.#ports.key(), desired));
    await this.#ports.publish(topicOf(gatewayId, 'desired'), signed, { retain: true });
  }

  #checkId(id: string): void {
    if (ID.test(id)) return;
    throw new Problem('invalid', {
      field: 'id',
      message: `"${id}" must be 2 to 63 letters, digits, "-" or "_", beginning with a letter or digit.`,
    });
  }

  #credentials(gatewayId: string, token: string): GatewayCredentials {
    return { gatewayId, token, ...this.#ports.endpoints(), commandPublicKey: this.#ports.key().publicPem };
  }
}
