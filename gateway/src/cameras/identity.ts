import { createHash } from 'node:crypto';

/** Stable id of a camera from its endpoint reference, configured key or the address it was added by. */
export function cameraIdOf(key: string): string {
  return `cam-${createHash('sha256').update(key).digest('hex').slice(0, 12)}`;
}

/** An endpoint reference as it is compared: cameras change its case and its prefix from one message to the next. */
export function plainEndpoint(endpoint: string): string {
  return endpoint
    .trim()
    .toLowerCase()
    .replace(/^(urn:)?(uuid:)?/, '')
    .slice(0, 128);
}

/** Whether an endpoint names the device itself; one made from an address says nothing of who answers there. */
export function isProperEndpoint(endpoint: string | null): endpoint is string {
  return endpoint !== null && endpoint !== '' && !endpoint.startsWith('address:');
}

export type Identity = { endpoint: string | null; serial: string | null; mac: string | null };

const differ = (known: string | null, told: string | null | undefined) =>
  known !== null && known !== '' && told !== null && told !== undefined && told !== '' && known !== told;

/**
 * What speaks against `told` being the device we know: null when nothing does. A part that either side does not tell proves nothing,
 * so that a camera which hides its MAC is not taken for another one.
 */
export function identityConflict(known: Identity, told: Partial<Identity>): string | null {
  if (isProperEndpoint(known.endpoint) && isProperEndpoint(told.endpoint ?? null)) {
    const [before, now] = [plainEndpoint(known.endpoint), plainEndpoint(told.endpoint ?? '')];
    if (before !== now) return `endpoint ${now} instead of ${before}`;
  }
  if (differ(known.serial, told.serial)) return `serial number ${told.serial} instead of ${known.serial}`;
  if (differ(known.mac, told.mac)) return `MAC ${told.mac} instead of ${known.mac}`;
  return null;
}
