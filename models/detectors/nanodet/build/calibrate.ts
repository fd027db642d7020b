import { readdir, readFile } from 'node:fs/promises';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import sharp from 'sharp';
import type { RgbPicture } from '../../detector-model.ts';
import { manifest } from '../manifest.ts';
import { normalise, preprocessRgb24 } from '../preprocess.ts';
import { encodeModel, type Graph } from './onnx.ts';
import { quantisedTensors } from './quantise.ts';
import type { Calibration } from './ranges.ts';
import { poolBeforeActivation } from './rearrange.ts';
import { sha256 } from './source.ts';

const folder = new URL('./calibration/', import.meta.url);

type Named = { name: string; bytes: Uint8Array };

async function readPictures(): Promise<Named[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.jpg')).sort();
  return Promise.all(names.map(async (name) => ({ name, bytes: await readFile(new URL(name, folder)) })));
}

async function decode(bytes: Uint8Array): Promise<RgbPicture> {
  const { data, info } = await sharp(bytes)
    .toColourspace('srgb')
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, data };
}

/** Each byte through a line, clamped: gain 1 and offset 0 leave it as it is. */
const relit = (picture: RgbPicture, gain: number, offset: number): RgbPicture => ({
  ...picture,
  data: picture.data.map((byte) => Math.min(255, Math.max(0, Math.round(byte * gain + offset)))),
});

/** Four pictures of one size at half scale, so that small objects occur too. Takes every second pixel. */
function mosaic(pictures: readonly RgbPicture[], start: number): RgbPicture {
  const { width, height } = pictures[0] ?? { width: 0, height: 0 };
  const data = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const quarter = (x < width / 2 ? 0 : 1) + (y < height / 2 ? 0 : 2);
      const from = pictures[(start + quarter) % pictures.length]?.data;
      const source = (((y * 2) % height) * width + ((x * 2) % width)) * 3;
      for (let c = 0; c < 3; c++) data[(y * width + x) * 3 + c] = from?.[source + c] ?? 0;
    }
  return { width, height, data };
}

/** Every picture as it is, at dusk, in glare, and as part of a mosaic. */
const variants = (pictures: readonly RgbPicture[]): RgbPicture[] =>
  pictures.flatMap((picture, index) => [
    picture,
    relit(picture, 0.4, 0),
    relit(picture, 1.3, 20),
    mosaic(pictures, index),
  ]);

/** Widens `range` to hold every value. */
function widen(range: [number, number], values: Float32Array): void {
  for (const value of values) {
    if (value < range[0]) range[0] = value;
    if (value > range[1]) range[1] = value;
  }
}

/** Float32 values to six significant digits: enough for a scale, short enough to read in a diff. */
const rounded = (value: number): number => Number(value.toPrecision(6));

/** Runs the float32 network over the calibration pictures and records the range of every tensor to be quantised. */
export async function calibrate(graph: Graph): Promise<Calibration> {
  const named = await readPictures();
  const pictures = await Promise.all(named.map(({ bytes }) => decode(bytes)));
  const order = poolBeforeActivation(graph);
  const tensors = quantisedTensors(order);
  const input = manifest.input.name;
  const watched = encodeModel({ ...order, outputs: tensors.map((name) => ({ name })) });
  const session = await InferenceSession.create(watched, {
    graphOptimizationLevel: 'disabled',
    intraOpNumThreads: 1,
  });
  const ranges = new Map(tensors.map((name): [string, [number, number]] => [name, [0, 0]]));
  for (const picture of variants(pictures)) {
    const data = normalise(preprocessRgb24(picture));
    const results = await session.run({
      [input]: new Tensor('float32', data, [1, 3, picture.height, picture.width]),
    });
    for (const [name, range] of ranges) {
      const values = results[name]?.data;
      if (values instanceof Float32Array) widen(range, values);
    }
  }
  await session.release();
  return {
    pictures: Object.fromEntries(named.map(({ name, bytes }) => [name, sha256(bytes)])),
    ranges: Object.fromEntries(
      [...ranges].map(([name, [low, high]]) => [name, [rounded(low), rounded(high)]]),
    ),
  };
}
