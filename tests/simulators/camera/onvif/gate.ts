import type { IncomingMessage } from 'node:http';
import { concerns } from '../faults.ts';
import { openOperations } from './device-service.ts';
import type { OnvifHost } from './host.ts';
import { TokenGuard } from './ws-security.ts';

type Refusal = { readonly challenges: string[] } | { readonly reason: string };

/** Who may ask what of one camera: by WS-Security or by HTTP, with the maker's own lock-out. */
export class Gate {
  readonly #onvif: OnvifHost;
  readonly #guard = new TokenGuard();

  constructor(onvif: OnvifHost) {
    this.#onvif = onvif;
  }

  /** Why the operation is refused; undefined when it is not. */
  refusal(operation: string, xml: string, request: IncomingMessage): Refusal | undefined {
    const { quirk } = this.#onvif;
    if (openOperations.has(operation) && !quirk.wantsLoginFor?.includes(operation)) return undefined;
    if (this.#isLocked()) return { reason: 'Sender not Authorized. The user is locked.' };
    if (quirk.soapLogin === 'http') {
      const challenges = this.httpChallenges(request);
      return challenges === undefined ? undefined : { challenges };
    }
    const verdict = this.#tokenVerdict(xml);
    if (verdict === 'granted') return undefined;
    return { reason: this.#attemptsLeft('Sender not Authorized') };
  }

  /** Challenges of a 401; undefined when the request may pass. */
  httpChallenges(request: IncomingMessage): string[] | undefined {
    const { authenticator, faults, quirk } = this.#onvif;
    const uri = (request.url ?? '').split('?')[0] ?? '';
    const asked = { method: request.method ?? '', uri, header: request.headers.authorization };
    const refused = concerns(faults.effects.refusesLogin, 'onvif') || this.#isLocked();
    const verdict = refused ? 'denied' : authenticator.verify(asked, this.#onvif.credentials());
    if (verdict === 'denied' && asked.header !== undefined) this.#count();
    if (verdict === 'granted') this.#onvif.state.failedLogins = 0;
    if (verdict === 'granted' && !quirk.refusesEveryLogin) return undefined;
    return authenticator.challenges(verdict === 'granted' ? 'denied' : verdict);
  }

  #tokenVerdict(xml: string) {
    const { faults, state } = this.#onvif;
    if (concerns(faults.effects.refusesLogin, 'onvif')) return 'denied';
    const verdict = this.#guard.verify(xml, this.#onvif.credentials(), this.#onvif.wallMs());
    if (verdict === 'denied' || verdict === 'wrong-time') this.#count();
    if (verdict === 'granted') state.failedLogins = 0;
    return verdict;
  }

  #count(): void {
    const { quirk, state } = this.#onvif;
    state.failedLogins += 1;
    state.refusedLogins += 1;
    if (quirk.lockout && state.failedLogins >= quirk.lockout.tries) {
      state.lockedUntilMs = performance.now() + quirk.lockout.forMs;
      state.timesLocked += 1;
      state.failedLogins = 0;
    }
  }

  #isLocked(): boolean {
    return performance.now() < this.#onvif.state.lockedUntilMs;
  }

  #attemptsLeft(text: string): string {
    const { quirk, state } = this.#onvif;
    if (!quirk.lockout) return text;
    return `${text}. Invalid username or password! You still have ${quirk.lockout.tries - state.failedLogins} attempt(s).`;
  }
}
