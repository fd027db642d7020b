import { parseArgs } from 'node:util';
import { LADDER_CAUSES } from '@pingan/models/contract';
import { createAddressPolicy } from '../base/address.ts';
import { systemClock } from '../base/clock.ts';
import { type Climb, climb } from '../cameras/ladder.ts';
import { OnvifScanner } from '../onvif/discovery/scanner.ts';
import { OnvifProbe } from '../onvif/probe.ts';
import type { Login } from '../pipeline.ts';
import { hostOfAddress } from './networks.ts';
import { UsageError } from './options.ts';
import { readLogin } from './password-input.ts';

export const PROBE_USAGE = `probe <address> [--user <name> --password-stdin] [--allow-loopback] [--json]
          where a camera stands on the ladder, why, and what it offers; exit code 3 when it is not ready`;

const MAX_PROFILES = 16;

/** Profiles of a device that let us in, each with its stream address; the address is null where the device gives none. */
async function streamsOf(probe: OnvifProbe, deviceUrl: string, login: Login | null, { facts }: Climb) {
  const streamUris: { profile: string; uri: string | null }[] = [];
  for (const { token } of facts?.profiles.slice(0, MAX_PROFILES) ?? [])
    streamUris.push({
      profile: token,
      uri: await probe.streamUrl(deviceUrl, login, token).catch(() => null),
    });
  const first = facts?.profiles[0]?.token;
  const snapshotUri =
    first === undefined ? null : await probe.snapshotUrl(deviceUrl, login, first).catch(() => null);
  return { streamUris, snapshotUri };
}

async function report(deviceUrl: string, endpoint: string | null, login: Login | null) {
  const probe = new OnvifProbe(systemClock);
  const stands = await climb(probe, deviceUrl, login);
  const { state, cause, detail, facts, contact } = stands;
  const { zh, en, next } = LADDER_CAUSES[cause];
  return {
    address: new URL(deviceUrl).host,
    deviceUrl,
    endpoint: facts?.endpoint ?? contact?.endpoint ?? endpoint,
    state,
    cause,
    causeText: { zh, en },
    next,
    detail,
    device: facts && {
      manufacturer: facts.manufacturer,
      model: facts.model,
      firmware: facts.firmware ?? null,
      serial: facts.serial,
      mac: facts.mac,
    },
    clockOffsetMs: facts?.clockOffsetMs ?? contact?.clockOffsetMs ?? null,
    profiles: facts?.profiles ?? [],
    ...(await streamsOf(probe, deviceUrl, login, stands)),
  };
}

type Report = Awaited<ReturnType<typeof report>>;

function text({
  address,
  state,
  causeText,
  next,
  detail,
  device,
  clockOffsetMs,
  profiles,
  streamUris,
  snapshotUri,
}: Report): string {
  const lines: [string, string][] = [
    ['address', address],
    ['state', `${state}: ${causeText.en} / ${causeText.zh}`],
    ['next step', `${next.en} / ${next.zh}`],
    ['detail', detail],
    [
      'device',
      device
        ? `${device.manufacturer} ${device.model} ${device.firmware ?? ''} serial ${device.serial} MAC ${device.mac ?? '?'}`
        : '',
    ],
    ['clock offset', clockOffsetMs === null ? '' : `${Math.round(clockOffsetMs)} ms`],
    ...profiles.map(({ token, codec, width, height }): [string, string] => [
      `profile ${token}`,
      `${codec} ${width}×${height} ${streamUris.find(({ profile }) => profile === token)?.uri ?? ''}`,
    ]),
    ['snapshot', snapshotUri ?? ''],
  ];
  return lines
    .filter(([, value]) => value !== '')
    .map(([name, value]) => `${name.padEnd(16)}${value}`)
    .join('\n');
}

/** Where the device service would be: for its cause when nothing answers. */
function likelyUrl(address: string): string {
  const url = new URL(/^http:/i.test(address) ? address : `http://${address}`);
  return url.pathname === '/' ? `http://${url.host}/onvif/device_service` : url.href;
}

/** Asks one camera. Exit code 0 when it is ready, 3 when it stands on a lower rung. */
export async function probe(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      user: { type: 'string' },
      'password-stdin': { type: 'boolean', default: false },
      'allow-loopback': { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
    },
  });
  const [address, ...rest] = positionals;
  if (address === undefined || rest.length > 0) throw new UsageError('probe: give one address');
  const host = hostOfAddress(address);
  const policy = createAddressPolicy({ networks: [`${host}/32`], allowLoopback: values['allow-loopback'] });
  if (!policy.allows(host))
    throw new UsageError(`address ${host} is loopback or no host: for simulators add --allow-loopback`);
  const given = await readLogin(values.user, values['password-stdin']);
  // The person names address and password in one breath: Basic may be used there if the camera knows nothing else.
  const login = given && { ...given, allowBasic: true };
  const found = await new OnvifScanner({ policy, clock: systemClock }).look(address);
  const deviceUrl = found?.addresses[0] ?? likelyUrl(address);
  const answer = await report(deviceUrl, found?.endpoint ?? null, login);
  console.log(values.json ? JSON.stringify(answer) : text(answer));
  return answer.state === 'ready' ? 0 : 3;
}
