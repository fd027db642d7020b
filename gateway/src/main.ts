/**
 * The gateway's process; `npm run -s gateway -- help` lists its commands.
 * Exit codes: 0 done, 1 failed, 2 called wrongly, 3 the probed camera is not ready, 130 ended by a second signal.
 */
import { parseArgs } from 'node:util';
import { codeOf, messageOf } from './base/errors.ts';
import { letHeapGrow } from './base/heap-growth.ts';
import { CAMERAS_USAGE, cameras } from './commands/cameras.ts';
import { CONSOLE_CODE_USAGE, consoleCode } from './commands/console-code.ts';
import { DISCOVER_USAGE, discover } from './commands/discover.ts';
import { EVALUATE_USAGE, evaluate } from './commands/evaluate.ts';
import { required, UsageError } from './commands/options.ts';
import { PROBE_USAGE, probe } from './commands/probe.ts';
import { REPLAY_USAGE, replay } from './commands/replay.ts';
import { TRACK_USAGE, track } from './commands/track.ts';
import { loadGatewayConfig } from './config/load.ts';
import { Gateway } from './gateway.ts';

type Command = { usage: string; run(args: readonly string[]): Promise<number> };

/** The registry: one line per command. */
const COMMANDS: ReadonlyMap<string, Command> = new Map([
  ['run', { usage: 'run --config <file>        start the gateway', run }],
  [
    'check',
    { usage: 'check --config <file>      read the configuration and say what is wrong with it', run: check },
  ],
  ['console-code', { usage: CONSOLE_CODE_USAGE, run: consoleCode }],
  ['discover', { usage: DISCOVER_USAGE, run: discover }],
  ['probe', { usage: PROBE_USAGE, run: probe }],
  ['cameras', { usage: CAMERAS_USAGE, run: cameras }],
  ['track', { usage: TRACK_USAGE, run: track }],
  ['evaluate', { usage: EVALUATE_USAGE, run: evaluate }],
  ['replay', { usage: REPLAY_USAGE, run: replay }],
]);

/** After the first signal everything must be gone by then. */
const STOP_DEADLINE_MS = 10_000;

/** First signal: stop in order. Second: out at once. `exitWithParent`: the end of standard input counts as a signal. */
function stopOnSignal(stop: () => Promise<void>, exitWithParent: boolean): Promise<number> {
  return new Promise((resolve) => {
    let asked = false;
    const onAsk = () => {
      if (asked) process.exit(130);
      asked = true;
      setTimeout(() => process.exit(1), STOP_DEADLINE_MS).unref();
      stop().then(
        () => resolve(0),
        (error: unknown) => {
          console.error(messageOf(error));
          resolve(1);
        },
      );
    };
    process.on('SIGTERM', onAsk);
    process.on('SIGINT', onAsk);
    if (exitWithParent) process.stdin.resume().once('end', onAsk);
  });
}

async function run(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: { config: { type: 'string' }, 'exit-with-parent': { type: 'boolean', default: false } },
  });
  letHeapGrow();
  const gateway = new Gateway(loadGatewayConfig(required('config', values.config)));
  await gateway.start();
  console.log(`gateway ready http://${gateway.httpAddress}`);
  return stopOnSignal(() => gateway.stop(), values['exit-with-parent']);
}

async function check(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({ args: [...args], options: { config: { type: 'string' } } });
  const file = required('config', values.config);
  const { config } = loadGatewayConfig(file);
  console.log(`${file} is valid: gateway ${config.gateway.id}, ${config.rules?.length ?? 0} rules`);
  return 0;
}

function usage(): string {
  const lines = [...COMMANDS.values()].map((command) => `  ${command.usage}`);
  return ['usage: npm run -s gateway -- <command> …', ...lines].join('\n');
}

async function main(): Promise<number> {
  const [name, ...args] = process.argv.slice(2);
  const command = COMMANDS.get(name ?? '');
  if (command) return command.run(args);
  const isAsked = name === 'help' || name === '--help';
  (isAsked ? console.log : console.error)(usage());
  return isAsked ? 0 : 2;
}

const isUsage = (error: unknown) =>
  error instanceof UsageError || codeOf(error)?.startsWith('ERR_PARSE_ARGS') === true;

try {
  process.exit(await main());
} catch (error) {
  console.error(messageOf(error));
  process.exit(isUsage(error) ? 2 : 1);
}
