import { type ChildProcess, spawn } from 'node:child_process';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { silentLogger } from '../../../gateway/src/base/log.ts';
import { FfmpegDecoder, FfmpegLauncher } from '../../../gateway/src/decode/index.ts';
import type { Picture } from '../../../gateway/src/pipeline.ts';
import { missedTargets } from '../../bench/report.ts';
import { decoderKills } from '../../faults/decoder-kills.ts';
import { type CodedClip, fixturePath, readClip } from '../../support/access-units.ts';
import { feed } from '../../support/feed.ts';
import { until } from '../../support/until.ts';

const launcher = new FfmpegLauncher({ log: silentLogger });
let street: CodedClip;
beforeAll(async () => {
  street = await readClip(fixturePath('street.mp4'));
  await launcher.prepare();
});

const cleanUp: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const step of cleanUp.splice(0)) await step();
});

/** Plays the street to a decoder whose processes `start` makes. */
function play(start: (parameters: readonly string[]) => ChildProcess) {
  const end = new AbortController();
  const pictures: Picture[] = [];
  const faults: string[] = [];
  const decoder = new FfmpegDecoder({
    cameraId: 'cam-1',
    launcher: { prepare: () => launcher.prepare(), spawn: start },
    onPicture: (picture) => pictures.push(picture),
    onFault: ({ message }) => faults.push(message),
    onHealthy() {},
    log: silentLogger,
    restartBaseMs: 20,
  });
  decoder.start();
  const done = feed(street, {
    speed: 5,
    signal: end.signal,
    onUnit: (unit) => decoder.push(unit, street.sets),
  });
  cleanUp.push(async () => {
    end.abort();
    await done;
    await decoder.stop();
  });
  return { decoder, pictures, faults };
}

/** A process with the pipes of a decoder that does what it should not. */
const shell = (script: string) =>
  spawn('sh', ['-c', script], { stdio: ['pipe', 'pipe', 'pipe', 'pipe'], detached: true });

describe('a decoder that misbehaves', () => {
  test.each([
    ['stderr', 'exec yes complaint >&2', 'ffmpeg floods its log'],
    ['the pipe of times', 'exec yes nonsense >&3', 'ffmpeg floods its log'],
    ['stdout', 'exec cat /dev/zero', 'pictures and their times are out of step'],
  ])('by flooding %s is ended, and the next one works', async (_name, script, message) => {
    const children: ChildProcess[] = [];
    const { pictures, faults } = play((parameters) => {
      const child = children.length === 0 ? shell(script) : launcher.spawn(parameters);
      children.push(child);
      return child;
    });
    await until('the fault', () => faults.includes(message));
    await until('its end', () => children[0]?.signalCode === 'SIGKILL');
    await until('pictures of the next one', () => pictures.length >= 5);
  });

  test('by taking more memory than it may is ended by the limit, and leaves the next one its chance', async () => {
    const children: ChildProcess[] = [];
    const large = ['-f', 'lavfi', '-i', 'color=size=4000x4000,reverse', '-f', 'null', 'pipe:1'];
    const { pictures, faults } = play((parameters) => {
      const child = children.length === 0 ? launcher.spawn(large) : launcher.spawn(parameters);
      children.push(child);
      return child;
    });
    await until('the fault', () => faults.some((message) => message.startsWith('ffmpeg ended (')));
    await until('pictures of the next one', () => pictures.length >= 5);
  });

  test('by dying at random, twenty times, costs no other camera anything and leaves nothing behind', async () => {
    const abort = new AbortController();
    const results = await decoderKills.run({ cameras: 4, tries: 20, say() {}, signal: abort.signal });
    const [result] = results;
    if (result === undefined) throw new Error('the run says nothing');
    // How fast it went is for the fault run to judge, on a machine that does nothing else.
    const { recovered, descriptorsMore, processesMore } = result.targets;
    const targets = { recovered, descriptorsMore, processesMore };
    const kept = Object.fromEntries(
      Object.entries(targets).flatMap(([name, limit]) => (limit ? [[name, limit]] : [])),
    );
    expect(missedTargets(result.figures, kept)).toEqual([]);
  }, 120_000);
});
