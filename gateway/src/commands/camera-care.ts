import { mkdirSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { withDevice } from '../assembly/device-orders.ts';
import { type Tuning, tuneEncoders } from '../assembly/encoder-tuning.ts';
import { withRosterSystem } from '../assembly/offline-roster.ts';
import { systemClock } from '../base/clock.ts';
import { createLogger } from '../base/log.ts';
import { type LoadedConfig, loadGatewayConfig } from '../config/load.ts';
import { OnvifEncoders } from '../onvif/media/encoders.ts';
import { OnvifProbe } from '../onvif/probe.ts';
import type { EncoderSettings } from '../pipeline.ts';
import { USUAL_CONFIG, UsageError } from './options.ts';

export const CARE_USAGE = `cameras tune <camera id | address> [--config <file>] [--apply | --undo] [--json]
          recommended encoder settings: shown, set, or what was before put back
        cameras clock <camera id | address> [--config <file>] [--set | --ntp <host>] [--json]
          the camera's clock against ours: shown, set, or left to a time server`;

type Parts = Parameters<Parameters<typeof withRosterSystem>[1]>[0];
type Answer = { shown: unknown; text: string };

export const COMMON = { config: { type: 'string' }, json: { type: 'boolean', default: false } } as const;
const TIME_SERVER = /^[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?$/;

const words = ({ codec, width, height, fps, bitrateKbps, gopLength }: EncoderSettings) =>
  `${codec} ${width}×${height} ${fps}/s ${bitrateKbps} kbit/s, keyframe each ${gopLength}`;

function tuningText({ action, changes }: Tuning): string {
  if (changes.length === 0)
    return action === 'undo' ? 'nothing to put back' : 'the settings are as recommended';
  const lines = changes.map(
    ({ profileToken, before, after }) => `${profileToken}: ${words(before)} → ${words(after)}`,
  );
  return [...lines, ...(action === 'preview' ? ['not changed: --apply sets this'] : [])].join('\n');
}

/** The one camera that a command is about. */
export function one(verb: string, positionals: readonly string[]): string {
  const [, word, ...rest] = positionals;
  if (word === undefined || rest.length > 0)
    throw new UsageError(`cameras ${verb}: give one camera id or address`);
  return word;
}

/** Works on the devices that the gateway of a configuration knows. */
export async function onDevices(
  file: string | undefined,
  work: (parts: Parts) => Promise<Answer>,
): Promise<Answer> {
  const loaded: LoadedConfig = loadGatewayConfig(file ?? USUAL_CONFIG);
  const { config, readSecret } = loaded;
  mkdirSync(config.gateway.dataDir, { recursive: true, mode: 0o750 });
  const logins = (config.cameras.credentials ?? []).map(({ username, passwordFile }) => ({
    username,
    password: readSecret(passwordFile),
  }));
  // Standard output is for the answer alone.
  const log = createLogger(config.gateway.id, 'silent');
  return withRosterSystem({ config, clock: systemClock, log, logins }, work);
}

export function print({ shown, text }: Answer, json: boolean): number {
  console.log(json ? JSON.stringify(shown) : text);
  return 0;
}

async function tune(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      ...COMMON,
      apply: { type: 'boolean', default: false },
      undo: { type: 'boolean', default: false },
    },
  });
  const word = one('tune', positionals);
  if (values.apply && values.undo) throw new UsageError('--apply and --undo: give one of them');
  const action = values.apply ? 'apply' : values.undo ? 'undo' : 'preview';
  const answer = await onDevices(values.config, async (parts) => {
    const tools = { ...parts, probe: new OnvifProbe(systemClock), encoders: new OnvifEncoders(systemClock) };
    const tuning = await tuneEncoders(tools, word, action);
    return { shown: tuning, text: tuningText(tuning) };
  });
  return print(answer, values.json);
}

async function clock(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { ...COMMON, set: { type: 'boolean', default: false }, ntp: { type: 'string' } },
  });
  const word = one('clock', positionals);
  const { set, ntp } = values;
  if (set && ntp !== undefined) throw new UsageError('--set and --ntp: give one of them');
  if (ntp !== undefined && !TIME_SERVER.test(ntp))
    throw new UsageError('--ntp: give an IPv4 address or a host name');
  const probe = new OnvifProbe(systemClock);
  const answer = await onDevices(values.config, ({ system }) =>
    withDevice(system, word, async ({ record, url, login }) => {
      if (set) await probe.setClock(url, login);
      if (ntp !== undefined) await probe.setNtp(url, login, ntp);
      const { clockOffsetMs } = await probe.contact(url);
      const off =
        clockOffsetMs === null ? 'tells no time' : `is ${(clockOffsetMs / 1000).toFixed(1)} s off ours`;
      const follows = ntp === undefined ? '' : `, follows ${ntp}`;
      return {
        shown: { id: record.id, clockOffsetMs, ...(ntp === undefined ? {} : { ntp }) },
        text: `${record.id} ${off}${follows}`,
      };
    }),
  );
  return print(answer, values.json);
}

/** What people do to cameras beside their streams, by the word after `cameras`. Exit codes: 0 done, 1 refused or failed, 2 called wrongly. */
export const CARE: ReadonlyMap<string, (args: readonly string[]) => Promise<number>> = new Map([
  ['tune', tune],
  ['clock', clock],
]);
