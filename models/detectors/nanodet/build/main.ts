/**
 * Builds the weights files: `npm run build:nanodet`.
 *   --calibrate  measure the ranges of the calibration pictures again and write ranges.json
 *   --check      write nothing; exit 1 when rebuilding gives other files than the committed ones
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { nanodet } from '../index.ts';
import { manifest } from '../manifest.ts';
import { type BuiltModels, buildGraph, buildModels } from './build.ts';
import { calibrate } from './calibrate.ts';
import { differingRanges, readCalibration, writeCalibration } from './ranges.ts';
import { cacheFolder, sha256 } from './source.ts';

/** Share of a range by which another processor's rounding may move it. */
const RANGE_TOLERANCE = 1e-3;

/** Sentences about what differs between the built files and the manifest. */
const hashProblems = (built: BuiltModels): string[] =>
  (['fp32', 'int8'] as const).flatMap((kind) => {
    const is = sha256(built[kind]);
    return is === manifest.sha256[kind] ? [] : [`${kind}: built ${is}, manifest ${manifest.sha256[kind]}`];
  });

async function check(): Promise<string[]> {
  const graph = await buildGraph();
  const built = await buildModels(graph);
  const committed = sha256(await readFile(nanodet.weights));
  const [stored, measured] = [await readCalibration(), await calibrate(graph)];
  const moved = differingRanges(stored, measured, RANGE_TOLERANCE);
  return [
    ...hashProblems(built),
    ...(committed === manifest.sha256.int8
      ? []
      : [`committed weights file: ${committed}, manifest ${manifest.sha256.int8}`]),
    ...moved.map(
      (name) => `range of ${name}: ${stored.ranges[name]} stored, ${measured.ranges[name]} measured`,
    ),
    ...(JSON.stringify(stored.pictures) === JSON.stringify(measured.pictures)
      ? []
      : ['calibration pictures changed']),
  ];
}

async function build(anew: boolean): Promise<string[]> {
  const graph = await buildGraph();
  if (anew) await writeCalibration(await calibrate(graph));
  const built = await buildModels(graph);
  await mkdir(cacheFolder, { recursive: true });
  await writeFile(join(cacheFolder, 'nanodet-coco-fp32.onnx'), built.fp32);
  await writeFile(nanodet.weights, built.int8);
  console.log(
    `int8 ${(built.int8.length / 1e6).toFixed(2)} MB, fp32 ${(built.fp32.length / 1e6).toFixed(2)} MB`,
  );
  return hashProblems(built);
}

const { values } = parseArgs({ options: { check: { type: 'boolean' }, calibrate: { type: 'boolean' } } });
const problems = values.check ? await check() : await build(values.calibrate ?? false);
for (const problem of problems) console.error(problem);
if (problems.length > 0) {
  console.error(
    'The files differ from manifest.ts. If the change is meant, set its sha256 values and commit.',
  );
  process.exitCode = 1;
} else console.log('nanodet: files and manifest agree');
