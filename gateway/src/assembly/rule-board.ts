import {
  type DesiredConfiguration,
  DesiredConfigurationSchema,
  decoderOf,
  type ReportedConfiguration,
  type Rule,
} from '@pingan/models/contract';
import { type Clock, timestamp } from '../base/clock.ts';
import { messageOf } from '../base/errors.ts';
import type { Logger } from '../base/log.ts';
import type { DurableValues } from '../cameras/device-codes.ts';
import type { Camera } from '../pipeline.ts';
import { createRuleEngine } from '../rules/index.ts';

export type RuleBoardOptions = {
  gatewayId: string;
  /** Rules of the configuration file, in force until the centre sends others. */
  fileRules: readonly Rule[];
  values: DurableValues;
  clock: Clock;
  log: Logger;
};

const STORED_AS = 'desired-configuration';
const stored = decoderOf(DesiredConfigurationSchema);
/** Any camera will do to try whether rules can work. */
const PROBE_CAMERA: Pick<Camera, 'id' | 'code'> = { id: 'cam-probe', code: '00000000000000000000' };

/** Which rules are in force: those of the file, or those of the highest version the centre has sent (kept over restarts). */
export class RuleBoard {
  readonly #options: RuleBoardOptions;
  #desired: DesiredConfiguration | null = null;

  constructor(options: RuleBoardOptions) {
    this.#options = options;
  }

  /** Reads what was in force before the restart; a stored configuration that cannot be read is left aside. */
  start(): void {
    const text = this.#options.values.get(STORED_AS);
    if (text === undefined) return;
    try {
      this.#desired = stored.decode(text);
    } catch (error) {
      this.#options.log.error(
        { error: messageOf(error) },
        'stored configuration cannot be read: the file’s rules are in force',
      );
    }
  }

  async stop(): Promise<void> {}

  get rules(): readonly Rule[] {
    return this.#desired?.rules ?? this.#options.fileRules;
  }

  /** Zones of a camera's rules, for drawing. */
  zonesOf(camera: Pick<Camera, 'id' | 'code'>) {
    return this.rules
      .filter(({ cameras }) => cameras.some((key) => key === '*' || key === camera.id || key === camera.code))
      .flatMap((rule) => ('zone' in rule ? [rule.zone] : []));
  }

  /**
   * Takes a verified configuration. An older version than the one in force changes nothing; one whose rules cannot work is
   * reported with its errors and the old rules stay.
   * @param onApplied called with the new rules when they are in force
   */
  apply(desired: DesiredConfiguration, onApplied: (rules: readonly Rule[]) => void): ReportedConfiguration {
    const current = this.#desired?.version ?? 0;
    if (desired.version <= current) return this.#report(current, []);
    try {
      for (const [index, rule] of desired.rules.entries()) {
        try {
          createRuleEngine({ camera: PROBE_CAMERA, rules: [{ ...rule, cameras: ['*'] }] });
        } catch (error) {
          return this.#report(current, [
            { path: `/rules/${index}`, message: messageOf(error).slice(0, 256) },
          ]);
        }
      }
      onApplied(desired.rules);
    } catch (error) {
      onApplied(this.rules);
      return this.#report(current, [{ path: '/rules', message: messageOf(error).slice(0, 256) }]);
    }
    this.#options.values.set(STORED_AS, JSON.stringify(desired));
    this.#desired = desired;
    this.#options.log.info(
      { version: desired.version, rules: desired.rules.length },
      'configuration applied',
    );
    return this.#report(desired.version, []);
  }

  #report(version: number, errors: ReportedConfiguration['errors']): ReportedConfiguration {
    const { gatewayId, clock } = this.#options;
    return { gatewayId, version, at: timestamp(clock.now()), rules: this.rules.length, errors };
  }
}
