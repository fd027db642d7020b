import { createPublicKey, type KeyObject, verify } from 'node:crypto';
import {
  type Command,
  CommandSchema,
  decoderOf,
  SignedTextSchema,
  type UnreadConfiguration,
  UnreadConfigurationSchema,
} from '@pingan/models/contract';

const signedText = decoderOf(SignedTextSchema);
const command = decoderOf(CommandSchema);
const desired = decoderOf(UnreadConfigurationSchema);

/** Why a command or configuration of the centre was not obeyed; `code` is for the audit trail. */
export class RefusedError extends Error {
  readonly code: 'malformed' | 'bad-signature' | 'wrong-gateway' | 'expired' | 'replayed';
  constructor(code: RefusedError['code'], message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'RefusedError';
    this.code = code;
  }
}

/** Reads the centre's Ed25519 public key (PEM, SPKI). Throws with the remedy when it is another kind of key. */
export function readCommandKey(pem: string): KeyObject {
  const key = createPublicKey(pem);
  if (key.asymmetricKeyType !== 'ed25519') {
    throw new Error(
      `commandPublicKey must be an Ed25519 key, got ${key.asymmetricKeyType}: fetch the gateway's credentials again`,
    );
  }
  return key;
}

function open(payload: Uint8Array, key: KeyObject): string {
  let signed: ReturnType<typeof signedText.decode>;
  try {
    signed = signedText.decode(payload);
  } catch (cause) {
    throw new RefusedError('malformed', 'not a signed text', { cause });
  }
  const valid = verify(null, Buffer.from(signed.text), key, Buffer.from(signed.signature, 'base64url'));
  if (!valid) throw new RefusedError('bad-signature', 'the signature is not the centre’s');
  return signed.text;
}

export type SignedReaderOptions = {
  key: KeyObject;
  gatewayId: string /** The centre's clock as far as we know it, ms. */;
  centreNow: () => number;
};

/** Tolerated disagreement between the clocks of gateway and centre. */
const CLOCK_SLACK_MS = 5000;

/** Opens a command: signature, addressee, expiry, and that its sequence is higher than `lastSequence`. Throws RefusedError. */
export function readCommand(
  payload: Uint8Array,
  options: SignedReaderOptions,
  lastSequence: number,
): Command {
  const text = open(payload, options.key);
  let read: Command;
  try {
    read = command.decode(text);
  } catch (cause) {
    throw new RefusedError('malformed', 'signed, but not a command this version knows', { cause });
  }
  if (read.gatewayId !== options.gatewayId)
    throw new RefusedError('wrong-gateway', `meant for ${read.gatewayId}`);
  if (options.centreNow() > Date.parse(read.expiresAt) + CLOCK_SLACK_MS)
    throw new RefusedError('expired', `expired at ${read.expiresAt}`);
  if (read.sequence <= lastSequence)
    throw new RefusedError('replayed', `sequence ${read.sequence} was used already`);
  return read;
}

/** Opens the desired configuration. It is retained, so an equal version is normal; the caller compares versions and reads the rules. */
export function readDesired(payload: Uint8Array, options: SignedReaderOptions): UnreadConfiguration {
  const text = open(payload, options.key);
  let read: UnreadConfiguration;
  try {
    read = desired.decode(text);
  } catch (cause) {
    throw new RefusedError('malformed', cause instanceof Error ? cause.message : 'not a configuration', {
      cause,
    });
  }
  if (read.gatewayId !== options.gatewayId)
    throw new RefusedError('wrong-gateway', `meant for ${read.gatewayId}`);
  return read;
}
