import type { Now } from '../base/clock.ts';

export type EvidenceView = {
  username: string;
  sessionHash: string;
  gatewayId: string;
  cameraId: string;
  alarmId: string;
  evidenceId: string;
  /** Name of the file, and whether it was saved or looked at. */
  name: string;
  isDownload: boolean;
};

export type ViewingPorts = {
  /** Writes the viewing log and the audit trail; a viewing that cannot be logged does not happen. */
  logViewing(viewing: {
    at: Date;
    username: string;
    gatewayId: string;
    cameraId: string;
    alarmId: string;
    what: string;
  }): Promise<void>;
  now: Now;
};

/** Seeking asks for many ranges of a file: within this time they are one viewing. */
const ONE_VIEWING_MS = 10 * 60_000;
const REMEMBERED = 10_000;

/** Logs who looks at evidence, once per session, file and ten minutes. */
export class EvidenceViewing {
  readonly #ports: ViewingPorts;
  readonly #logged = new Map<string, { atMs: number; written: Promise<void> }>();

  constructor(ports: ViewingPorts) {
    this.#ports = ports;
  }

  async log(view: EvidenceView): Promise<void> {
    const { username, sessionHash, gatewayId, cameraId, alarmId, evidenceId, name, isDownload } = view;
    const nowMs = this.#ports.now();
    const key = JSON.stringify([sessionHash, evidenceId, name, isDownload]);
    const before = this.#logged.get(key);
    if (before !== undefined && nowMs - before.atMs < ONE_VIEWING_MS) return before.written;
    const what = `${isDownload ? 'saved' : 'shown'} ${evidenceId}/${name}`;
    const written = this.#ports.logViewing({
      at: new Date(nowMs),
      username,
      gatewayId,
      cameraId,
      alarmId,
      what,
    });
    this.#logged.delete(key);
    this.#logged.set(key, { atMs: nowMs, written });
    const [oldest] = this.#logged.keys();
    if (oldest !== undefined && this.#logged.size > REMEMBERED) this.#logged.delete(oldest);
    return written.catch((error: unknown) => {
      this.#logged.delete(key);
      throw error;
    });
  }
}
