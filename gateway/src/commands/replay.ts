import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { type Rule, RuleSchema } from '@pingan/models/contract';
import { Type } from 'typebox';
import { Compile } from 'typebox/compile';
import { parse } from 'yaml';
import { type ReplayEvent, replayVideo } from '../assembly/video-replay.ts';
import { messageOf } from '../base/errors.ts';
import { createLogger } from '../base/log.ts';
import { numberOption, required, UsageError } from './options.ts';
import { createProgress } from './progress.ts';

export const REPLAY_USAGE = `replay --input <video> --rules <rules.yaml> [--sample-fps 5] [--size 416] [--start <time>] [--json]
          the events that rules raise on a video, at many times real speed; the same input gives the same events`;

/** A file of rules: a list, or the `rules` of a gateway's configuration. */
const RuleFile = Compile(Type.Array(RuleSchema, { minItems: 1, maxItems: 512 }));
const ConfigurationFile = Compile(Type.Object({ rules: Type.Array(Type.Unknown()) }));
/** A Monday noon in Shenzhen: schedules need a time, and two runs the same one. */
const DEFAULT_START = '2026-01-05T12:00:00+08:00';
const SHOWN_ERRORS = 5;

function readRules(path: string): Rule[] {
  let content: unknown;
  try {
    content = parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new UsageError(`--rules ${path}: ${messageOf(error).split('\n')[0]}`);
  }
  const rules = ConfigurationFile.Check(content) ? content.rules : content;
  if (RuleFile.Check(rules)) return rules;
  const errors = [...RuleFile.Errors(rules)]
    .slice(0, SHOWN_ERRORS)
    .map(({ instancePath, message }) => `  ${instancePath || '/'}: ${message}`);
  throw new UsageError(`--rules ${path} is not a list of rules:\n${errors.join('\n')}`);
}

function startOf(text: string): number {
  const startsAtMs = Date.parse(text);
  if (Number.isNaN(startsAtMs))
    throw new UsageError(`--start is "${text}": give a time like ${DEFAULT_START}`);
  return startsAtMs;
}

function line({ seconds, kind, type, ruleId, detail }: ReplayEvent): string {
  const what = detail.track ? ` ${detail.track.label} #${detail.track.id}` : '';
  return `${seconds.toFixed(1).padStart(9)} s  ${kind.padEnd(8)} ${type}  ${ruleId}${what}`;
}

/** Prints the events of rules on a video; how much was done goes to standard error. */
export async function replay(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      input: { type: 'string' },
      rules: { type: 'string' },
      'sample-fps': { type: 'string' },
      size: { type: 'string' },
      start: { type: 'string', default: DEFAULT_START },
      json: { type: 'boolean', default: false },
    },
  });
  const path = required('input', values.input);
  const rules = readRules(required('rules', values.rules));
  const progress = createProgress('replay');
  const fromMs = performance.now();
  const { work, seconds } = await replayVideo({
    path,
    rules,
    sampleFps: numberOption('sample-fps', values['sample-fps'], { low: 0.5, high: 25, byDefault: 5 }),
    longSide: numberOption('size', values.size, { low: 96, high: 960, byDefault: 416 }),
    startsAtMs: startOf(values.start),
    log: createLogger('replay', 'error'),
    onEvent: (event) => {
      console.log(values.json ? JSON.stringify(event) : line(event));
      progress.show(`${event.seconds.toFixed(1)} s`);
    },
  });
  const speed = (seconds * 1000) / (performance.now() - fromMs);
  progress.end(
    `${seconds.toFixed(1)} s of video at ${speed.toFixed(1)} times real speed, ${work.pictures} pictures, ${work.inferred} looked at`,
  );
  return 0;
}
