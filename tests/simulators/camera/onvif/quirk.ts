import type { AuthScheme } from '../authenticator.ts';
import type { Fault } from '../faults.ts';

/** How a camera strays from the standard; an absent field means that it does not. */
export interface QuirkBehaviour {
  readonly media2?: 'works' | 'broken';
  /** How the reference of a pull point names it; a path by default. */
  readonly subscriptionReference?: 'query' | 'parameters';
  readonly onlyOneSubscription?: boolean;
  /** SOAP takes HTTP authentication and no WS-Security. */
  readonly soapLogin?: 'http';
  /** Operations of the access class PRE_AUTH that want a login all the same. */
  readonly wantsLoginFor?: readonly string[];
  readonly faultStatus?: number;
  /** No HTTP Date header. */
  readonly hidesDate?: boolean;
  /** Changes a whole SOAP answer. */
  readonly rewrite?: (operation: string, envelope: string) => string | Buffer;
  /** Media, events and PTZ answer on another port than the device service. */
  readonly separatePorts?: boolean;
  readonly closesEventsAfterMs?: number;
  readonly resetsAfterReply?: boolean;
  /** After so many wrong passwords every login is refused for a time. */
  readonly lockout?: { readonly tries: number; readonly forMs: number };
  readonly refusesEveryLogin?: boolean;
  /** Answers only probes that ask for no type. */
  readonly refusesTypedProbe?: boolean;
  /** The XAddrs it announces, from the true one. */
  readonly announces?: (deviceUrl: string) => string;
}

/** One known way of straying, with where it was seen. */
export interface Quirk {
  readonly name: string;
  readonly about: string;
  /** Maker and model, or public report. */
  readonly source: string;
  readonly behaviour: QuirkBehaviour;
  readonly auth?: readonly AuthScheme[];
  readonly faults?: readonly Fault[];
  readonly clip?: 'h264' | 'h265';
}
