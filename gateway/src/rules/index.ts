import { isDeepStrictEqual } from 'node:util';
import { labelsOf, type PictureFinding, type Rule } from '@pingan/models/contract';
import type { Camera, Track } from '../pipeline.ts';
import { watchCameraTampering } from './camera-tampering.ts';
import { watchClimbing } from './climbing.ts';
import { watchCrowd } from './crowd.ts';
import { watchFireLane } from './fire-lane.ts';
import { createRuleJudge } from './judge.ts';
import { watchLineCrossing } from './line-crossing.ts';
import { watchLoitering } from './loitering.ts';
import { watchObjectLeft } from './object-left.ts';
import { watchOccupancy } from './occupancy.ts';
import type { Moment, RuleJudge, RuleOutcome, Watcher } from './outcome.ts';
import { watchTwoWheelerIndoors } from './two-wheeler-indoors.ts';
import { watchWrongWay } from './wrong-way.ts';
import { watchZoneIntrusion } from './zone-intrusion.ts';

export type { Moment, RuleOutcome } from './outcome.ts';

/** The registry: one line per kind of rule. */
function createWatcher(rule: Rule): Watcher {
  switch (rule.kind) {
    case 'zone-intrusion':
      return watchZoneIntrusion(rule);
    case 'line-crossing':
      return watchLineCrossing(rule);
    case 'loitering':
      return watchLoitering(rule);
    case 'crowd':
      return watchCrowd(rule);
    case 'fire-lane':
      return watchFireLane(rule);
    case 'two-wheeler-indoors':
      return watchTwoWheelerIndoors(rule);
    case 'wrong-way':
      return watchWrongWay(rule);
    case 'climbing':
      return watchClimbing(rule);
    case 'occupancy':
      return watchOccupancy(rule);
    case 'object-left':
      return watchObjectLeft(rule);
    case 'camera-tampering':
      return watchCameraTampering(rule);
  }
}

export type RuleEngineOptions = {
  camera: Pick<Camera, 'id' | 'code'>;
  /** All rules; those for other cameras are left out. */
  rules: readonly Rule[];
};

/** The rules of one camera at work. */
export type RuleEngine = {
  /**
   * Judges one look (pass the `Picture` as the moment), with what the picture suffers from. Call it with no tracks as well, about every
   * second, so that alarms clear.
   */
  update(tracks: readonly Track[], moment: Moment, findings?: readonly PictureFinding[]): RuleOutcome[];
  /** COCO labels that any of the rules looks at; nothing else has to be detected or followed. */
  readonly labels: ReadonlySet<string>;
  /** Whether any rule is armed at a wall time, ms since the epoch: the camera's pictures go first then. */
  isArmed(atMs: number): boolean;
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

/** Labels a rule looks at; a thing left behind wants its owner too. */
function labelsWatched(rule: Rule): string[] {
  if (!('labels' in rule)) return [];
  return [...labelsOf(rule.labels), ...(rule.kind === 'object-left' ? ['person'] : [])];
}

function startRule(rule: Rule): Working {
  try {
    return { rule, judge: createRuleJudge(rule, createWatcher(rule)) };
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
  const labelsIn = (rules: readonly Working[]) => new Set(rules.flatMap(({ rule }) => labelsWatched(rule)));
  let working = select(options.rules, []);
  let labels = labelsIn(working);

  return {
    update: (tracks, moment, findings = []) =>
      working.flatMap(({ judge }) => judge.judge({ tracks, findings }, moment)),
    get labels() {
      return labels;
    },
    isArmed: (atMs) => working.some(({ judge }) => judge.isArmed(atMs)),
    replace(rules, moment) {
      const old = working;
      working = select(rules, old);
      labels = labelsIn(working);
      const cleared = old.filter((each) => !working.includes(each));
      return endAll(cleared, moment);
    },
    end(moment) {
      const old = working;
      working = [];
      labels = new Set();
      return endAll(old, moment);
    },
  };
}
