import { StreamFaultError } from '../pipeline.ts';
import type { StreamAddress } from './address.ts';
import { defaultPort, hostOf } from './host.ts';
import { headerOf, type RtspHeaders } from './message.ts';

const MAX_PATH_BYTES = 1024;

/** A camera sends us elsewhere. `target` is where to go on, null when the camera's policy or safety forbids it. */
export class RedirectFaultError extends StreamFaultError {
  readonly target: StreamAddress | null;
  constructor(address: StreamAddress, target: StreamAddress | null, where: string) {
    if (target === null) {
      super('redirect-refused', `${address.label} redirects to ${where}: enter that address if it is right`);
    } else super('disconnected', `${address.label} moved its stream: it is opened again`);
    this.name = 'RedirectFaultError';
    this.target = target;
  }
}

/** The fault of a 3xx answer or a REDIRECT request. */
export function redirectFault(message: { headers: RtspHeaders }, address: StreamAddress): RedirectFaultError {
  const location = headerOf(message.headers, 'location') ?? '';
  const url = URL.canParse(location) ? new URL(location) : null;
  const where = /^[\w.:[\]-]{1,80}$/.test(url?.host ?? '') ? (url?.host ?? '') : 'another address';
  return new RedirectFaultError(address, url === null ? null : redirectTarget(url, address), where);
}

/**
 * Where a redirect may lead: another port or path of the same host, where the camera's policy allows it. Never to another host, never from
 * TLS to none, never to where we are; a user name in the new address is dropped, ours stays.
 */
function redirectTarget(url: URL, address: StreamAddress): StreamAddress | null {
  if (address.redirects !== 'same-host') return null;
  const secure = url.protocol === 'rtsps:';
  if (!secure && (address.secure || url.protocol !== 'rtsp:')) return null;
  if (hostOf(url).toLowerCase() !== address.host.toLowerCase()) return null;
  const port = url.port === '' ? defaultPort(secure) : Number(url.port);
  const target = `${secure ? 'rtsps' : 'rtsp'}://${url.host}${url.pathname}${url.search}`;
  if (target === address.url || target.length > MAX_PATH_BYTES) return null;
  return { ...address, secure, port, label: `${url.hostname}:${port}`, url: target };
}
