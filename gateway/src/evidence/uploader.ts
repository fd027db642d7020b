import {
  EVIDENCE_REFUSALS,
  type EvidenceRefusal,
  type EvidenceUploadState,
  type Reply,
} from '@pingan/models/contract';
import { backoffMs } from '../base/backoff.ts';
import { messageOf } from '../base/errors.ts';
import type { Startable } from '../base/lifecycle.ts';
import type { Logger } from '../base/log.ts';
import { sleep as realSleep, type Sleep } from '../base/sleep.ts';
import type { Evidence, EvidenceStore } from './store.ts';
import { type UploadAuthority, type UploadClient, UploadError } from './upload-client.ts';

export type UploadPolicy = {
  /** `alarms`: everything at least as severe as `severity` (1 highest … 4 lowest) goes to the centre by itself. */
  mode: 'on-demand' | 'alarms';
  severity: number;
};

export type UploaderOptions = {
  store: Pick<EvidenceStore, 'onKept' | 'list' | 'find' | 'signedManifest' | 'markUploaded'>;
  client: Pick<UploadClient, 'open' | 'send'>;
  policy: UploadPolicy;
  own: UploadAuthority;
  /** Whether evidence of this alarm is still being recorded. */
  isRecording(alarmId: string): boolean;
  log: Logger;
  sleep?: Sleep;
  random?: () => number;
};

type Task = {
  evidence: Evidence;
  authority: UploadAuthority;
  tries: number;
  /** Once the centre has opened the upload. */
  state: EvidenceUploadState | null;
};

const WAITING_LIMIT = 64;
const RETRY = { baseMs: 2000, capMs: 300_000 };
/** An upload that somebody waits for is given up after so many tries; one by policy never is. */
const TRIES_ON_DEMAND = 8;

/** Brings evidence to the centre, one piece of it after the other: what somebody asked for first, then what the policy says. */
export class Uploader implements Startable {
  readonly #options: UploaderOptions;
  readonly #sleep: Sleep;
  /** Asked for while it is still being recorded: alarm id → ticket. */
  readonly #awaited = new Map<string, string>();
  #tasks: Task[] = [];
  #abort = new AbortController();
  #working: Promise<void> | undefined;
  #unsubscribe: () => void = () => {};

  constructor(options: UploaderOptions) {
    this.#options = options;
    this.#sleep = options.sleep ?? realSleep;
  }

  start(): void {
    this.#abort = new AbortController();
    this.#unsubscribe = this.#options.store.onKept((evidence) => this.#onKept(evidence));
    for (const evidence of this.#options.store.list()) this.#byPolicy(evidence);
  }

  async stop(): Promise<void> {
    this.#unsubscribe();
    this.#abort.abort();
    await this.#working;
  }

  /** Carries out `clip.upload`: done means that it will be sent. */
  request(alarmId: string, ticket: string): Reply['outcome'] {
    const { store, isRecording } = this.#options;
    if (this.#tasks.length + this.#awaited.size >= WAITING_LIMIT) return refused('evidence-busy');
    if (isRecording(alarmId)) {
      this.#awaited.set(alarmId, ticket);
      return { kind: 'done' };
    }
    const evidence = store.find(alarmId);
    if (evidence === undefined) return refused('evidence-unknown');
    if (evidence.files.size < evidence.manifest.files.length) return refused('evidence-gone');
    this.#add({ evidence, authority: { kind: 'ticket', ticket } });
    return { kind: 'done' };
  }

  /** Resolves when nothing is left to send, or what is left waits for the centre to answer again. */
  async processAll(): Promise<void> {
    await this.#working;
  }

  #onKept(evidence: Evidence): void {
    const asked = evidence.manifest.alarms.find(({ id }) => this.#awaited.has(id));
    if (asked === undefined) {
      this.#byPolicy(evidence);
      return;
    }
    const ticket = this.#awaited.get(asked.id) ?? '';
    for (const { id } of evidence.manifest.alarms) this.#awaited.delete(id);
    this.#add({ evidence, authority: { kind: 'ticket', ticket } });
  }

  #byPolicy(evidence: Evidence): void {
    const { policy, own } = this.#options;
    const severity = Math.min(...evidence.manifest.alarms.map((alarm) => alarm.severity));
    if (policy.mode !== 'alarms' || evidence.uploaded || severity > policy.severity) return;
    if (evidence.files.size < evidence.manifest.files.length) return;
    this.#add({ evidence, authority: own });
  }

  #add(what: Pick<Task, 'evidence' | 'authority'>): void {
    const task: Task = { ...what, tries: 0, state: null };
    if (task.authority.kind === 'ticket') this.#tasks.unshift(task);
    else this.#tasks.push(task);
    this.#working ??= this.#run().finally(() => {
      this.#working = undefined;
    });
  }

  async #run(): Promise<void> {
    const { signal } = this.#abort;
    const { random = Math.random } = this.#options;
    for (let failures = 0; !signal.aborted; ) {
      const task = this.#tasks.shift();
      if (task === undefined) return;
      const outcome = await this.#bring(task, signal);
      failures = outcome === 'failed' ? failures + 1 : 0;
      if (outcome !== 'failed') continue;
      task.tries += 1;
      if (task.authority.kind === 'gateway') this.#tasks.push(task);
      else if (task.tries < TRIES_ON_DEMAND) this.#tasks.unshift(task);
      await this.#sleep(backoffMs(failures - 1, { ...RETRY, random }), signal);
    }
  }

  async #bring(task: Task, signal: AbortSignal): Promise<'sent' | 'failed' | 'refused'> {
    const { store, client, log } = this.#options;
    const { evidence, authority } = task;
    const files = evidence.manifest.files.map(({ name, bytes }) => ({ name, bytes }));
    try {
      const job = { signed: await store.signedManifest(evidence), folder: evidence.folder, files, authority };
      task.state ??= await client.open(job, signal);
      await client.send(job, task.state, signal);
      await store.markUploaded(evidence.id);
      log.info({ evidence: evidence.id, tries: task.tries + 1 }, 'evidence is at the centre');
      return 'sent';
    } catch (error) {
      const isUploadError = error instanceof UploadError;
      // Our own credentials open a new upload when the centre has forgotten the old one; a ticket opens one only.
      const isForgotten =
        isUploadError && error.isForgotten && authority.kind === 'gateway' && task.state !== null;
      if (isForgotten) task.state = null;
      const again = isForgotten || (isUploadError && error.again);
      if (!signal.aborted) {
        log.warn({ evidence: evidence.id, again, error: messageOf(error) }, 'evidence could not be sent');
      }
      return again ? 'failed' : 'refused';
    }
  }
}

function refused(code: EvidenceRefusal): Reply['outcome'] {
  return { kind: 'refused', code, message: EVIDENCE_REFUSALS[code].en };
}
