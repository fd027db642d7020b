import type { Rule } from '@pingan/models/contract';
import { Problem } from '../base/problem.ts';

export type RuleChange = {
  gatewayId: string;
  rules: readonly Rule[];
  actor: string;
  /** The version that the change was made from: another one in force by now is a conflict. */
  baseVersion?: number | undefined;
  /** The version whose rules these are again. */
  restoredFrom?: number | undefined;
};

export type RuleDeskPorts = {
  /** Stores the rules as the next version, signs and sends them. */
  setRules(change: RuleChange): Promise<void>;
  /** Rules of an earlier version; undefined when there is none. */
  findVersion(gatewayId: string, version: number): Promise<readonly Rule[] | undefined>;
};

/** Two rules of one id could not be told apart in alarms and figures. */
function checkIds(rules: readonly Rule[]): void {
  const seen = new Set<string>();
  for (const [index, { id }] of rules.entries()) {
    if (seen.has(id)) {
      throw new Problem('invalid', {
        field: `body.rules.${index}.id`,
        message: `Two rules are called "${id}": give one another name.`,
      });
    }
    seen.add(id);
  }
}

/** Rules of gateways as people change them: a new version each time, and back to an earlier one as a new version too. */
export class RuleDesk {
  readonly #ports: RuleDeskPorts;

  constructor(ports: RuleDeskPorts) {
    this.#ports = ports;
  }

  /** Throws the problems `invalid`, `not-found`, `conflict`. */
  async set(change: RuleChange): Promise<void> {
    checkIds(change.rules);
    await this.#ports.setRules(change);
  }

  /** Sends the rules of an earlier version again, under a new number. Throws as `set`. */
  async restore(options: { gatewayId: string; version: number; actor: string }): Promise<void> {
    const { gatewayId, version, actor } = options;
    const rules = await this.#ports.findVersion(gatewayId, version);
    if (rules === undefined) throw new Problem('not-found');
    await this.#ports.setRules({ gatewayId, rules, actor, restoredFrom: version });
  }
}
