import { parseArgs } from 'node:util';
import { startDashboard } from './app.ts';
import { messageOf, StartError } from './base/errors.ts';
import { createLogger } from './base/log.ts';
import { Problem } from './base/problem.ts';
import { runFleetCommand, USAGE } from './cli.ts';
import { loadConfig } from './config/load.ts';
import { runIndexCommand } from './index-cli.ts';

const STOP_DEADLINE_MS = 10_000;

/** First signal: drain and end. Second: end at once. A drain that takes too long is cut off. */
function stopOnSignals(stop: () => Promise<void>, exitWithParent: boolean): void {
  let isStopping = false;
  const onSignal = () => {
    if (isStopping) process.exit(130);
    isStopping = true;
    setTimeout(() => process.exit(1), STOP_DEADLINE_MS).unref();
    stop().then(
      () => process.exit(0),
      (error: unknown) => {
        console.error(`stopping failed: ${messageOf(error)}`);
        process.exit(1);
      },
    );
  };
  process.on('SIGTERM', onSignal);
  process.on('SIGINT', onSignal);
  if (exitWithParent) process.stdin.resume().once('end', onSignal);
}

async function serve(argv: string[]): Promise<void> {
  const { values } = parseArgs({
    args: argv,
    options: {
      config: { type: 'string' },
      help: { type: 'boolean', short: 'h' },
      'exit-with-parent': { type: 'boolean' },
    },
  });
  if (values.help) {
    console.log(USAGE);
    return;
  }
  const config = loadConfig(values.config, process.env);
  // From the first moment on, so that a signal while starting leaves nothing behind either.
  const starting = startDashboard({ config, log: createLogger(config.logLevel) });
  stopOnSignals(async () => {
    const dashboard = await starting.catch(() => undefined);
    await dashboard?.stop();
  }, values['exit-with-parent'] === true);
  const dashboard = await starting;
  if (dashboard.passwordFile !== null) {
    console.log(`the password of the first user "admin" is in ${dashboard.passwordFile}`);
  }
  console.log(`listening ${dashboard.url}`);
}

async function main([command, ...rest]: string[]): Promise<void> {
  if (command === 'index') process.exitCode = await runIndexCommand(rest);
  else if (command === 'gateway' || command === 'sensor-user') {
    const load = (file?: string) => loadConfig(file, process.env);
    await runFleetCommand([command, ...rest], load, createLogger('warn'));
  } else await serve(command === undefined || command === 'serve' ? rest : [command, ...rest]);
}

main(process.argv.slice(2)).catch((error: unknown) => {
  const isForPeople = error instanceof StartError || error instanceof Problem || error instanceof TypeError;
  console.error(isForPeople ? messageOf(error) : error);
  process.exit(1);
});
