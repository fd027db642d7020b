/**
 * npm run test:faults -- --fault all|<run> [--cameras N] [--tries N]
 * One JSON line per fault with its figure; exit code 1 when one was missed.
 */
import { parseArgs } from 'node:util';
import { machine, missedTargets } from '../bench/report.ts';
import { runCommand, wholeNumber } from '../support/command.ts';
import { comeBack } from './come-back.ts';
import { decoderKills } from './decoder-kills.ts';
import { discovery200, discoveryFlood } from './discovery.ts';
import type { FaultResult, FaultRun } from './fault-run.ts';
import { flaps } from './flaps.ts';
import { notice } from './notice.ts';
import { switchFailure } from './switch.ts';
import { viewers } from './viewers.ts';

/** Every run, in the order of `--fault all`. To add one: its file, and its line here. */
const RUNS: Readonly<Record<string, FaultRun>> = {
  notice,
  'come-back': comeBack,
  flaps,
  switch: switchFailure,
  viewers,
  'decoder-kills': decoderKills,
  'discovery-200': discovery200,
  'discovery-flood': discoveryFlood,
};

const USAGE = `usage: npm run test:faults -- [options]
  --fault all|NAME   which run (all): ${Object.keys(RUNS).join(', ')}
  --cameras N        cameras of the run, 1 to 500 (what the run is meant for)
  --tries N          tries of each fault, 1 to 10000 (what the run is meant for)
  --kills N          the same, for decoder-kills`;

const optional = (name: string, text: string | undefined, max: number): number | null =>
  text === undefined ? null : wholeNumber(name, text, max);

function readArguments() {
  const { values } = parseArgs({
    options: {
      fault: { type: 'string', default: 'all' },
      cameras: { type: 'string' },
      tries: { type: 'string' },
      kills: { type: 'string' },
    },
  });
  const runs = Object.entries(RUNS).filter(([name]) => values.fault === 'all' || values.fault === name);
  if (runs.length === 0 && values.fault !== 'all')
    throw new RangeError(`--fault must be all, ${Object.keys(RUNS).join(', ')}, got "${values.fault}"`);
  return {
    runs,
    cameras: optional('cameras', values.cameras, 500),
    tries: optional('tries', values.tries ?? values.kills, 10_000),
  };
}

/** @returns whether every target was met */
function print({ fault, figures, targets }: FaultResult): boolean {
  const missed = missedTargets(figures, targets);
  console.log(JSON.stringify({ fault, figures, targets, met: missed.length === 0 }));
  for (const [name, limit] of missed)
    console.error(`${fault}: ${name} is ${figures[name]}, must be ${limit}`);
  return missed.length === 0;
}

async function main(signal: AbortSignal): Promise<number> {
  const { runs, cameras, tries } = readArguments();
  console.error(`faults: ${JSON.stringify(machine())}`);
  const options = { cameras, tries, signal, say: (line: string) => console.error(line) };
  let met = true;
  for (const [name, { what, run }] of runs) {
    signal.throwIfAborted();
    console.error(`faults: ${name}: ${what}`);
    for (const result of await run(options)) met = print(result) && met;
  }
  return met ? 0 : 1;
}

await runCommand({ name: 'faults', usage: USAGE, main });
