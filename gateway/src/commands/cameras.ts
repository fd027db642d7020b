import { mkdirSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { LADDER_CAUSES } from '@pingan/models/contract';
import { withRoster } from '../assembly/offline-roster.ts';
import { systemClock } from '../base/clock.ts';
import { createLogger } from '../base/log.ts';
import { loadGatewayConfig } from '../config/load.ts';
import { type CameraRoster, type CredentialGroup, type RosterDevice, RosterError } from '../pipeline.ts';
import { CARE, CARE_USAGE } from './camera-care.ts';
import { PTZ_USAGE, turnCamera } from './camera-ptz.ts';
import { USUAL_CONFIG, UsageError } from './options.ts';
import { readLogin } from './password-input.ts';

export const CAMERAS_USAGE = `cameras list [--config <file>] [--json]
        cameras add <address | rtsp://…> [--config <file>] [--name <name>] [--user <name> --password-stdin] [--json]
        cameras remove <camera id> [--config <file>] [--json]
        cameras accept <camera id> [--config <file>] [--json]      saved passwords may go to this device, as it is now
        cameras password site|maker:<name>|<camera id> [--config <file>] --user <name> --password-stdin [--json]
          the cameras of a gateway; one that runs takes changes over within a second
        ${CARE_USAGE}
        ${PTZ_USAGE}`;

type Options = { name?: string | undefined; user?: string | undefined; 'password-stdin': boolean };
type Answer = { shown: unknown; text: string };
type Action = {
  /** What its one word is, for the message when it is missing; none = it takes no word. */
  takes?: string;
  run(roster: CameraRoster, word: string, options: Options): Promise<Answer> | Answer;
};

function line(device: RosterDevice): string {
  const { id, name, address, standing, origin } = device;
  const { en, next } = LADDER_CAUSES[standing.cause];
  return `${id}  ${address.padEnd(21)} ${name.padEnd(20)} ${origin.padEnd(11)} ${standing.state}: ${en}. ${next.en}`;
}

const one = (device: RosterDevice): Answer => ({ shown: device, text: line(device) });

async function loginOf(options: Options) {
  const login = await readLogin(options.user, options['password-stdin']);
  if (!login)
    throw new UsageError('--user is missing: give the user name, and the password with --password-stdin');
  return login;
}

function found(roster: CameraRoster, id: string): RosterDevice {
  const device = roster.find(id);
  if (!device)
    throw new RosterError('not-found', `no camera "${id.slice(0, 64)}": cameras list shows the ids`);
  return device;
}

function groupOf(roster: CameraRoster, word: string): CredentialGroup {
  if (word === 'site') return { kind: 'site' };
  if (word.startsWith('maker:')) return { kind: 'maker', maker: word.slice('maker:'.length) };
  return { kind: 'devices', ids: [found(roster, word).id] };
}

const ACTIONS: ReadonlyMap<string, Action> = new Map<string, Action>([
  [
    'list',
    {
      run: (roster) => {
        const devices = roster.devices();
        return { shown: devices, text: devices.map(line).join('\n') || 'no cameras' };
      },
    },
  ],
  [
    'add',
    {
      takes: 'address',
      run: async (roster, address, options) => {
        const login = await readLogin(options.user, options['password-stdin']);
        const name = options.name === undefined ? {} : { name: options.name };
        return one(await roster.addManual({ address, ...name, ...(login ? { login } : {}) }));
      },
    },
  ],
  [
    'remove',
    {
      takes: 'camera id',
      run: async (roster, id) => {
        const device = found(roster, id);
        await roster.remove(device.id);
        return { shown: { removed: device.id }, text: `removed ${device.id}` };
      },
    },
  ],
  [
    'accept',
    {
      takes: 'camera id',
      run: (roster, id) => {
        roster.acceptIdentity(found(roster, id).id);
        return one(found(roster, id));
      },
    },
  ],
  [
    'password',
    {
      takes: 'group: site, maker:<name> or a camera id',
      run: async (roster, word, options) => {
        roster.setCredentials(groupOf(roster, word), await loginOf(options));
        const sets = roster.credentialSets();
        return { shown: sets, text: `stored; ${sets.length} logins in the vault` };
      },
    },
  ],
]);

/** Lists and changes the cameras of a gateway. Exit codes: 0 done, 1 refused or no such camera, 2 called wrongly. */
export async function cameras(args: readonly string[]): Promise<number> {
  const care = args[0] === 'ptz' ? turnCamera : CARE.get(args[0] ?? '');
  if (care) return care(args);
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      config: { type: 'string' },
      name: { type: 'string' },
      user: { type: 'string' },
      'password-stdin': { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
    },
  });
  const [verb, word, ...rest] = positionals;
  const action = ACTIONS.get(verb ?? '');
  if (!action) throw new UsageError(`cameras: say ${[...ACTIONS.keys(), ...CARE.keys(), 'ptz'].join(', ')}`);
  if ((word === undefined) !== (action.takes === undefined) || rest.length > 0)
    throw new UsageError(
      `cameras ${verb}: ${action.takes === undefined ? 'takes no further word' : `give one ${action.takes}`}`,
    );
  const { config } = loadGatewayConfig(values.config ?? USUAL_CONFIG);
  mkdirSync(config.gateway.dataDir, { recursive: true, mode: 0o750 });
  // Standard output is for the answer alone.
  const log = createLogger(config.gateway.id, 'silent');
  const answer = await withRoster({ config, clock: systemClock, log }, (roster) =>
    action.run(roster, word ?? '', values),
  );
  console.log(values.json ? JSON.stringify(answer.shown) : answer.text);
  return 0;
}
