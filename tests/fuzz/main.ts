/**
 * npm run test:fuzz -- --target all|<target> [--runs N] [--seed N]
 * One JSON line per target; exit code 1 when an input was not borne.
 */
import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import { runCommand, wholeNumber } from '../support/command.ts';
import type { FuzzTarget } from './fuzz-target.ts';
import { onvif } from './onvif.ts';
import { rtsp } from './rtsp.ts';

/** Every target. To add one: its file, and its line here. */
const TARGETS: Readonly<Record<string, FuzzTarget>> = { rtsp, onvif };

const USAGE = `usage: npm run test:fuzz -- [options]
  --target all|NAME   what is fed with bad input (all): ${Object.keys(TARGETS).join(', ')}
  --runs N            inputs for each target, 1 to 10000000 (10000)
  --seed N            repeats the inputs of a run`;

function readArguments() {
  const { values } = parseArgs({
    options: {
      target: { type: 'string', default: 'all' },
      runs: { type: 'string', default: '10000' },
      seed: { type: 'string', default: String(randomInt(1, 2 ** 31)) },
    },
  });
  const targets = Object.entries(TARGETS).filter(
    ([name]) => values.target === 'all' || values.target === name,
  );
  if (targets.length === 0 && values.target !== 'all')
    throw new RangeError(`--target must be all, ${Object.keys(TARGETS).join(', ')}, got "${values.target}"`);
  return {
    targets,
    runs: wholeNumber('runs', values.runs, 10_000_000),
    seed: wholeNumber('seed', values.seed, 2 ** 32),
  };
}

async function main(signal: AbortSignal): Promise<number> {
  const { targets, runs, seed } = readArguments();
  let failed = false;
  for (const [name, { what, run }] of targets) {
    signal.throwIfAborted();
    console.error(`fuzz: ${name}: ${what}; seed ${seed}`);
    const report = await run({ runs, seed, signal, say: (line) => console.error(line) });
    console.log(JSON.stringify({ fuzz: name, seed, runs, ...report }));
    for (const failure of report.failures)
      console.error(`${name}/${failure.part}: ${failure.what} (--seed ${seed}, input ${failure.run})`);
    failed ||= report.failures.length > 0;
  }
  return failed ? 1 : 0;
}

await runCommand({ name: 'fuzz', usage: USAGE, main });
