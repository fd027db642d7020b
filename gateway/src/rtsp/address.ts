import type { Credentials } from '../base/authentication.ts';
import { type CertificatePolicy, type RedirectPolicy, StreamFaultError } from '../pipeline.ts';
import { defaultPort, hostOf } from './host.ts';

/** Where a camera's stream is asked for. */
export type StreamAddress = {
  host: string;
  port: number;
  /** `host:port` for messages: a path may hold a password (`/user=…&password=…`), so messages never show it. */
  label: string;
  /** Request URL without credentials. */
  url: string;
  credentials: Credentials | null;
  /** False: the password is only ever sent as a digest. */
  allowBasic: boolean;
  /** rtsps: RTSP and media within TLS. */
  secure: boolean;
  certificate: CertificatePolicy;
  redirects: RedirectPolicy;
};

/** What is configured beside the URL. */
export type AddressOptions = {
  username?: string;
  password?: string;
  allowBasic?: boolean;
  certificate?: CertificatePolicy;
  redirects?: RedirectPolicy;
};

const PRINTABLE = /^[\x21-\x7e]{1,2048}$/;

/**
 * Reads a camera's RTSP URL; credentials given apart win over those within it.
 * @throws StreamFaultError `protocol` when it is no rtsp:// or rtsps:// URL
 */
export function parseAddress(text: string, given: AddressOptions = {}): StreamAddress {
  const url = URL.canParse(text) ? new URL(text) : null;
  const secure = url?.protocol === 'rtsps:';
  if (url === null || !(secure || url.protocol === 'rtsp:') || url.hostname === '') {
    throw new StreamFaultError(
      'protocol',
      'the stream address is not of the form rtsp://host[:port]/path: correct it in the camera list',
    );
  }
  const port = url.port === '' ? defaultPort(secure) : Number(url.port);
  return {
    host: hostOf(url),
    port,
    label: `${url.hostname}:${port}`,
    url: `${secure ? 'rtsps' : 'rtsp'}://${url.host}${url.pathname}${url.search}`,
    credentials: credentialsOf(url, given),
    allowBasic: given.allowBasic ?? true,
    secure,
    certificate: given.certificate ?? { kind: 'verify' },
    redirects: given.redirects ?? 'refuse',
  };
}

/**
 * The URL that relative controls are joined to: Content-Base, else Content-Location, else the request's own (RFC 2326 §C.1.1).
 * Whatever host the camera names there, the registered one stays: behind address translation cameras name an inner one,
 * and no device may point us elsewhere.
 */
export function baseUrl(address: StreamAddress, candidates: readonly (string | undefined)[]): string {
  for (const candidate of candidates) {
    const pinned = candidate === undefined ? null : pinHost(candidate, address);
    if (pinned !== null) return pinned;
  }
  return address.url;
}

/**
 * Joins an SDP control attribute to the base. Plain joining, not RFC 1808 resolution: bases with a query (`…?channel=1&subtype=0/`)
 * depend on it, and it is what cameras are tested with.
 * @throws StreamFaultError `protocol` when the control is not printable ASCII
 */
export function resolveControl(address: StreamAddress, base: string, control: string | null): string {
  if (control === null || control === '*' || control === '') return base;
  if (!PRINTABLE.test(control))
    throw new StreamFaultError('protocol', 'the track address holds odd characters');
  const absolute = pinHost(control, address);
  if (absolute !== null) return absolute;
  if (control.startsWith('/')) return `${originOf(address.url)}${control}`;
  return base.endsWith('/') ? `${base}${control}` : `${base}/${control}`;
}

function pinHost(candidate: string, address: StreamAddress): string | null {
  if (!PRINTABLE.test(candidate)) return null;
  const rest = /^rtsps?:\/\/[^/?#]*(.*)$/i.exec(candidate)?.[1];
  return rest === undefined ? null : `${originOf(address.url)}${rest}`;
}

/** Scheme, host and port. */
function originOf(url: string): string {
  return /^rtsps?:\/\/[^/?#]*/.exec(url)?.[0] ?? '';
}

function credentialsOf(url: URL, given: { username?: string; password?: string }): Credentials | null {
  const username = given.username ?? decode(url.username);
  const password = given.password ?? (url.password === '' ? undefined : decode(url.password));
  return password === undefined ? null : { username, password };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
