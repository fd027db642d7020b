import { Authenticator, parseChallenges, strongest } from '../base/authentication.ts';
import type { StreamFaultError } from '../pipeline.ts';
import type { RtspConnection } from './connection.ts';
import { basicRefused, needsPassword, responseFault, unauthorized } from './faults.ts';
import type { RtspResponse } from './message.ts';

type Header = readonly [name: string, value: string];
export type RtspCall = { method: string; url: string; headers?: readonly Header[]; limitMs?: number };

/** First attempt, the answer to a challenge, and once more when the camera calls the nonce stale. Never a loop: cameras lock out. */
const MAX_ATTEMPTS = 3;

/** Requests with authentication and session on one connection. */
export class RtspClient {
  readonly connection: RtspConnection;
  /** As the camera named it at SETUP; sent with every request from then on. */
  session: string | null = null;
  readonly #limitMs: number;
  readonly #authenticator: Authenticator | null;

  constructor(connection: RtspConnection, limitMs: number) {
    this.connection = connection;
    this.#limitMs = limitMs;
    const { credentials } = connection.address;
    this.#authenticator = credentials === null ? null : new Authenticator(credentials);
  }

  /**
   * One request, authenticated when the camera asks for it. Any status but 401 is returned.
   * @throws StreamFaultError `needs-password`, `basic-refused`, `unauthorized`, `no-response`, or why the connection ended
   */
  async call(call: RtspCall): Promise<RtspResponse> {
    for (let attempt = 1; ; attempt++) {
      const response = await this.#send(call);
      if (response.status !== 401) return response;
      const refusal = this.#takeChallenge(response);
      if (refusal !== null) throw refusal;
      if (attempt === MAX_ATTEMPTS) throw unauthorized(this.connection.address);
    }
  }

  /** As `call`, but only a success is returned. @throws StreamFaultError that names the status */
  async require(call: RtspCall): Promise<RtspResponse> {
    const response = await this.call(call);
    const fault = responseFault(response, call.method, this.connection.address);
    if (fault !== null) throw fault;
    return response;
  }

  #send({ method, url, headers = [], limitMs = this.#limitMs }: RtspCall): Promise<RtspResponse> {
    const all: Header[] = [...headers];
    const authorization = this.#authenticator?.authorize(method, url) ?? null;
    if (authorization !== null) all.push(['Authorization', authorization]);
    if (this.session !== null) all.push(['Session', this.session]);
    return this.connection.request({ method, url, headers: all }, limitMs);
  }

  #takeChallenge(response: RtspResponse): StreamFaultError | null {
    const { address } = this.connection;
    if (this.#authenticator === null) return needsPassword(address);
    const challenge = strongest(parseChallenges(response.headers.get('www-authenticate') ?? []));
    if (challenge?.scheme === 'basic' && !address.allowBasic) return basicRefused(address);
    if (challenge === null || !this.#authenticator.accept(challenge)) return unauthorized(address);
    return null;
  }
}
