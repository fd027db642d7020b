import { parseArgs } from 'node:util';
import { tellParent, watchParent } from '../parent.ts';
import { describeCamera } from './control-api.ts';
import { type Simulator, type SimulatorOptions, startSimulator } from './simulator.ts';

const USAGE = `Cameras that play a clip. Credentials come from PINGAN_SIM_USERNAME and PINGAN_SIM_PASSWORD.
  --cameras <1–500>        how many (4)
  --clip <path>            main stream (tests/fixtures/media/street.mp4)
  --sub-clip <path>        sub-stream
  --host <address>         address to listen on (127.0.0.1)
  --base-port <port>       camera n: ONVIF at base + 2n, RTSP at base + 2n + 1 (any free ports)
  --discovery-port <port>  WS-Discovery (3702)
  --no-discovery           stay undiscovered
  --control-port <port>    control API (any free port)
  --seed <text>            other identities (demo)`;

/** Reads arguments and environment. @throws Error naming the option and what it must be. */
function readOptions(argv: string[], env: NodeJS.ProcessEnv): SimulatorOptions {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({
    args: argv,
    options: {
      cameras: text,
      clip: text,
      'sub-clip': text,
      host: text,
      'base-port': text,
      'discovery-port': text,
      'no-discovery': { type: 'boolean' },
      'control-port': text,
      seed: text,
    },
  });
  const { PINGAN_SIM_USERNAME: username, PINGAN_SIM_PASSWORD: password } = env;
  if (!username || !password)
    throw new Error('set PINGAN_SIM_USERNAME and PINGAN_SIM_PASSWORD: the login of the cameras');
  return {
    credentials: { username, password },
    cameras: wholeNumber('--cameras', values.cameras ?? '4', { min: 1, max: 500 }),
    controlPort: wholeNumber('--control-port', values['control-port'] ?? '0', PORTS),
    ...(values['no-discovery']
      ? {}
      : { discoveryPort: wholeNumber('--discovery-port', values['discovery-port'] ?? '3702', PORTS) }),
    ...(values['base-port'] === undefined
      ? {}
      : { basePort: wholeNumber('--base-port', values['base-port'], { min: 1024, max: 64_000 }) }),
    ...(values.clip === undefined ? {} : { clip: values.clip }),
    ...(values['sub-clip'] === undefined ? {} : { subClip: values['sub-clip'] }),
    ...(values.host === undefined ? {} : { host: values.host }),
    ...(values.seed === undefined ? {} : { seed: values.seed }),
  };
}

const PORTS = { min: 0, max: 65_535 };

function wholeNumber(name: string, value: string, range: { min: number; max: number }): number {
  const number = Number(value);
  if (Number.isInteger(number) && number >= range.min && number <= range.max) return number;
  throw new Error(`${name} must be a whole number from ${range.min} to ${range.max}; got ${value}`);
}

async function main(): Promise<void> {
  const options = readOptions(process.argv.slice(2), process.env);
  let simulator: Simulator | undefined;
  const end = () => {
    setTimeout(() => process.exit(0), 2000).unref();
    Promise.resolve(simulator?.stop()).finally(() => process.exit(0));
  };
  process.once('SIGTERM', end).once('SIGINT', end);
  watchParent(end);
  simulator = await startSimulator(options);
  const { controlUrl, discoveryPort } = simulator;
  const ready = { ready: true, controlUrl, discoveryPort, cameras: simulator.cameras.map(describeCamera) };
  tellParent(ready);
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}\n`);
  process.exit(2);
});
