import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import {
  type AccessUnit,
  type FrameSession,
  type ParameterSets,
  StreamFaultError,
} from '../../../gateway/src/pipeline.ts';
import { FileSource } from '../../../gateway/src/streams/file-source.ts';
import { fixturePath } from '../../support/access-units.ts';
import { until } from '../../support/until.ts';

const sessions: FrameSession[] = [];
let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'file-source-'));
});
afterEach(() => Promise.all(sessions.splice(0).map((session) => session.stop())));
afterAll(() => rm(folder, { recursive: true }));

async function play(path: string, source = new FileSource()) {
  const units: AccessUnit[] = [];
  const sets: ParameterSets[] = [];
  const events = {
    onParameterSets: (next: ParameterSets) => void sets.push(next),
    onAccessUnit: (unit: AccessUnit) => void units.push(unit),
  };
  const session = await source.open({ kind: 'file', path }, events, new AbortController().signal);
  sessions.push(session);
  return { session, units, sets };
}

const faultOf = (promise: Promise<unknown>) =>
  promise.then(
    () => 'nothing failed',
    (error: unknown) => (error instanceof StreamFaultError ? error.fault : String(error)),
  );

describe('FileSource', () => {
  test.each([
    ['H.265', 'street-h265.mp4', 'h265'],
    ['H.264 with B-frames', 'street-bframes.mp4', 'h264'],
  ])('plays %s at its own speed, over the end and on', async (_name, file, codec) => {
    const { session, units, sets } = await play(fixturePath(file));
    await until('one and a half rounds of four seconds', () => units.length >= 60);
    expect(sets.map((next) => next.codec)).toEqual([codec]);
    const steps = units.slice(1).map((unit, index) => unit.rtpTime - (units[index]?.rtpTime ?? 0));
    expect(new Set(steps)).toEqual(new Set([9_000]));
    expect(units[0]?.key).toBe(true);
    expect(units.filter((unit) => unit.key).length).toBeGreaterThanOrEqual(3);
    const [first, last] = [units[5], units[55]];
    const seconds = ((last?.monotonicMs ?? 0) - (first?.monotonicMs ?? 0)) / 1_000;
    expect(seconds).toBeGreaterThan(4.5);
    expect(seconds).toBeLessThan(5.5);
    expect(session.facts).toMatchObject({ gopLength: 20, lost: 0, corruptUnits: 0 });
    await session.stop();
    await session.done;
  });

  test('names what is wrong with a file', async () => {
    const text = join(folder, 'notes.mp4');
    await writeFile(text, 'no video at all');
    const playlist = join(folder, 'list.m3u8');
    await writeFile(playlist, `#EXTM3U\n#EXTINF:1,\n${fixturePath('street.mp4')}\n#EXT-X-ENDLIST\n`);
    expect(await faultOf(play(join(folder, 'absent.mp4')))).toBe('file-unreadable');
    expect(await faultOf(play(text))).toBe('file-unreadable');
    expect(await faultOf(play(playlist))).toBe('file-unreadable');
    expect(await faultOf(play(folder))).toBe('file-unreadable');
  });

  test('says when ffmpeg is missing', async () => {
    const source = new FileSource({ searchPath: folder });
    expect(await faultOf(play(fixturePath('street.mp4'), source))).toBe('decoder-missing');
  });

  test('names a file without video, or with a codec that is not supported', async () => {
    const [sound, old] = [join(folder, 'sound.mp4'), join(folder, 'old.avi')];
    await ffmpeg('-f', 'lavfi', '-i', 'sine=duration=1', sound);
    await ffmpeg('-f', 'lavfi', '-i', 'testsrc=duration=1:size=64x64', '-c:v', 'mjpeg', old);
    expect(await faultOf(play(sound))).toBe('no-video');
    expect(await faultOf(play(old))).toBe('unsupported-codec');
  });

  test('leaves no ffmpeg behind when it stops, nor when its process is killed', async () => {
    const path = join(folder, 'marked.mp4');
    await writeFile(path, await readFile(fixturePath('street.mp4')));
    const { session } = await play(path);
    await until('ffmpeg to run', () => playersOf(path).then((found) => found.length === 1));
    await session.stop();
    expect(await playersOf(path)).toEqual([]);

    const script = `
      import { FileSource } from ${JSON.stringify(import.meta.resolve('../../../gateway/src/streams/file-source.ts'))};
      const events = { onParameterSets() {}, onAccessUnit() {} };
      await new FileSource().open({ kind: 'file', path: ${JSON.stringify(path)} }, events, new AbortController().signal);
    `;
    const parent: ChildProcess = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: 'inherit',
    });
    await until('ffmpeg to run', () => playersOf(path).then((found) => found.length === 1));
    parent.kill('SIGKILL');
    await once(parent, 'exit');
    await until('ffmpeg to end by itself', () => playersOf(path).then((found) => found.length === 0), 5_000);
  });
});

function ffmpeg(...args: string[]): Promise<unknown> {
  return once(spawn('ffmpeg', ['-v', 'error', '-nostdin', ...args], { stdio: 'ignore' }), 'exit');
}

/** Process ids of the ffmpeg that play this file. */
async function playersOf(path: string): Promise<string[]> {
  const ids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const lines = await Promise.all(ids.map((id) => readFile(`/proc/${id}/cmdline`, 'latin1').catch(() => '')));
  return ids.filter((_id, index) => lines[index]?.startsWith('ffmpeg\0') && lines[index]?.includes(path));
}
