import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fragment, initSegment, MediaTimeline, sampleNals } from '../../../gateway/src/base/mp4/index.ts';
import { fixturePath, readClip } from '../../support/access-units.ts';

const run = promisify(execFile);
let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pingan-mp4-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Checksums of all decoded pictures, in display order. */
async function pictures(path: string): Promise<string[]> {
  const { stdout } = await run('ffmpeg', [
    '-v',
    'error',
    '-i',
    path,
    '-fps_mode',
    'passthrough',
    '-f',
    'framemd5',
    'pipe:1',
  ]);
  return stdout
    .split('\n')
    .flatMap((line) => (line.startsWith('0,') ? [line.split(',').at(-1)?.trim() ?? ''] : []));
}

describe('fragmented MP4', () => {
  test.each([
    ['street.mp4', 'h264,avc1,768,576,200'],
    ['street-sub.mp4', 'h264,avc1,384,288,100'],
    ['street-h265.mp4', 'hevc,hvc1,384,288,40'],
    ['street-bframes.mp4', 'h264,avc1,384,288,40'],
  ])('of %s is read back by ffmpeg with the same pictures', async (name, expected) => {
    const clip = await readClip(fixturePath(name));
    const timeline = new MediaTimeline();
    const fragments = clip.units.map((unit, index) =>
      fragment({
        sequence: index + 1,
        timing: timeline.next(unit),
        key: unit.key,
        nals: sampleNals(unit, clip.sets),
      }),
    );
    const path = join(folder, name);
    await writeFile(path, Buffer.concat([initSegment(clip.sets).bytes, ...fragments]));
    const entries = 'stream=codec_name,codec_tag_string,width,height,nb_read_frames';
    const probe = await run('ffprobe', [
      '-v',
      'error',
      '-count_frames',
      '-show_entries',
      entries,
      '-of',
      'csv=p=0',
      path,
    ]);
    expect(probe.stderr).toBe('');
    expect(probe.stdout.trim()).toBe(expected);
    expect(await pictures(path)).toEqual(await pictures(fixturePath(name)));
  });
});
