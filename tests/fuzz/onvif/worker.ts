/** Feeds the inputs in a thread of its own, so that one that never ends can be ended. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { parentPort, workerData } from 'node:worker_threads';
import { Type } from 'typebox';
import { Value } from 'typebox/value';
import { seededRandom } from '../../crash/random.ts';
import type { FuzzFailure } from '../fuzz-target.ts';
import { mustBeUnpolluted, type Part, parts } from './parts.ts';
import { HostileDevice } from './visit-part.ts';

const Task = Type.Object({ runs: Type.Integer(), seed: Type.Integer() });
const HEARTBEAT_MS = 100;
const SLOW_MS = 1000;
const INPUT_BYTES = 3000;
const VISITS_AT_A_TIME = 8;
/** The device answers at once: a visit this long has waited for a limit of the client's own. */
const LONG_VISIT_MS = 5000;

/** Every input has its own randomness, so that it can be made again without those before it. */
const randomOf = (seed: number, run: number) => seededRandom((seed ^ Math.imul(run + 1, 0x9e3779b1)) >>> 0);

const { runs, seed } = Value.Parse(Task, workerData);
const port = parentPort;
if (port === null) throw new Error('this file is a worker thread');
const tell = (message: object) => port.postMessage(message);
const fail = (failure: FuzzFailure) => tell({ failure });
const excerpt = (input: Buffer) => input.subarray(0, INPUT_BYTES).toString('base64');
const describe = (error: unknown) =>
  error instanceof Error ? (error.stack ?? error.message).slice(0, 600) : String(error);

const heartbeat = setInterval(() => tell({ alive: true }), HEARTBEAT_MS);
const inputs: Record<string, number> = {};
let slowestMs = 0;
let run = 0;

function feed(name: string, part: Part): void {
  const input = part.make(randomOf(seed, run));
  const at = { part: name, run, input: excerpt(input) };
  tell({ at });
  const beganMs = performance.now();
  try {
    part.feed(input);
  } catch (error) {
    fail({ ...at, what: describe(error) });
  }
  const tookMs = performance.now() - beganMs;
  slowestMs = Math.max(slowestMs, tookMs);
  if (tookMs > SLOW_MS) fail({ ...at, what: `took ${Math.round(tookMs)} ms` });
}

async function feedParts(): Promise<void> {
  for (const [name, part] of Object.entries(parts)) {
    inputs[name] = Math.round(runs * part.share);
    for (let left = inputs[name]; left > 0; left -= 1, run += 1) {
      feed(name, part);
      if (run % 100 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
  }
}

async function visitDevices(): Promise<void> {
  const first = run;
  const end = Math.max(runs, first + 1);
  inputs.visit = end - first;
  const work = async () => {
    while (run < end) {
      const mine = run++;
      const device = new HostileDevice(randomOf(seed, mine));
      const beganMs = performance.now();
      try {
        await device.visit();
        mustBeUnpolluted();
        if (performance.now() - beganMs > LONG_VISIT_MS) throw new Error('the visit hung');
      } catch (error) {
        fail({ part: 'visit', run: mine, what: describe(error), input: excerpt(Buffer.concat(device.sent)) });
      }
    }
  };
  await Promise.all(Array.from({ length: VISITS_AT_A_TIME }, work));
}

/** What this thread holds after everything else was collected, MB. */
function heldMb(): number {
  setFlagsFromString('--expose-gc');
  const collect: unknown = runInNewContext('gc');
  if (typeof collect === 'function') collect();
  const { heapUsed, external } = process.memoryUsage();
  return (heapUsed + external) / 2 ** 20;
}

process.on('uncaughtException', (error) => fail({ part: 'uncaught', run, what: describe(error), input: '' }));
process.on('unhandledRejection', (error) =>
  fail({ part: 'unhandled', run, what: describe(error), input: '' }),
);
const heldBefore = heldMb();
await feedParts();
await visitDevices();
clearInterval(heartbeat);
tell({ done: { inputs, slowestMs: Math.round(slowestMs), retainedMb: Math.round(heldMb() - heldBefore) } });
