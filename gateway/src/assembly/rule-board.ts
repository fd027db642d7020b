import {
  decoderOf,
  type ReportedConfiguration,
  type Rule,
  type UnreadConfiguration,
  UnreadConfigurationSchema,
} from '@pingan/models/contract';
import { type Static, Type } from 'typebox';
import { type Clock, timestamp } from '../base/clock.ts';
import { messageOf } from '../base/errors.ts';
import type { Logger } from '../base/log.ts';
import type { DurableValues } from '../cameras/device-codes.ts';
import type { Camera } from '../pipeline.ts';
import { type RuleErrors, readRules } from './desired-rules.ts';

export type RuleBoardOptions = {
  gatewayId: string;
  /** Rules of the configuration file, in force until the centre sends others. */
  fileRules: readonly Rule[];
  values: DurableValues;
  clock: Clock;
  log: Logger;
  /** Calls back after a time unless cancelled; a timer where it is not given. */
  after?: (ms: number, act: () => void) => () => void;
};

const CandidateSchema = Type.Object({
  desired: UnreadConfigurationSchema,
  /** The process that runs it has not ended in order. */
  isRunning: Type.Boolean(),
  starts: Type.Integer({ minimum: 1 }),
});
const RefusedSchema = Type.Object({ version: Type.Integer({ minimum: 1 }), message: Type.String() });
type Candidate = Static<typeof CandidateSchema>;
/** `desired` is kept as the centre sent it: an updated gateway may know more kinds at its next start. */
type InForce = { desired: UnreadConfiguration; rules: readonly Rule[]; unknown: RuleErrors };

const CONFIRMED = 'desired-configuration';
const CANDIDATE = 'desired-configuration-applying';
const REFUSED = 'desired-configuration-refused';
/** A version that has run for so long is the one to go back to. */
const CONFIRM_AFTER_MS = 10_000;
/** Orderly ends before that may be chance; so many are not. */
const MAX_STARTS = 3;

const decoders = {
  [CONFIRMED]: decoderOf(UnreadConfigurationSchema),
  [CANDIDATE]: decoderOf(CandidateSchema),
  [REFUSED]: decoderOf(RefusedSchema),
};

const timer = (ms: number, act: () => void) => {
  const pending = setTimeout(act, ms).unref();
  return () => clearTimeout(pending);
};

/**
 * Which rules are in force: those of the file, or those of the highest version the centre has sent (kept over restarts).
 *
 *     apply → applying ─10 s→ confirmed
 *                 └─the process does not survive it→ at the next start: refused, the confirmed one is in force again
 */
export class RuleBoard {
  readonly #options: RuleBoardOptions;
  #inForce: InForce | null = null;
  #candidate: Candidate | null = null;
  #refused: Static<typeof RefusedSchema> | null = null;
  #cancel: () => void = () => {};

  constructor(options: RuleBoardOptions) {
    this.#options = options;
  }

  /** Reads what was in force before the restart; what was stored and cannot be read is left aside. */
  start(): void {
    const confirmed = this.#read(CONFIRMED, decoders[CONFIRMED]);
    const candidate = this.#read(CANDIDATE, decoders[CANDIDATE]);
    this.#refused = this.#read(REFUSED, decoders[REFUSED]);
    if (confirmed !== null) this.#inForce = this.#work(confirmed);
    if (candidate === null || candidate.desired.version <= (confirmed?.version ?? 0)) return;
    if (candidate.isRunning || candidate.starts >= MAX_STARTS) this.#rollBack(candidate);
    else {
      this.#inForce = this.#work(candidate.desired);
      this.#begin({ ...candidate, isRunning: true, starts: candidate.starts + 1 });
    }
  }

  async stop(): Promise<void> {
    this.#cancel();
    if (this.#candidate === null) return;
    this.#options.values.set(CANDIDATE, JSON.stringify({ ...this.#candidate, isRunning: false }));
    this.#candidate = null;
  }

  get rules(): readonly Rule[] {
    return this.#inForce?.rules ?? this.#options.fileRules;
  }

  /** Zones of a camera's rules, for drawing. */
  zonesOf(camera: Pick<Camera, 'id' | 'code'>) {
    return this.rules
      .filter(({ cameras }) => cameras.some((key) => key === '*' || key === camera.id || key === camera.code))
      .flatMap((rule) => ('zone' in rule ? [rule.zone] : []));
  }

  /**
   * Takes a verified configuration. An older version than the one in force changes nothing; one whose rules cannot work is
   * reported with their errors and the old rules stay; rules of unknown kinds are reported and left out.
   * @param onApplied called with the new rules when they are in force
   */
  apply(desired: UnreadConfiguration, onApplied: (rules: readonly Rule[]) => void): ReportedConfiguration {
    const refused = this.#refused;
    if (desired.version === refused?.version) {
      return this.#report([{ path: '/rules', message: refused.message }]);
    }
    if (desired.version <= this.#version) return this.#report(this.#inForce?.unknown ?? []);
    const { rules, unknown, broken } = readRules(desired.rules);
    if (broken.length > 0) return this.#report([...broken, ...unknown]);
    if (rules.length === 0 && unknown.length > 0) return this.#report(unknown);
    // The mark is on disk before the rules are at work: they may end the process.
    this.#begin({ desired, isRunning: true, starts: 1 });
    try {
      onApplied(rules);
    } catch (error) {
      this.#drop();
      onApplied(this.rules);
      return this.#report([{ path: '/rules', message: messageOf(error).slice(0, 256) }]);
    }
    this.#inForce = { desired, rules, unknown };
    this.#options.log.info({ version: desired.version, rules: rules.length }, 'configuration applied');
    return this.#report(unknown);
  }

  get #version(): number {
    return this.#inForce?.desired.version ?? 0;
  }

  #read<T>(name: string, decoder: { decode(text: string): T }): T | null {
    const text = this.#options.values.get(name) ?? '';
    if (text === '') return null;
    try {
      return decoder.decode(text);
    } catch (error) {
      this.#options.log.error({ name, error: messageOf(error) }, 'stored configuration cannot be read');
      return null;
    }
  }

  /** What a stored configuration means today; faulty rules are left out, they worked when they were taken. */
  #work(desired: UnreadConfiguration): InForce {
    const { rules, unknown, broken } = readRules(desired.rules);
    return { desired, rules, unknown: [...broken, ...unknown] };
  }

  #begin(candidate: Candidate): void {
    this.#cancel();
    // A version that is replaced while it still has to prove itself did not end the process so far.
    if (this.#candidate !== null) this.#confirm();
    this.#candidate = candidate;
    this.#options.values.set(CANDIDATE, JSON.stringify(candidate));
    this.#cancel = (this.#options.after ?? timer)(CONFIRM_AFTER_MS, () => this.#confirm());
  }

  #confirm(): void {
    if (this.#candidate === null) return;
    const { values, log } = this.#options;
    values.set(CONFIRMED, JSON.stringify(this.#candidate.desired));
    log.info({ version: this.#candidate.desired.version }, 'configuration confirmed');
    this.#drop();
  }

  #drop(): void {
    this.#cancel();
    this.#candidate = null;
    this.#options.values.set(CANDIDATE, '');
  }

  #rollBack({ desired: { version } }: Candidate): void {
    const { values, log } = this.#options;
    const message = `The gateway did not keep running with version ${version}: version ${this.#version} is in force again.`;
    this.#refused = { version, message };
    values.set(REFUSED, JSON.stringify(this.#refused));
    values.set(CANDIDATE, '');
    log.error({ version, inForce: this.#version }, 'configuration rolled back');
  }

  #report(errors: RuleErrors): ReportedConfiguration {
    const { gatewayId, clock } = this.#options;
    return {
      gatewayId,
      version: this.#version,
      at: timestamp(clock.now()),
      rules: this.rules.length,
      errors: errors.slice(0, 256),
    };
  }
}
