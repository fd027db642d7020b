import { randomBytes } from 'node:crypto';
import type { StreamProfile } from '@pingan/models/contract';
import type { Now } from '../base/clock.ts';
import { Problem } from '../base/problem.ts';

export type Viewer = { user: { username: string }; sessionHash: string };
export type Grant = { viewer: Viewer; gatewayId: string; cameraId: string; profile: StreamProfile };
export type Ticket = { token: string; expiresAtMs: number };

type Viewing = {
  at: Date;
  username: string;
  gatewayId: string;
  cameraId: string;
  reason: string;
  eventId: string | null;
};

export type TicketPorts = {
  /** Writes the viewing log; a viewing that cannot be logged does not happen. */
  logViewing(viewing: Viewing): Promise<void>;
  now: Now;
};

const LIFE_MS = 30_000;
const TOKEN_BYTES = 32;
const OPEN_LIMIT = 10_000;

/** One-time random tokens with a short life, each for one thing. */
export class TicketBox<T> {
  readonly #now: Now;
  readonly #open = new Map<string, { thing: T; expiresAtMs: number }>();

  constructor(now: Now) {
    this.#now = now;
  }

  issue(thing: T): Ticket {
    for (const [token, { expiresAtMs }] of this.#open) {
      if (expiresAtMs > this.#now()) break;
      this.#open.delete(token);
    }
    if (this.#open.size >= OPEN_LIMIT) throw new Problem('too-many-streams');
    const token = randomBytes(TOKEN_BYTES).toString('base64url');
    const expiresAtMs = this.#now() + LIFE_MS;
    this.#open.set(token, { thing, expiresAtMs });
    return { token, expiresAtMs };
  }

  /** What the ticket is for, once; null when it is unknown, used or expired. */
  redeem(token: string): T | null {
    const found = this.#open.get(token);
    this.#open.delete(token);
    return found !== undefined && found.expiresAtMs > this.#now() ? found.thing : null;
  }
}

/** Tickets of viewers: bound to a user's session and one camera, written into the viewing log with the reason. */
export class LiveTickets {
  readonly #ports: TicketPorts;
  readonly #box: TicketBox<Grant>;

  constructor(ports: TicketPorts) {
    this.#ports = ports;
    this.#box = new TicketBox(ports.now);
  }

  async issue(request: {
    identity: Viewer;
    gatewayId: string;
    cameraId: string;
    profile?: StreamProfile | undefined;
    reason: string;
    eventId: string | undefined;
  }): Promise<Ticket> {
    const { identity: viewer, gatewayId, cameraId, profile = 'sub', reason, eventId } = request;
    await this.#ports.logViewing({
      at: new Date(this.#ports.now()),
      username: viewer.user.username,
      gatewayId,
      cameraId,
      reason,
      eventId: eventId ?? null,
    });
    return this.#box.issue({ viewer, gatewayId, cameraId, profile });
  }

  redeem(token: string): Grant | null {
    return this.#box.redeem(token);
  }
}
