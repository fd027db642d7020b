import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { manifest } from '../manifest.ts';
import { convert } from './convert.ts';
import { encodeModel, type Graph } from './onnx.ts';
import { quantise } from './quantise.ts';
import { type Calibration, readCalibration } from './ranges.ts';
import { cacheFolder, loadSource, sha256 } from './source.ts';

/** Written into the files, so that each says by itself what it is. */
const metadata = {
  source: `${manifest.source.package}@${manifest.source.version} models/nanodet.json`,
  licence: manifest.licence.model,
};

export type BuiltModels = { fp32: Uint8Array; int8: Uint8Array };

/** The float32 graph from the source network. */
export const buildGraph = async (): Promise<Graph> => convert(await loadSource());

/** Both files as bytes, from the source network and the committed calibration. */
export async function buildModels(graph?: Graph, calibration?: Calibration): Promise<BuiltModels> {
  graph ??= await buildGraph();
  calibration ??= await readCalibration();
  return { fp32: encodeModel(graph, metadata), int8: encodeModel(quantise(graph, calibration), metadata) };
}

/**
 * Path of the float32 file, which is not committed: built into the cache when absent.
 * Throws when what is built differs from the manifest.
 */
export async function ensureFp32(): Promise<string> {
  const path = join(cacheFolder, 'nanodet-coco-fp32.onnx');
  const cached = await readFile(path).catch(() => undefined);
  if (cached && sha256(cached) === manifest.sha256.fp32) return path;
  const bytes = encodeModel(await buildGraph(), metadata);
  if (sha256(bytes) !== manifest.sha256.fp32)
    throw new Error('the float32 model differs from the manifest; run npm run build:nanodet');
  await mkdir(cacheFolder, { recursive: true });
  await writeFile(path, bytes);
  return path;
}
