import { randomBytes } from 'node:crypto';
import type { ClipUploadArguments, Reply } from '@pingan/models/contract';
import type { Now } from '../base/clock.ts';
import { messageOf } from '../base/errors.ts';
import type { Logger } from '../base/log.ts';
import { hashToken } from '../base/secrets.ts';
import type { EvidencePorts } from './ports.ts';

export type RequestOptions = {
  store: EvidencePorts;
  /** Sends the signed command; resolves with its id. */
  send(gatewayId: string, command: { name: 'clip.upload'; arguments: ClipUploadArguments }): Promise<string>;
  onChanged(): void;
  now: Now;
  log: Logger;
};

const TICKET_BYTES = 32;
/** Refusals are remembered this many back: an answer may come before the command's id is written down. */
const REFUSALS_KEPT = 100;

/** Asks gateways for the evidence of an alarm, each time with a ticket of its own. */
export class EvidenceRequests {
  readonly #options: RequestOptions;
  readonly #refusals = new Map<string, Reply>();

  constructor(options: RequestOptions) {
    this.#options = options;
  }

  async ask({
    alarmId,
    gatewayId,
    actor,
  }: {
    alarmId: string;
    gatewayId: string;
    actor: string;
  }): Promise<void> {
    const { store, send, onChanged, now } = this.#options;
    const ticket = randomBytes(TICKET_BYTES).toString('base64url');
    const askedAt = new Date(now());
    await store.ask({ alarmId, gatewayId, askedAt, askedBy: actor, ticketHash: hashToken(ticket) });
    onChanged();
    const commandId = await send(gatewayId, { name: 'clip.upload', arguments: { alarmId, ticket } });
    await store.setCommand(alarmId, commandId);
    const early = this.#refusals.get(commandId);
    if (early !== undefined) this.onReply(early);
  }

  /** A gateway answered a command, perhaps one of these. */
  onReply(reply: Reply): void {
    const { gatewayId, commandId, outcome } = reply;
    if (outcome.kind !== 'refused') return;
    this.#refusals.set(commandId, reply);
    const [oldest] = this.#refusals.keys();
    if (oldest !== undefined && this.#refusals.size > REFUSALS_KEPT) this.#refusals.delete(oldest);
    const { store, onChanged, now, log } = this.#options;
    store.refuse(gatewayId, commandId, outcome.code, new Date(now())).then(
      (isOurs) => isOurs && onChanged(),
      (error: unknown) => log.warn({ error: messageOf(error) }, 'evidence: a refusal could not be noted'),
    );
  }
}
