/**
 * The gateway's process.
 *   node gateway/src/main.ts run --config <file>      works until SIGTERM or SIGINT; the second one ends it at once
 *   node gateway/src/main.ts check --config <file>    reads the configuration, says what is wrong with it
 */
import { parseArgs } from 'node:util';
import { messageOf } from './base/errors.ts';
import { ConfigError, loadGatewayConfig } from './config/load.ts';
import { Gateway } from './gateway.ts';

const USAGE = `usage: npm run -s gateway -- <command> --config <file>
  run     start the gateway
  check   read the configuration and say what is wrong with it`;

/** After the first signal everything must be gone by then. */
const STOP_DEADLINE_MS = 10_000;

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

async function run(file: string, exitWithParent: boolean): Promise<number> {
  const gateway = new Gateway(loadGatewayConfig(file));
  await gateway.start();
  console.log(`gateway ready http://${gateway.httpAddress}`);
  return stopOnSignal(() => gateway.stop(), exitWithParent);
}

async function main(): Promise<number> {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: { config: { type: 'string' }, 'exit-with-parent': { type: 'boolean', default: false } },
  });
  const [command] = positionals;
  if (values.config === undefined || (command !== 'run' && command !== 'check')) {
    console.error(USAGE);
    return 2;
  }
  if (command === 'run') return run(values.config, values['exit-with-parent']);
  const { config } = loadGatewayConfig(values.config);
  console.log(`${values.config} is valid: gateway ${config.gateway.id}, ${config.rules?.length ?? 0} rules`);
  return 0;
}

try {
  process.exit(await main());
} catch (error) {
  console.error(
    error instanceof ConfigError ? error.message : `the gateway cannot start: ${messageOf(error)}`,
  );
  process.exit(1);
}
