import { Authenticator, type Challenge, parseChallenges, strongest } from '../../base/authentication.ts';
import type { Clock } from '../../base/clock.ts';
import { type Login, StreamFaultError } from '../../pipeline.ts';
import { type Attempt, judge } from './attempt.ts';
import { readUtc } from './device-time.ts';
import { envelope, usernameToken } from './envelope.ts';
import { askHttp, type HttpAnswer, type HttpQuestion } from './http.ts';
import { find, XML_LIMIT, type XmlElement } from './xml.ts';

export type SoapSessionOptions = {
  /** The device service, at a host that the address policy allowed. */
  deviceUrl: string;
  login: Login | null;
  clock: Clock;
  signal?: AbortSignal;
  /** Of one question, ms; 5,000 by default. */
  timeoutMs?: number;
  /** Device clock minus ours, where an earlier session has read it. */
  clockOffsetMs?: number | null;
};

export type AskOptions = {
  /** Further header elements, for example WS-Addressing. */
  header?: string;
  /** Ask without a login (access class PRE_AUTH, ONVIF Core §5.9.4.3). */
  open?: boolean;
  /** Not repeated when the connection breaks without an answer. */
  once?: boolean;
  timeoutMs?: number;
};

export type SoapAnswer = { body: XmlElement; raw: string };

/** How the password travels: not known yet, by WS-Security, or by HTTP. */
type Way = { kind: 'unknown' } | { kind: 'token' } | { kind: 'http'; authenticator: Authenticator };
type Question = { url: string; operation: string; options: AskOptions };

const TDS = 'http://www.onvif.org/ver10/device/wsdl';
const TIMEOUT_MS = 5000;
/** A clock that moved less did not spoil the digest: cameras accept seconds, not minutes. */
const CLOCK_MOVED_MS = 2000;
/** A login that worked may lack the right to one operation; refused so often in a row, its password was changed. */
const DENIAL_LIMIT = 3;
const LOCKED = /\block(ed|out|-out)?\b|lockStatus|锁定/i;
const UNKNOWN: Way = { kind: 'unknown' };

/**
 * Questions to one device by SOAP 1.2. Before a password goes out the device is asked once without one, so that it names the scheme it
 * wants and a wrong password costs its lock-out counter one try; a refusal under WS-Security re-reads the device's clock and tries once
 * more only when that clock has moved. After a refusal nothing is sent with this login again.
 */
export class SoapSession {
  readonly deviceUrl: string;
  /** The only host this session talks to. */
  readonly host: string;
  readonly #options: SoapSessionOptions;
  #way: Way = UNKNOWN;
  #worked = false;
  #denials = 0;
  #refusal: StreamFaultError | null = null;
  #offsetMs: number | null = null;

  constructor(options: SoapSessionOptions) {
    this.#options = options;
    this.#offsetMs = options.clockOffsetMs ?? null;
    this.deviceUrl = options.deviceUrl;
    this.host = new URL(options.deviceUrl).hostname;
  }

  /** Device clock minus ours as last read, ms; null before the first reading or when the device tells none. */
  get clockOffsetMs(): number | null {
    return this.#offsetMs;
  }

  /** Reads the device's clock: without a login unless HTTP Digest is known to work; the Date header serves where the answer has no time. */
  async readClock(): Promise<number | null> {
    const { clock } = this.#options;
    const sentMs = clock.now();
    const question = {
      url: this.deviceUrl,
      operation: `<GetSystemDateAndTime xmlns="${TDS}"/>`,
      options: {},
    };
    const way = this.#way.kind === 'http' && this.#worked ? this.#way : UNKNOWN;
    const attempt = await this.#attempt(question, way);
    const told = attempt.kind === 'answered' ? readUtc(attempt.body) : null;
    const deviceMs = told ?? attempt.http.dateMs;
    if (deviceMs !== null) this.#offsetMs = deviceMs - (sentMs + clock.now()) / 2;
    return this.#offsetMs;
  }

  /** Whether ONVIF is spoken at the device URL: an answer about the clock, or a SOAP refusal to give one. Sends no password. */
  async isOnvif(): Promise<boolean> {
    const operation = `<GetSystemDateAndTime xmlns="${TDS}"/>`;
    const attempt = await this.#attempt({ url: this.deviceUrl, operation, options: {} }, UNKNOWN);
    if (attempt.kind === 'answered') return find(attempt.body, 'GetSystemDateAndTimeResponse') !== undefined;
    return attempt.kind === 'refused' && /Envelope/.test(attempt.raw)
      ? true
      : attempt.http.status === 401 && new URL(this.deviceUrl).pathname.startsWith('/onvif/');
  }

  /**
   * Asks one operation. @param url at this session's host
   * @throws StreamFaultError; `unauthorized` when the login is refused, `needs-password` when there is none
   */
  async ask(url: string, operation: string, options: AskOptions = {}): Promise<SoapAnswer> {
    const question = { url, operation, options };
    const { login } = this.#options;
    if (login && !options.open) return answerOf(await this.#askWith(login, question));
    const attempt = await this.#attempt(question, UNKNOWN);
    if (attempt.kind === 'refused')
      throw new StreamFaultError('needs-password', 'the camera wants a user name and a password');
    return answerOf(attempt);
  }

  /** Fetches bytes by GET at this session's host. @throws StreamFaultError */
  async fetch(url: string, limitBytes: number): Promise<{ bytes: Buffer; contentType: string }> {
    const get = (way: Way) => this.#http({ url, method: 'GET', limitBytes, timeoutMs: TIMEOUT_MS }, way);
    if (this.#refusal) throw this.#refusal;
    let answer = await get(this.#way);
    if (answer.status === 401) {
      const authenticator = this.#answering(answer);
      if (authenticator) answer = await get({ kind: 'http', authenticator });
    }
    if (answer.status === 401 || answer.status === 403) throw this.#refuse(answer, '');
    if (answer.status !== 200)
      throw new StreamFaultError(
        'protocol',
        `the camera answered HTTP ${answer.status} instead of a picture`,
      );
    return { bytes: answer.body, contentType: answer.contentType };
  }

  async #askWith(login: Login, question: Question): Promise<Attempt> {
    if (this.#refusal) throw this.#refusal;
    if (this.#way.kind === 'unknown') {
      const open = await this.#attempt(question, UNKNOWN);
      if (open.kind === 'answered') return open;
      const authenticator = open.kind === 'refused' ? this.#answering(open.http) : null;
      this.#way = authenticator ? { kind: 'http', authenticator } : { kind: 'token' };
    }
    let attempt = await this.#attempt(question, this.#way, login);
    if (attempt.kind === 'refused' && (await this.#mayTryAgain(attempt.http))) {
      attempt = await this.#attempt(question, this.#way, login);
    }
    if (attempt.kind === 'refused') {
      this.#denials += 1;
      if (!this.#worked || this.#denials >= DENIAL_LIMIT) throw this.#refuse(attempt.http, attempt.raw);
      throw new StreamFaultError('protocol', 'the camera refuses this to the user: give it more rights');
    }
    this.#worked = true;
    this.#denials = 0;
    return attempt;
  }

  /** Whether the refusal may be about the nonce or the clock and not about the password. */
  async #mayTryAgain(http: HttpAnswer): Promise<boolean> {
    if (this.#way.kind === 'http') {
      const challenge = this.#usable(http);
      if (!challenge || !this.#way.authenticator.accept(challenge)) return false;
      // Many cameras let a nonce run out without saying `stale`: what has worked before may work with the new one.
      return this.#worked || (challenge.scheme === 'digest' && challenge.stale);
    }
    const before = this.#offsetMs ?? 0;
    const now = (await this.readClock()) ?? 0;
    return Math.abs(now - before) > CLOCK_MOVED_MS;
  }

  /** HTTP Basic shows the password to everybody on the way: only where the login says that it may. */
  #usable(http: HttpAnswer): Challenge | null {
    const allowed = parseChallenges(http.challenges).filter(
      ({ scheme }) => scheme === 'digest' || this.#options.login?.allowBasic === true,
    );
    return strongest(allowed);
  }

  #answering(http: HttpAnswer): Authenticator | null {
    const { login } = this.#options;
    const challenge = this.#usable(http);
    if (!login || !challenge) return null;
    const authenticator = new Authenticator(login);
    authenticator.accept(challenge);
    return authenticator;
  }

  #refuse(http: HttpAnswer, raw: string): StreamFaultError {
    const basicOnly =
      this.#options.login?.allowBasic !== true &&
      http.challenges.length > 0 &&
      parseChallenges(http.challenges).every(({ scheme }) => scheme === 'basic');
    if (basicOnly) {
      const wanted = 'the camera takes passwords in the clear only: switch its web authentication to digest';
      this.#refusal = new StreamFaultError('basic-refused', wanted);
      return this.#refusal;
    }
    let message = 'wrong user name or password for ONVIF';
    if (LOCKED.test(raw)) message = 'the camera has locked this user: wait 30 minutes before trying again';
    else if (this.#way.kind === 'token' && this.#offsetMs === null)
      message = 'login refused: wrong password, or the camera’s clock is wrong and it does not tell its time';
    this.#refusal = new StreamFaultError('unauthorized', message);
    return this.#refusal;
  }

  async #attempt({ url, operation, options }: Question, way: Way, login?: Login): Promise<Attempt> {
    const { clock, timeoutMs = TIMEOUT_MS } = this.#options;
    const token =
      way.kind === 'token' && login ? usernameToken(login, clock.now() + (this.#offsetMs ?? 0)) : '';
    const question = {
      url,
      method: 'POST' as const,
      headers: { 'content-type': 'application/soap+xml; charset=utf-8' },
      body: envelope(token + (options.header ?? ''), operation),
      limitBytes: XML_LIMIT,
      timeoutMs: options.timeoutMs ?? timeoutMs,
    };
    try {
      return judge(await this.#http(question, way));
    } catch (error) {
      // Some cameras reset now and then: the same question again, once.
      if (options.once || !(error instanceof StreamFaultError) || error.fault !== 'disconnected') throw error;
      return judge(await this.#http(question, way));
    }
  }

  #http(question: HttpQuestion, way: Way): Promise<HttpAnswer> {
    const { pathname, search } = new URL(question.url);
    const authorization =
      way.kind === 'http' ? way.authenticator.authorize(question.method, pathname + search) : null;
    return askHttp({
      ...question,
      headers: { ...question.headers, ...(authorization === null ? {} : { authorization }) },
      signal: this.#options.signal,
    });
  }
}

function answerOf(attempt: Attempt): SoapAnswer {
  if (attempt.kind === 'answered') return { body: attempt.body, raw: attempt.raw };
  if (attempt.kind === 'fault') throw attempt.error;
  throw new StreamFaultError('unauthorized', 'wrong user name or password for ONVIF');
}
