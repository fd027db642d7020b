import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const FOOTAGE = fileURLToPath(new URL('../../fixtures/media/street.mp4', import.meta.url));
const FPS = 25;
const SECONDS = 8;

/** What a stream of the benchmark looks like. `isStill`: one picture of the footage under a sensor's noise, nothing moves. */
type Profile = { width: number; height: number; bitrateKbps: number; isStill: boolean };

const walking = { isStill: false } as const;
const still = { isStill: true } as const;

/** Bit rates are those that makers name for H.264 at these sizes. */
export const PROFILES: ReadonlyMap<string, Profile> = new Map([
  ['360p25', { width: 640, height: 360, bitrateKbps: 800, ...walking }],
  ['360p25-still', { width: 640, height: 360, bitrateKbps: 800, ...still }],
  ['720p25', { width: 1280, height: 720, bitrateKbps: 2000, ...walking }],
  ['1080p25', { width: 1920, height: 1080, bitrateKbps: 4000, ...walking }],
]);

/**
 * Makes the clip of a profile from the street footage: cut to 16:9, scaled, every picture of the footage shown for 1/25 s (people walk
 * 2.5 times as fast, no picture repeats another), a little noise as a sensor gives it, one slice, a keyframe every 2 s, no B-frames.
 * @param overlay filters of ffmpeg that draw on the finished picture
 */
export function makeClip(
  folder: string,
  name: string,
  overlay: readonly string[] = [],
): { path: string; profile: Profile } {
  const profile = PROFILES.get(name);
  if (profile === undefined) {
    throw new Error(`--profile must be one of ${[...PROFILES.keys()].join(', ')}, got "${name}"`);
  }
  const path = join(folder, `${name}.mp4`);
  const { width, height, bitrateKbps, isStill } = profile;
  const filters = [
    ...(isStill ? ['loop=loop=-1:size=1:start=0'] : []),
    ...['crop=768:432', `scale=${width}:${height}`, `setpts=N/${FPS}/TB`, 'noise=alls=4:allf=t'],
    ...overlay,
  ];
  const rate = ['-b:v', `${bitrateKbps}k`, '-maxrate', `${bitrateKbps}k`, '-bufsize', `${bitrateKbps}k`];
  const coding = ['-preset', 'fast', '-bf', '0', '-g', '50', '-keyint_min', '50', '-sc_threshold', '0'];
  execFileSync('ffmpeg', [
    ...['-v', 'error', '-nostdin', '-i', FOOTAGE, '-an', '-vf', filters.join(','), '-r', String(FPS)],
    ...['-frames:v', String(FPS * SECONDS), '-c:v', 'libx264', ...coding, ...rate, '-pix_fmt', 'yuv420p'],
    ...['-threads', '1', path],
  ]);
  return { path, profile };
}
