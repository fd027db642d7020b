import type { Rule } from '@pingan/models/contract';
import type { MotRow } from '../../../gateway/src/evaluation/index.ts';
import type { Picture, Track } from '../../../gateway/src/pipeline.ts';
import { createRuleEngine } from '../../../gateway/src/rules/index.ts';

/** What should be told: a rule's alarm from its beginning to its end, or one passage of a line. Seconds of the video. */
export type TruthEvent = { ruleId: string; from: number; to: number; direction?: string };

export type Labelled = {
  rows: readonly MotRow[];
  width: number;
  height: number;
  fps: number;
  everyFrames: number;
};

/** Labelled once a second, people are between two labels on the straight line between them. */
const STEPS_PER_LABEL = 10;

/** The labelled people at one moment, as perfect tracks. */
function tracksAt(labelled: Labelled, seconds: number): Track[] {
  const { rows, width, height, fps, everyFrames } = labelled;
  const position = (seconds * fps) / everyFrames;
  const [before, after] = [Math.floor(position), Math.ceil(position)];
  const share = position - before;
  const at = (index: number) => rows.filter(({ frame }) => frame === index * everyFrames + 1);
  const later = new Map(at(after).map((row) => [row.id, row]));
  return at(before).flatMap((row) => {
    const next = later.get(row.id);
    if (!next) return [];
    const side = (index: 0 | 1 | 2 | 3) => row.box[index] + (next.box[index] - row.box[index]) * share;
    const box: Track['box'] = [side(0) / width, side(1) / height, side(2) / width, side(3) / height];
    return [
      {
        id: row.id,
        label: 'person',
        confidence: 1,
        box,
        foot: [box[0] + box[2] / 2, box[1] + box[3]],
        firstSeenMs: 0,
        lastSeenMs: seconds * 1000,
        state: 'confirmed',
      } satisfies Track,
    ];
  });
}

/**
 * What a rule should tell, by its own definition on the labelled people: detector and tracker are what is measured, the geometry of rules
 * has tests of its own.
 */
export function truthEvents(rule: Rule, labelled: Labelled): TruthEvent[] {
  const engine = createRuleEngine({ camera: { id: 'truth', code: 'truth' }, rules: [rule] });
  const last = Math.max(...labelled.rows.map(({ frame }) => frame));
  const steps = ((last - 1) / labelled.everyFrames) * STEPS_PER_LABEL;
  const secondsPerStep = labelled.everyFrames / labelled.fps / STEPS_PER_LABEL;
  const events: TruthEvent[] = [];
  for (let step = 0; step <= steps; step++) {
    const seconds = step * secondsPerStep;
    const moment: Pick<Picture, 'capturedAtMs' | 'monotonicMs'> = {
      capturedAtMs: 0,
      monotonicMs: seconds * 1000,
    };
    for (const { kind, detail } of engine.update(tracksAt(labelled, seconds), moment)) {
      const open = events.at(-1);
      if (rule.kind === 'line-crossing') {
        if (kind !== 'cleared')
          events.push({ ruleId: rule.id, from: seconds, to: seconds, direction: detail.direction ?? '' });
      } else if (kind === 'raised')
        events.push({ ruleId: rule.id, from: seconds, to: Number.POSITIVE_INFINITY });
      else if (kind === 'cleared' && open) open.to = seconds;
    }
  }
  return events;
}
