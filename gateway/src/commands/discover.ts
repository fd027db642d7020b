import { isIPv4 } from 'node:net';
import { parseArgs } from 'node:util';
import { systemClock } from '../base/clock.ts';
import { messageOf } from '../base/errors.ts';
import { silentLogger } from '../base/log.ts';
import { sleep } from '../base/sleep.ts';
import { Discovery } from '../onvif/discovery/discovery.ts';
import { OnvifScanner } from '../onvif/discovery/scanner.ts';
import type { DiscoveredDevice } from '../pipeline.ts';
import { policyFor } from './networks.ts';
import { numberOption, UsageError } from './options.ts';
import { createProgress } from './progress.ts';

export const DISCOVER_USAGE = `discover [--cidr <range>]… [--interface <address>]… [--seconds <n>] [--port <n>] [--allow-loopback] [--json]
          devices that answer WS-Discovery, and with --cidr those of the range one by one; no password is sent`;

/** What is told of one device. */
function described({ endpoint, addresses, name, hardware, sender, rtspUrl }: DiscoveredDevice) {
  const [first = rtspUrl] = addresses;
  const address = sender ?? (first === undefined ? '' : new URL(first).hostname);
  return {
    endpoint,
    xaddrs: addresses,
    name,
    hardware,
    address,
    ...(rtspUrl === undefined ? {} : { rtspUrl }),
  };
}

type Asked = { interfaces: string[]; port: number; seconds: number };

async function byMulticast(
  { interfaces, port, seconds }: Asked,
  onDevice: (device: DiscoveredDevice) => void,
): Promise<void> {
  const discovery = new Discovery({ interfaces, port, periodMs: 1500, onDevice, log: silentLogger });
  await discovery.start();
  await sleep(seconds * 1000);
  await discovery.stop();
}

/** Prints devices as they are found: with `--json` one object a line. Exit code 0 also when nothing is found. */
export async function discover(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      cidr: { type: 'string', multiple: true, default: [] },
      interface: { type: 'string', multiple: true, default: [] },
      seconds: { type: 'string' },
      port: { type: 'string' },
      'allow-loopback': { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
    },
  });
  const seconds = numberOption('seconds', values.seconds, { low: 1, high: 300, byDefault: 5 });
  const port = numberOption('port', values.port, { low: 1, high: 65_535, byDefault: 3702 });
  const allowLoopback = values['allow-loopback'];
  const odd = values.interface.find((address) => !isIPv4(address));
  if (odd !== undefined)
    throw new UsageError(`--interface "${odd.slice(0, 80)}": give an IPv4 address of this machine`);
  const policy = policyFor('cidr', values.cidr, allowLoopback);
  const seen = new Set<string>();
  const onDevice = (device: DiscoveredDevice) => {
    if (seen.has(device.endpoint)) return;
    seen.add(device.endpoint);
    const shown = described(device);
    if (values.json) console.log(JSON.stringify(shown));
    else
      console.log(
        `${shown.address.padEnd(16)} ${(shown.name ?? shown.hardware ?? '').padEnd(28)} ${shown.endpoint}`,
      );
  };
  const interfaces = [
    ...values.interface,
    ...(allowLoopback && values.interface.length === 0 ? ['127.0.0.1'] : []),
  ];
  const progress = createProgress('discover');
  await Promise.all([
    byMulticast({ interfaces, port, seconds }, onDevice),
    values.cidr.length === 0
      ? undefined
      : new OnvifScanner({ policy, clock: systemClock, discoveryPort: port })
          .scan({
            networks: values.cidr,
            signal: new AbortController().signal,
            onDevice,
            onProgress: ({ asked, total }) => progress.show(`${asked} of ${total} addresses`),
          })
          .catch((error: unknown) => {
            throw error instanceof RangeError ? new UsageError(`--cidr: ${messageOf(error)}`) : error;
          }),
  ]);
  progress.end(`${seen.size} devices`);
  return 0;
}
