/** The host without the brackets of an IPv6 address. */
export function hostOf(url: URL): string {
  return url.hostname.replace(/^\[(.*)\]$/, '$1');
}

/** RFC 2326 §3.2 and the IANA registry: 554, rtsps 322. */
export function defaultPort(secure: boolean): number {
  return secure ? 322 : 554;
}
