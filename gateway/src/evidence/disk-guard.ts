import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf } from '../base/errors.ts';
import type { Logger } from '../base/log.ts';
import { isDiskFault, writeDurably } from './files.ts';

export type DiskGuardPorts = {
  folder: string;
  /** Evidence goes before less than this is free, bytes. */
  reserveBytes: number;
  freeBytes(): Promise<number>;
  /** Removes the evidence that goes first; false when nothing is left. */
  sacrifice(): Promise<boolean>;
  onFull(full: boolean, reason: string): void;
  log: Logger;
};

const CHECK_MS = 10_000;
/** Twice as much as one look may give up: a disk that somebody else fills is not followed for ever. */
const SACRIFICE_LIMIT = 10_000;

/**
 * Keeps a part of the disk free for the events.
 *
 *     open ─less than the reserve free and nothing left to give up, or a write refused→ full
 *     full ─enough free again and a trial write works→ open
 */
export class DiskGuard {
  readonly #ports: DiskGuardPorts;
  #full = false;
  #timer: NodeJS.Timeout | undefined;
  #checking: Promise<void> | undefined;

  constructor(ports: DiskGuardPorts) {
    this.#ports = ports;
  }

  get full(): boolean {
    return this.#full;
  }

  start(): void {
    this.#timer ??= setInterval(() => void this.check(), CHECK_MS);
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    this.#timer = undefined;
    await this.#checking;
  }

  /** Whether a recording may begin. */
  async hasRoom(): Promise<boolean> {
    await this.check();
    return !this.#full;
  }

  /** A write was refused. */
  refused(error: unknown): void {
    this.#set(true, messageOf(error));
  }

  /** Gives up evidence until the reserve is free, at least one file. */
  async makeRoom(): Promise<void> {
    await this.#ports.sacrifice();
    await this.check();
  }

  /** Looks at the disk and gives up evidence as needed. Never rejects. */
  check(): Promise<void> {
    this.#checking ??= this.#check()
      .catch((error: unknown) => {
        if (isDiskFault(error)) this.refused(error);
        else this.#ports.log.error({ error: messageOf(error) }, 'the disk could not be looked at');
      })
      .finally(() => {
        this.#checking = undefined;
      });
    return this.#checking;
  }

  async #check(): Promise<void> {
    const { reserveBytes, freeBytes, sacrifice } = this.#ports;
    for (let given = 0; (await freeBytes()) < reserveBytes; given += 1) {
      if (given < SACRIFICE_LIMIT && (await sacrifice())) continue;
      this.#set(true, 'the disk is full and no evidence is left to give up');
      return;
    }
    if (!this.#full) return;
    const trial = join(this.#ports.folder, 'trial');
    await writeDurably(trial, 'trial');
    await rm(trial);
    this.#set(false, '');
  }

  #set(full: boolean, reason: string): void {
    if (this.#full === full) return;
    this.#full = full;
    this.#ports.onFull(full, reason);
  }
}
