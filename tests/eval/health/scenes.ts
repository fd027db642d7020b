import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const street = `${root}tests/fixtures/media/street.mp4`;
const photo = (name: string) => `${root}models/detectors/nanodet/build/calibration/${name}.jpg`;

/** A place that a camera looks at. `input` and `chain` make it at `width`×`height`, larger than the camera's view by half. */
export type Scene = {
  name: string;
  /** Kept apart while thresholds were chosen. */
  heldOut: boolean;
  input: readonly string[];
  chain: string;
  width: number;
  height: number;
  seed: number;
};

export const FPS = 5;

/** Recorded street, cropped: its people walk, its grain is its own. */
function recorded(name: string, from: { x: number; y: number; second: number; flip?: boolean }) {
  const chain = [
    `trim=start=${from.second}:duration=10,setpts=PTS-STARTPTS,fps=${FPS}`,
    `crop=624:480:${from.x}:${from.y}`,
    ...(from.flip ? ['hflip'] : []),
    `split[a][b];[b]reverse[c];[a][c]concat=n=2,loop=loop=-1:size=${20 * FPS},setpts=N/${FPS}/TB`,
  ].join(',');
  return { name, input: ['-i', street], chain, width: 624, height: 480 };
}

/** A photograph as a camera sees it: sensor grain, and something that walks through. */
function photographed(
  name: string,
  picture: string,
  variant: { flip?: boolean; grain: number; zoom: number },
) {
  const [w, h] = [624, 480];
  const [cw, ch] = [416, 320];
  const side = `scale=${Math.round(cw * variant.zoom)}:${Math.round(ch * variant.zoom)}:flags=bicubic,crop=${cw}:${ch}`;
  const margin = `pad=${w}:${h}:104:80,fillborders=left=104:right=104:top=80:bottom=80:mode=mirror`;
  const chain = [
    `${side}${variant.flip ? ',hflip' : ''},format=yuv420p,${margin},loop=loop=-1:size=1,setpts=N/${FPS}/TB,fps=${FPS},split[p][q]`,
    `[q]crop=44:110:200:180,vflip,lutyuv=y=val*0.8[f]`,
    `[p][f]overlay=x='mod(t*38\\,${w + 200})-100':y=260,noise=c0s=${variant.grain}:c0f=t`,
  ].join(';');
  return { name, input: ['-i', photo(picture)], chain, width: w, height: h };
}

type Draft = Omit<Scene, 'heldOut' | 'seed'>;

const tuned: Draft[] = [
  recorded('street-left', { x: 0, y: 0, second: 0 }),
  recorded('street-left-later', { x: 0, y: 96, second: 9 }),
  recorded('street-mirrored', { x: 60, y: 40, second: 4, flip: true }),
  photographed('building', 'building', { grain: 4, zoom: 1 }),
  photographed('leuven', 'leuven', { grain: 4, zoom: 1 }),
  photographed('road-works', 'road-works', { grain: 4, zoom: 1 }),
  photographed('road-works-mirrored', 'road-works', { grain: 7, zoom: 1.1, flip: true }),
  photographed('street-corner', 'street-corner', { grain: 5, zoom: 1 }),
  photographed('motorcycle', 'motorcycle', { grain: 4, zoom: 1 }),
  photographed('motorcycle-near', 'motorcycle', { grain: 6, zoom: 1.3 }),
];
const heldOut: Draft[] = [
  recorded('street-right', { x: 144, y: 0, second: 0 }),
  recorded('street-right-later', { x: 144, y: 96, second: 8 }),
  recorded('street-right-mirrored', { x: 120, y: 60, second: 5, flip: true }),
  photographed('street-sign', 'street-sign', { grain: 4, zoom: 1 }),
  photographed('street-corner-near', 'street-corner', { grain: 4, zoom: 1.3, flip: true }),
  photographed('camera', 'camera', { grain: 4, zoom: 1 }),
  photographed('camera-mirrored', 'camera', { grain: 5, zoom: 1.2, flip: true }),
  photographed('astronaut', 'astronaut', { grain: 4, zoom: 1 }),
  photographed('street-sign-near', 'street-sign', { grain: 5, zoom: 1.3, flip: true }),
  photographed('astronaut-near', 'astronaut', { grain: 5, zoom: 1.2, flip: true }),
];

export const SCENES: readonly Scene[] = [...tuned, ...heldOut].map((draft, seed) => ({
  ...draft,
  heldOut: seed >= tuned.length,
  seed,
}));
