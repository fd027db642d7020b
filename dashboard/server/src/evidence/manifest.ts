import { createPublicKey, verify } from 'node:crypto';
import {
  ContractError,
  decoderOf,
  type EvidenceManifest,
  EvidenceManifestSchema,
  type SignedText,
} from '@pingan/models/contract';
import { Problem } from '../base/problem.ts';

const manifests = decoderOf(EvidenceManifestSchema);

/** The manifest of a text that was proven when it came. */
export const readManifest = (text: string): EvidenceManifest => manifests.decode(text);

/** True when this raw Ed25519 key (base64url) signed the text. */
function isSignedBy({ text, signature }: SignedText, publicKey: string): boolean {
  const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: publicKey }, format: 'jwk' });
  return verify(null, Buffer.from(text), key, Buffer.from(signature, 'base64url'));
}

/**
 * Opens a manifest that a gateway declares.
 * @param keys keys that this gateway has shown, newest first
 * @throws Problem `evidence-unproven` when none of them signed it, `invalid` when it is none or speaks for another gateway
 */
export function openManifest(
  signed: SignedText,
  { gatewayId, keys }: { gatewayId: string; keys: readonly string[] },
): { manifest: EvidenceManifest; publicKey: string } {
  const publicKey = keys.find((key) => isSignedBy(signed, key));
  if (publicKey === undefined) throw new Problem('evidence-unproven');
  let manifest: EvidenceManifest;
  try {
    manifest = readManifest(signed.text);
  } catch (cause) {
    if (!(cause instanceof ContractError)) throw cause;
    throw new Problem('invalid', { field: `text${cause.path}`, message: cause.message, cause });
  }
  if (manifest.gatewayId !== gatewayId) {
    throw new Problem('invalid', { field: 'text/gatewayId', message: 'The manifest is of another gateway.' });
  }
  const names = manifest.files.map(({ name }) => name);
  if (new Set(names).size !== names.length) {
    throw new Problem('invalid', { field: 'text/files', message: 'The manifest names a file twice.' });
  }
  return { manifest, publicKey };
}
