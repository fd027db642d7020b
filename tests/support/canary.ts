/** A login whose password must be found nowhere but where it belongs; its characters need escaping in URLs and shells. */
export const CANARY = { username: 'operator', password: 'CANARY-7f3a%21@:' };

/** The password as it might slip out: as it is, in a URL, in a header, in hexadecimal. */
const TRACES = [
  CANARY.password,
  'CANARY-7f3a',
  encodeURIComponent(CANARY.password),
  encodeURI(CANARY.password),
  Buffer.from(CANARY.password).toString('base64'),
  Buffer.from(CANARY.password).toString('base64url'),
  Buffer.from(CANARY.password).toString('hex'),
  Buffer.from(`${CANARY.username}:${CANARY.password}`).toString('base64'),
].map((trace) => Buffer.from(trace));

/** Which of its traces stand in the bytes. */
export const tracesIn = (bytes: Buffer | string): string[] =>
  TRACES.filter((trace) => Buffer.from(bytes).includes(trace)).map((trace) => trace.toString());
