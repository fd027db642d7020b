import type { PictureFinding } from '@pingan/models/contract';
import { FPS, type Scene } from './scenes.ts';

export type Level = 'weak' | 'strong';
/** When the defect begins and ends in a clip, seconds. */
export const DEFECT = { from: 16, to: 40 } as const;
export const CLIP_SECONDS = 42;
/** The camera's view. */
export const VIEW = { width: 416, height: 320 } as const;

/** How a clip departs from its scene: words of an ffmpeg filter graph between labels [in] and [out]. */
type Defect = (level: Level, scene: Scene) => string;

const when = `enable='between(t,${DEFECT.from},${DEFECT.to})'`;
const during = (expression: string) => `if(between(t\\,${DEFECT.from}\\,${DEFECT.to})\\,${expression}\\,0)`;
const centre = { x: (624 - VIEW.width) / 2, y: (480 - VIEW.height) / 2 };
const view = `crop=${VIEW.width}:${VIEW.height}:${centre.x}:${centre.y}`;
const pick = <T>(level: Level, weak: T, strong: T): T => (level === 'weak' ? weak : strong);
const luma = (expression: string) => `[in]${view},lutyuv=y='${expression}':${when}[out]`;

/** A wave of `period` pixels in a direction, as a picture about 128 that is merged into the view. */
function stripes(level: Level, { seed }: Scene): string {
  const amplitude = pick(level, 6, 18);
  const period = 5 + (seed % 5) * 3;
  const direction = ['Y', 'X', '(X+Y)', '(X-2*Y)'][seed % 4] ?? 'Y';
  const wave =
    seed % 3 === 0
      ? `128+${amplitude}*(2*lt(mod(${direction}+2000\\,${period})\\,${period / 2})-1)`
      : `128+${amplitude}*sin(2*PI*${direction}/${period})`;
  return [
    `color=gray:size=${VIEW.width}x${VIEW.height}:rate=${FPS},format=gray,trim=end_frame=1,geq=lum='${wave}'`,
    `loop=loop=-1:size=1,setpts=N/${FPS}/TB,format=yuv420p[w];[in]${view}[v];[v][w]blend=c0_mode=grainmerge:c1_mode=normal:c2_mode=normal:${when}:shortest=1[out]`,
  ].join(',');
}

/** Something soft in front of the lens: a far too near part of the scene, over a share of the view or all of it. */
function occluded(level: Level, { seed }: Scene): string {
  const { width, height } = VIEW;
  const whole = level === 'strong' && seed % 2 === 1;
  const share = whole ? 1 : pick(level, 0.28, 0.5);
  const size = [
    [Math.round(width * share), height],
    [width, Math.round(height * share)],
  ][seed % 2] ?? [width, height];
  const [w = width, h = height] = whole ? [width, height] : size;
  const x = seed % 3 === 0 ? 0 : width - w;
  const y = seed % 3 === 1 ? 0 : height - h;
  const shade = [0.35, 0.6, 0.9][seed % 3] ?? 0.6;
  const soft = `vflip,hflip,scale=26:20,scale=624:480:flags=bicubic,crop=${w}:${h}:40:40,lutyuv=y=16+(val-16)*${shade},noise=c0s=3:c0f=t`;
  return `[in]split[s][t];[s]${view}[v];[t]${soft}[o];[v][o]overlay=x=${x}:y=${y}:${when}[out]`;
}

function moved(level: Level, { seed }: Scene): string {
  const [dx, dy] = pick(level, [26, 14], [100, 60]);
  const signs = [
    [1, 1],
    [-1, 1],
    [1, -1],
    [-1, -1],
  ][seed % 4] ?? [1, 1];
  const x = `${centre.x}+${during(`${(signs[0] ?? 1) * dx}`)}`;
  const y = `${centre.y}+${during(`${(signs[1] ?? 1) * dy}`)}`;
  return `[in]crop=${VIEW.width}:${VIEW.height}:'${x}':'${y}'[out]`;
}

function shaking(level: Level, { seed }: Scene): string {
  const amplitude = pick(level, 0.7, 4);
  const hertz = 1.3 + (seed % 5) * 0.37;
  const wave = (phase: number, factor: number) =>
    during(
      `${amplitude}*sin(2*PI*${hertz * factor}*t+${phase})+${amplitude / 2}*sin(2*PI*${hertz * factor * 2.3}*t)`,
    );
  return `[in]scale=iw*2:ih*2,crop=${VIEW.width * 2}:${VIEW.height * 2}:'${centre.x * 2}+2*(${wave(seed, 1)})':'${centre.y * 2}+2*(${wave(1, 1.4)})',scale=iw/2:ih/2[out]`;
}

function cast(level: Level, { seed }: Scene): string {
  const strength = pick(level, 0.5, 1);
  const gains = [
    [0.35, 0, -0.45],
    [-0.4, 0, 0.35],
    [-0.25, 0.3, -0.25],
    [0.3, -0.3, 0.3],
  ][seed % 4] ?? [0, 0, 0];
  const [r, g, b] = gains.map((gain) => (1 + gain * strength).toFixed(3));
  return `[in]${view},colorchannelmixer=rr=${r}:gg=${g}:bb=${b}:${when},format=yuv420p[out]`;
}

/** The very same picture for 15 s, or for as long as other defects last. */
function frozen(level: Level, _: Scene): string {
  const [from, to] = [DEFECT.from * FPS, pick(level, DEFECT.from + 15, DEFECT.to) * FPS];
  const held = `trim=start_frame=${from}:end_frame=${from + 1},loop=loop=${to - from}:size=1,setpts=N/${FPS}/TB[h]`;
  return `[in]${view},trim=end_frame=${CLIP_SECONDS * FPS},split=3[a][b][c];[a]trim=end_frame=${from}[x];[b]${held};[c]trim=start_frame=${to + 1},setpts=PTS-STARTPTS[z];[x][h][z]concat=n=3,setpts=N/${FPS}/TB[out]`;
}

/** One way to make each finding, at two strengths. */
export const DEFECTS: Record<PictureFinding, Defect> = {
  black: (level) => luma(pick(level, '18+(val-16)*0.03', '16')),
  frozen,
  'too-dark': (level) => luma(pick(level, '16+(val-16)*0.2', '16+(val-16)*0.12')),
  'too-bright': (level) => luma(pick(level, 'min(235,16+(val-16)*1.6+100)', 'min(235,16+(val-16)*2+165)')),
  'low-contrast': (level) => luma(pick(level, '126+(val-126)*0.32', '126+(val-126)*0.18')),
  blurred: (level) => `[in]${view},gblur=sigma=${pick(level, 1.8, 4)}:${when}[out]`,
  'colour-cast': cast,
  noise: (level) => `[in]${view},noise=alls=${pick(level, 24, 55)}:allf=t:${when}[out]`,
  stripes,
  occluded,
  'scene-moved': moved,
  shaking,
};
