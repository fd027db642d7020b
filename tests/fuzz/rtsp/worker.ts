/** Feeds the inputs in a thread of its own, so that one that never ends can be ended. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { parentPort, workerData } from 'node:worker_threads';
import { Type } from 'typebox';
import { Value } from 'typebox/value';
import { seededRandom } from '../../crash/random.ts';
import type { FuzzFailure } from '../fuzz-target.ts';
import { readCorpus } from './corpus.ts';
import { partsOf } from './parts.ts';
import { HostileCamera, runSession } from './session-part.ts';

const Task = Type.Object({ runs: Type.Integer(), seed: Type.Integer() });
const HEARTBEAT_MS = 100;
const SLOW_MS = 1_000;
const INPUT_BYTES = 3_000;
/** One in twenty inputs is a session over a socket, a few at a time. */
const SESSION_SHARE = 0.05;
const SESSIONS_AT_A_TIME = 12;
const SHARES = { messages: 0.3, description: 0.15, packets: 0.35, sets: 0.15 } as const;

/** Every input has its own randomness, so that it can be made again without those before it. */
const randomOf = (seed: number, run: number) => seededRandom((seed ^ Math.imul(run + 1, 0x9e3779b1)) >>> 0);

const { runs, seed } = Value.Parse(Task, workerData);
const port = parentPort;
if (port === null) throw new Error('this file is a worker thread');
const tell = (message: object) => port.postMessage(message);
const fail = (failure: FuzzFailure) => tell({ failure });

const corpus = await readCorpus();
const parts = partsOf(corpus);
const heartbeat = setInterval(() => tell({ alive: true }), HEARTBEAT_MS);
tell({ ready: true });
const heldBefore = heldMb();
let slowestMs = 0;
let run = 0;
const inputs: Record<string, number> = {};

function isSlow(name: string, beganMs: number): boolean {
  const tookMs = performance.now() - beganMs;
  slowestMs = Math.max(slowestMs, tookMs);
  return tookMs > SLOW_MS && name !== 'session';
}

async function feedParts(): Promise<void> {
  for (const name of Object.keys(SHARES)) {
    const part = Object.entries(parts).find(([key]) => key === name)?.[1];
    const share = Object.entries(SHARES).find(([key]) => key === name)?.[1] ?? 0;
    const count = Math.round(runs * share);
    if (part === undefined) throw new Error(`no part ${name}`);
    inputs[name] = count;
    for (let index = 0; index < count; index++, run++) {
      const random = randomOf(seed, run);
      const input = part.make(random);
      tell({ at: { part: name, run, input: excerpt(input) } });
      const beganMs = performance.now();
      try {
        part.feed(input, random);
        if (isSlow(name, beganMs))
          fail({
            part: name,
            run,
            what: `took ${Math.round(performance.now() - beganMs)} ms`,
            input: excerpt(input),
          });
      } catch (error) {
        fail({ part: name, run, what: describe(error), input: excerpt(input) });
      }
      if (run % 200 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
  }
}

async function feedSessions(): Promise<void> {
  const end = run + Math.max(1, Math.round(runs * SESSION_SHARE));
  inputs.session = end - run;
  const work = async () => {
    while (run < end) {
      const mine = run++;
      const random = randomOf(seed, mine);
      const camera = new HostileCamera(corpus, random);
      try {
        await runSession(camera, random);
      } catch (error) {
        fail({
          part: 'session',
          run: mine,
          what: describe(error),
          input: excerpt(Buffer.concat(camera.sent)),
        });
      }
    }
  };
  await Promise.all(Array.from({ length: SESSIONS_AT_A_TIME }, work));
}

/** What this thread holds after everything else was collected, MB. */
function heldMb(): number {
  setFlagsFromString('--expose-gc');
  const collect: unknown = runInNewContext('gc');
  if (typeof collect === 'function') collect();
  const { heapUsed, external } = process.memoryUsage();
  return (heapUsed + external) / 2 ** 20;
}

const excerpt = (input: Buffer) => input.subarray(0, INPUT_BYTES).toString('base64');
const describe = (error: unknown) =>
  error instanceof Error ? (error.stack ?? error.message).slice(0, 600) : String(error);

process.on('uncaughtException', (error) => fail({ part: 'uncaught', run, what: describe(error), input: '' }));
process.on('unhandledRejection', (error) =>
  fail({ part: 'unhandled', run, what: describe(error), input: '' }),
);
await feedParts();
await feedSessions();
clearInterval(heartbeat);
tell({ done: { inputs, slowestMs: Math.round(slowestMs), retainedMb: Math.round(heldMb() - heldBefore) } });
