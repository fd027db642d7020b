import { mkdirSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { localTime, systemClock } from '../base/clock.ts';
import { loadGatewayConfig } from '../config/load.ts';
import { CODE_LIFE_MS, makePairingCode } from '../console/access/pairing-code.ts';
import { USUAL_CONFIG } from './options.ts';

export const CONSOLE_CODE_USAGE =
  'console-code [--config <file>] [--json]   show a code that pairs one browser with the technician’s console, for ten minutes';

const USUAL_HTTP = { host: '127.0.0.1', port: 8090 };

/** Makes a pairing code for the gateway of a configuration, whether it runs or not, and shows it: nowhere else is it ever written. */
export async function consoleCode(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: { config: { type: 'string' }, json: { type: 'boolean', default: false } },
  });
  const { config } = loadGatewayConfig(values.config ?? USUAL_CONFIG);
  const { dataDir, http } = config.gateway;
  mkdirSync(dataDir, { recursive: true, mode: 0o750 });
  const nowMs = systemClock.now();
  const code = await makePairingCode(dataDir, nowMs);
  const { host, port } = { ...USUAL_HTTP, ...http };
  const url = `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
  const until = nowMs + CODE_LIFE_MS;
  console.log(
    values.json
      ? JSON.stringify({ code, url, expiresAt: new Date(until).toISOString() })
      : `配对码 pairing code  ${code}\n页面 page           ${url}\n有效至 good until    ${localTime(until)}, 仅一次 once`,
  );
  return 0;
}
