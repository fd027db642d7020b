import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { DetectorManifestSchema } from '@pingan/models/detectors';
import { Value } from 'typebox/value';
import { describe, expect, test } from 'vitest';
import { encodeModel, type Graph } from '../../../models/detectors/nanodet/build/onnx.ts';
import { block, float, integer } from '../../../models/detectors/nanodet/build/protobuf.ts';
import { quantise } from '../../../models/detectors/nanodet/build/quantise.ts';
import { differingRanges, readCalibration } from '../../../models/detectors/nanodet/build/ranges.ts';
import { readTfjsGraph } from '../../../models/detectors/nanodet/build/tfjs-graph.ts';
import { nanodet } from '../../../models/detectors/nanodet/index.ts';
import { logitCode } from '../../../models/detectors/nanodet/output-codes.ts';

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
const build = new URL('../../../models/detectors/nanodet/build/', import.meta.url);

describe('the committed files', () => {
  test('the manifest is well formed and the weights file is the one it describes', async () => {
    expect(Value.Check(DetectorManifestSchema, nanodet.manifest)).toBe(true);
    const bytes = await readFile(nanodet.weights);
    expect(sha256(bytes)).toBe(nanodet.manifest.sha256.int8);
    expect(bytes.length).toBeLessThan(4_000_000);
  });

  test('the calibration pictures are the ones whose ranges are recorded', async () => {
    const { pictures } = await readCalibration();
    for (const [name, hash] of Object.entries(pictures))
      expect(sha256(await readFile(new URL(`calibration/${name}`, build))), name).toBe(hash);
    expect(Object.keys(pictures).length).toBeGreaterThan(5);
  });
});

describe('protobuf', () => {
  // worked examples of protobuf.dev/programming-guides/encoding
  test('encodes varints, strings and floats as the specification shows', () => {
    expect([...integer(1, 150)]).toEqual([0x08, 0x96, 0x01]);
    expect([...integer(1, -2)]).toEqual([0x08, 0xfe, ...Array(8).fill(0xff), 0x01]);
    expect([...block(2, 'testing')]).toEqual([0x12, 0x07, 0x74, 0x65, 0x73, 0x74, 0x69, 0x6e, 0x67]);
    expect([...block(3, integer(1, 150))]).toEqual([0x1a, 0x03, 0x08, 0x96, 0x01]);
    expect([...float(1, 1)]).toEqual([0x0d, 0, 0, 0x80, 0x3f]);
  });
});

const convolution: Graph = {
  nodes: [
    {
      op: 'Conv',
      inputs: ['input', 'kernel', 'bias'],
      outputs: ['map'],
      attributes: { kernel_shape: [1, 1] },
    },
    { op: 'LeakyRelu', inputs: ['map'], outputs: ['rectified'], attributes: { alpha: { float: 0.1 } } },
    { op: 'Identity', inputs: ['rectified'], outputs: ['scores_8'], attributes: {} },
  ],
  constants: new Map([
    [
      'kernel',
      { name: 'kernel', dtype: 'float32', dims: [2, 3, 1, 1], data: Float32Array.of(1, -2, 0.5, 0, 0, 4) },
    ],
    ['bias', { name: 'bias', dtype: 'float32', dims: [2], data: Float32Array.of(0.25, -1) }],
  ]),
  inputs: [{ name: 'input', dims: [1, 3, 'height', 'width'] }],
  outputs: [{ name: 'scores_8' }],
};
const calibration = { pictures: {}, ranges: { map: [-4, 6] as [number, number] } };

describe('quantisation', () => {
  const graph = quantise(convolution, calibration);
  const values = (name: string) => [...(graph.constants.get(name)?.data ?? [])].map(Number);

  test('weights fit in seven bits, scaled per output channel by their largest', () => {
    const codes = values('kernel_code');
    expect(codes.every((code) => Math.abs(code) <= 63)).toBe(true);
    // deviation is part of the weights: the largest of the first channel is −2 / 57.12, of the second 4 / 58.395
    expect(codes[1]).toBe(-63);
    expect(codes[6]).toBe(63);
    expect(values('kernel_scale')[1]).toBeCloseTo(4 / 58.395 / 63, 6);
  });

  test('mean moves into the bias, at the scale of the products', () => {
    const [first = 0] = values('bias_code');
    const [scale = 0] = values('bias_scale');
    const expected =
      0.25 + (116 - 103.53) / 57.375 - (2 * (116 - 116.28)) / 57.12 + (0.5 * (116 - 123.675)) / 58.395;
    expect(first * scale).toBeCloseTo(expected, 2);
  });

  test('an activation’s scale spans its range with zero exact', () => {
    expect(values('map_scale')[0]).toBeCloseTo(10 / 255, 6);
    expect(values('map_zero')).toEqual([Math.round(4 / (10 / 255))]);
  });

  test('what becomes an output has the scale that postprocessing reads', () => {
    expect(values('rectified_scale')[0]).toBeCloseTo(logitCode.scale, 6);
    expect(values('rectified_zero')).toEqual([logitCode.zero]);
    expect(graph.outputs).toEqual([{ name: 'scores_8', dtype: 'uint8' }]);
  });

  test('the same graph gives the same bytes', () => {
    expect(sha256(encodeModel(quantise(convolution, calibration)))).toBe(sha256(encodeModel(graph)));
  });

  test('a tensor without a range is named with the remedy', () => {
    expect(() => quantise(convolution, { pictures: {}, ranges: {} })).toThrow(
      /no range for map.*--calibrate/,
    );
  });

  test('a moved range is noticed, a rounding error is not', () => {
    const moved = { pictures: {}, ranges: { map: [-4, 6.5] as [number, number] } };
    const rounded = { pictures: {}, ranges: { map: [-4, 6.000001] as [number, number] } };
    expect(differingRanges(calibration, moved, 1e-3)).toEqual(['map']);
    expect(differingRanges(calibration, rounded, 1e-3)).toEqual([]);
  });
});

describe('reading a TensorFlow.js graph', () => {
  const model = (weights: object[]) => ({
    format: 'graph-model',
    modelTopology: { node: [] },
    weightsManifest: [{ weights }],
  });
  const half = { name: 'w', shape: [3], dtype: 'float32', quantization: { dtype: 'float16' } };

  test('float16 weights are widened exactly', () => {
    const bytes = new Uint8Array(Uint16Array.of(0x3c00, 0xc000, 0x0001).buffer);
    const { constants } = readTfjsGraph(model([half]), bytes);
    expect([...(constants.get('w')?.data ?? [])]).toEqual([1, -2, 2 ** -24]);
  });

  test('a weights file of another length is refused', () => {
    expect(() => readTfjsGraph(model([half]), new Uint8Array(8))).toThrow(/8 bytes.*6/);
  });
});
