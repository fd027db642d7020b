import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { withDevice } from '../assembly/device-orders.ts';
import { systemClock } from '../base/clock.ts';
import { OnvifProbe } from '../onvif/probe.ts';
import { DEAD_MAN_MS, OnvifPtz } from '../onvif/ptz/ptz.ts';
import { type PtzSpeed, RosterError } from '../pipeline.ts';
import { COMMON, onDevices, one, print } from './camera-care.ts';
import { numberOption, UsageError } from './options.ts';

export const PTZ_USAGE = `cameras ptz <camera id | address> [--move <pan,tilt,zoom> [--seconds 1]] [--go <preset> | --save <name>] [--json]
          its presets; turns it at a speed of -1..1 for so long and stops; goes to a preset, or keeps where it looks as one`;

/** A move is told again well before the dead-man stop. */
const REPEAT_MS = DEAD_MAN_MS / 2;

function speedOf(text: string): PtzSpeed {
  const speeds = text.split(',').map(Number);
  const [pan = Number.NaN, tilt = Number.NaN, zoom = 0] = speeds;
  const isSpeed = (value: number) => value >= -1 && value <= 1;
  if (speeds.length < 2 || speeds.length > 3 || ![pan, tilt, zoom].every(isSpeed))
    throw new UsageError('--move: give pan,tilt,zoom, each from -1 to 1, for example 0.5,0,0');
  return { pan, tilt, zoom };
}

/** Turns for the given time; stops also when a repeat fails. */
async function turn(ptz: OnvifPtz, speed: PtzSpeed, seconds: number): Promise<void> {
  const untilMs = performance.now() + seconds * 1000;
  try {
    for (let leftMs = seconds * 1000; leftMs > 0; leftMs = untilMs - performance.now()) {
      await ptz.move(speed);
      await wait(Math.min(leftMs, REPEAT_MS));
    }
  } finally {
    await ptz.stop();
  }
}

/** Turns a camera, or shows where it can be sent. Exit codes as of the other `cameras` commands. */
export async function turnCamera(args: readonly string[]): Promise<number> {
  const text = { type: 'string' } as const;
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { ...COMMON, move: text, seconds: text, go: text, save: text },
  });
  const word = one('ptz', positionals);
  if ([values.move, values.go, values.save].filter((value) => value !== undefined).length > 1)
    throw new UsageError('--move, --go and --save: give one of them');
  const speed = values.move === undefined ? null : speedOf(values.move);
  const seconds = numberOption('seconds', values.seconds, { low: 0.1, high: 30, byDefault: 1 });
  const answer = await onDevices(values.config, ({ system }) =>
    withDevice(system, word, async ({ record, url, login }) => {
      const facts = await new OnvifProbe(systemClock).facts(url, login);
      const profileToken = facts.profiles[0]?.token;
      if (profileToken === undefined) throw new RosterError('refused', 'the camera has no media profile');
      let isStuck = false;
      const ptz = new OnvifPtz({
        ...{ deviceUrl: url, login, profileToken, clock: systemClock },
        onStuck: () => {
          isStuck = true;
        },
      });
      try {
        if (speed) await turn(ptz, speed, seconds);
        if (values.go !== undefined) await ptz.goTo(values.go);
        if (values.save !== undefined) await ptz.savePreset(values.save);
        const presets = await ptz.presets();
        if (isStuck) throw new RosterError('failed', 'the camera did not take the stop: look at it');
        const lines = presets.map(({ token, name }) => `${token}  ${name}`);
        return { shown: { id: record.id, presets }, text: lines.join('\n') || 'no presets' };
      } finally {
        await ptz.close();
      }
    }),
  );
  return print(answer, values.json);
}
