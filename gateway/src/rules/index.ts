import { isDeepStrictEqual } from 'node:util';
import type { Rule } from '@pingan/models/contract';
import type { Camera, Track } from '../pipeline.ts';
import type { Moment, RuleJudge, RuleOutcome } from './outcome.ts';
import { createZoneIntrusion } from './zone-intrusion.ts';

export type { Moment, RuleOutcome } from './outcome.ts';

/** The registry: one line per kind of rule. */
function createJudge(rule: Rule): RuleJudge {
  switch (rule.kind) {
    case 'zone-intrusion':
      return createZoneIntrusion(rule);
  }
}

export type RuleEngineOptions = {
  camera: Pick<Camera, 'id' | 'code'>;
  /** All rules; those for other cameras are left out. */
  rules: readonly Rule[];
};

/** The rules of one camera at work. */
export type RuleEngine = {
  /** Judges one look (pass the `Picture` as the moment). Call it with no tracks as well, about every second, so that alarms clear. */
  update(tracks: readonly Track[], moment: Moment): RuleOutcome[];
  /**
   * Puts other rules to work: clears the alarms of those that went or changed, keeps those that stayed the same. Throws as the
   * creation does and then keeps the old ones.
   */
  replace(rules: readonly Rule[], moment: Moment): RuleOutcome[];
  /** Ends all rules: what is still active is cleared. */
  end(moment: Moment): RuleOutcome[];
};

type Working = { rule: Rule; judge: RuleJudge };

const appliesTo = (rule: Rule, camera: RuleEngineOptions['camera']): boolean =>
  rule.cameras.some((key) => key === '*' || key === camera.id || key === camera.code);

function startRule(rule: Rule): Working {
  try {
    return { rule, judge: createJudge(rule) };
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new RangeError(`rule "${rule.id}": ${reason}`, { cause });
  }
}

/** Throws a RangeError that names the rule and the field when a rule cannot work or two of the camera's rules share an id. */
export function createRuleEngine(options: RuleEngineOptions): RuleEngine {
  const select = (rules: readonly Rule[], old: readonly Working[]): Working[] => {
    const chosen = rules.filter((rule) => appliesTo(rule, options.camera));
    const ids = chosen.map((rule) => rule.id);
    const doubled = ids.find((id, index) => ids.indexOf(id) !== index);
    if (doubled !== undefined)
      throw new RangeError(`rule "${doubled}": id is used twice; give each rule its own`);
    return chosen.map((rule) => old.find((each) => isDeepStrictEqual(each.rule, rule)) ?? startRule(rule));
  };
  const endAll = (gone: readonly Working[], moment: Moment) => gone.flatMap(({ judge }) => judge.end(moment));
  let working = select(options.rules, []);

  return {
    update: (tracks, moment) => working.flatMap(({ judge }) => judge.judge(tracks, moment)),
    replace(rules, moment) {
      const old = working;
      working = select(rules, old);
      const cleared = old.filter((each) => !working.includes(each));
      return endAll(cleared, moment);
    },
    end(moment) {
      const old = working;
      working = [];
      return endAll(old, moment);
    },
  };
}
