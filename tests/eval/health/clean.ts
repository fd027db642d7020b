import { VIEW } from './defects.ts';
import type { Scene } from './scenes.ts';

/** Nothing is wrong in these: what a camera sees in a day and must not report. */
export const CLEAN_FPS = 1;
export const CLEAN_SECONDS = 120;

type Clean = { chain(scene: Scene): string; coding?: readonly string[] };

const view = `crop=${VIEW.width}:${VIEW.height}:104:80`;
const dusk = (power: number, gain: number) => `lutyuv=y='16+219*${gain}*pow(max(val-16\\,0)/219\\,${power})'`;

export const CLEAN: Readonly<Record<string, Clean>> = {
  day: { chain: () => `[in]${view}[out]` },
  /** Darker by a gamma curve, nearly without colour, the sensor's gain turned up. */
  night: {
    chain: ({ seed }) =>
      `[in]${view},${dusk(1.5, 0.55 + 0.05 * (seed % 4))},hue=s=0.15,noise=c0s=${6 + (seed % 4)}:c0f=t[out]`,
    coding: ['-crf', '26'],
  },
  /** Fine drops all over, new in each picture. */
  rain: { chain: ({ seed }) => `[in]${view},noise=c0s=${10 + (seed % 4) * 2}:c0f=t+u[out]` },
  /** A lamp goes on and off every 20 s. */
  lights: {
    chain: ({ seed }) => `[in]${view},${dusk(1.1, 0.45 + 0.05 * (seed % 3))}:enable='lt(mod(t,40),20)'[out]`,
  },
  /** At night a bright soft spot sweeps through every 15 s. */
  headlights: {
    chain: ({ seed }) =>
      [
        `color=white:size=120x80:rate=${CLEAN_FPS},format=yuva420p,lutyuv=a=200,gblur=sigma=9:planes=8[lamp]`,
        `[in]${view},${dusk(1.4, 0.6)},noise=c0s=5:c0f=t[v]`,
        `[v][lamp]overlay=x='-120+mod(t,15)*${60 + 10 * (seed % 4)}':y=${120 + 20 * (seed % 5)}:shortest=1[out]`,
      ].join(';'),
  },
  /** Ten minutes in which nothing moves and the encoder leaves little of the grain. */
  still: {
    chain: ({ seed }) =>
      `[in]${view},trim=end_frame=1,loop=loop=-1:size=1,setpts=N/${CLEAN_FPS}/TB,noise=c0s=${2 + (seed % 3)}:c0f=t[out]`,
    coding: ['-crf', '27', '-g', '10'],
  },
};

export const secondsOf = (kind: string): number => (kind === 'still' ? 600 : CLEAN_SECONDS);
