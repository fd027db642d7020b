/**
 * npm run test:crash -- --kills N --target gateway|centre|all
 * Ends with one JSON line; exit code 1 when an event was lost or doubled, or an alarm was left half told.
 */
import { randomInt } from 'node:crypto';
import { loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { machine, round } from '../bench/report.ts';
import { runCommand, wholeNumber } from '../support/command.ts';
import { runCrash } from './crash.ts';
import { TARGETS } from './plan.ts';
import { isClean } from './verdict.ts';

const USAGE = `usage: npm run test:crash -- [options]
  --kills N               kills of each target, 1 to 10000 (20)
  --target T              gateway, centre or all (all)
  --rate N                doors that open or close in a second, 1 to 1000 (60)
  --seed N                repeats the order and the moments of a run
  --assert-ready          fail when ready again takes more than 5 s at the 99th percentile
  --plant delete-on-puback   proves that the harness notices loss: a gateway that forgets what the broker has acknowledged`;
const READY_LIMIT_MS = 5000;

function readArguments() {
  const { values } = parseArgs({
    options: {
      kills: { type: 'string', default: '20' },
      target: { type: 'string', default: 'all' },
      rate: { type: 'string', default: '60' },
      seed: { type: 'string', default: String(randomInt(1, 2 ** 31)) },
      plant: { type: 'string' },
      'assert-ready': { type: 'boolean', default: false },
    },
  });
  const targets = TARGETS.find((target) => target === values.target);
  if (targets === undefined) throw new RangeError(`--target must be one of ${TARGETS.join(', ')}`);
  if (values.plant !== undefined && values.plant !== 'delete-on-puback') {
    throw new RangeError('--plant must be delete-on-puback');
  }
  return {
    kills: wholeNumber('kills', values.kills, 10_000),
    targets,
    perSecond: wholeNumber('rate', values.rate, 1000),
    seed: wholeNumber('seed', values.seed, 2 ** 32),
    plantDeleteOnPuback: values.plant !== undefined,
    assertReady: values['assert-ready'],
  };
}

async function main(signal: AbortSignal): Promise<number> {
  const { assertReady, ...options } = readArguments();
  console.log(`crash: seed ${options.seed}, ${options.kills} kills of ${options.targets}`);
  const report = await runCrash({ ...options, signal, say: (line) => console.log(line) });
  // Ready times are of a shared machine: what else ran there belongs to the figure.
  const where = { ...machine(), loadPerCore: round((loadavg()[0] ?? 0) / machine().cores) };
  console.log(JSON.stringify({ crash: report, machine: where }));
  if (!isClean(report)) {
    console.error(
      `crash: ${report.lost} lost, ${report.duplicates} twice, ${report.unknown} unknown; alarms: ${report.stuckAlarms} stuck open, ${report.unraisedAlarms} without a beginning (--seed ${report.seed})`,
    );
    return 1;
  }
  const slow = Object.values(report.readyAgainMs).some(
    (times) => times !== null && times.p99 > READY_LIMIT_MS,
  );
  if (slow) console.error(`crash: ready again took more than ${READY_LIMIT_MS} ms at the 99th percentile`);
  return slow && assertReady ? 1 : 0;
}

await runCommand({ name: 'crash', usage: USAGE, main });
