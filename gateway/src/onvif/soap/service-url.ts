import { pinHost } from '../../base/address.ts';

const MAX_LENGTH = 512;
const HOST = /^([a-z]+:\/\/)(\[[^\]/]*\]|[^/?#:]*)((?::\d+)*)/i;

/**
 * Mends what devices do to their URLs: white space and line breaks inside, a port written twice, two URLs pasted together (the first
 * one counts). Text that is no URL comes back as it is.
 */
export function mendUrl(text: string): string {
  const compact = text.slice(0, 4 * MAX_LENGTH).replace(/\s+/g, '');
  const next = compact.slice(1).search(/(https?|rtsps?):\/\//i);
  const first = (next < 0 ? compact : compact.slice(0, next + 1)).slice(0, MAX_LENGTH);
  return first.replace(HOST, (_, scheme: string, host: string, ports: string) => {
    const port = ports.split(':').at(-1) ?? '';
    return `${scheme}${host}${port === '' ? '' : `:${port}`}`;
  });
}

/** A URL that a device named, mended and at the host we know it by; null when it cannot be read or has another scheme. */
export function deviceUrlAt(text: string, host: string, scheme: 'http:' | 'rtsp:'): string | null {
  // Whatever host it names is replaced: one that no URL may have (a link-local IPv6 address with its zone) must not spoil the rest.
  return pinHost(
    mendUrl(text).replace(HOST, (_, start: string, __, ports: string) => `${start}device${ports}`),
    host,
    scheme,
  );
}
