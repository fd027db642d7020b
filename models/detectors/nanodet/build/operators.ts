import { sliceConvolution } from './convolution.ts';
import type { GraphBuilder } from './graph-builder.ts';
import {
  flagAttribute,
  integersAttribute,
  numberAttribute,
  type TfNode,
  textAttribute,
} from './tfjs-graph.ts';
import type { Constant, Convolution, FeatureMap, GraphValue, Layout } from './values.ts';

/** What an operator may ask while it is translated. `input*` resolve the node's inputs by position. */
export type Translation = {
  node: TfNode;
  builder: GraphBuilder;
  /** Side of the square input that the source graph was made for, pixels. */
  referenceSide: number;
  input(index: number): GraphValue;
  /** The input as a map; a waiting convolution is written. */
  map(index: number): FeatureMap;
  /** The input as a constant. */
  constant(index: number): Constant;
};

/** Translates one TensorFlow node; several values for a node with several outputs. */
export type Operator = (t: Translation) => GraphValue | GraphValue[];

const fail = (t: Translation, problem: string): never => {
  throw new Error(`${t.node.op} ${t.node.name}: ${problem}`);
};

/** Positions of rows, columns and channels among a rank-4 value's axes. */
const axes: Record<Layout, { row: number; column: number; channel: number }> = {
  nchw: { row: 2, column: 3, channel: 1 },
  nhwc: { row: 1, column: 2, channel: 3 },
};

const plainMap = (t: Translation, index: number): FeatureMap => {
  const map = t.map(index);
  return map.padding ? fail(t, 'reads a padded value') : map;
};

/** Axis of a node along which channels lie; anything else is not used by this network. */
const requireChannelAxis = (t: Translation, axisInput: number, layout: Layout): void => {
  const [axis = 0] = t.constant(axisInput).data;
  if ((axis + 4) % 4 !== axes[layout].channel) fail(t, `axis ${axis} is not the channel axis of ${layout}`);
};

const conv2d: Operator = (t) => {
  const input = t.map(0);
  const [, rows = 1, columns = 1] = integersAttribute(t.node, 'strides');
  if (input.layout !== 'nhwc' || textAttribute(t.node, 'data_format') !== 'NHWC') fail(t, 'expects NHWC');
  if (textAttribute(t.node, 'padding') !== 'VALID') fail(t, 'expects VALID padding');
  if (integersAttribute(t.node, 'dilations').some((d) => d !== 1)) fail(t, 'dilation is not supported');
  return { kind: 'convolution', input, layout: 'nhwc', weights: t.constant(1), strides: [rows, columns] };
};

const addConstants = (a: Constant, b: Constant): Constant => ({
  kind: 'constant',
  shape: a.shape,
  data: a.data.map((value, index) => value + (b.data[index % b.data.length] ?? 0)),
});

const add: Operator = (t) => {
  const [a, b] = [t.input(0), t.input(1)];
  if (a.kind === 'constant' && b.kind === 'constant') return addConstants(a, b);
  if (a.kind === 'convolution' && b.kind === 'constant')
    return a.bias ? fail(t, 'second bias') : { ...a, bias: b };
  const [left, right] = [plainMap(t, 0), plainMap(t, 1)];
  if (left.layout !== right.layout || left.stride !== right.stride)
    fail(t, 'operands differ in layout or size');
  return { ...left, name: t.builder.node('Add', [left.name, right.name]) };
};

const flipped = { '0,2,3,1': 'nhwc', '0,3,1,2': 'nchw' } as const;

const transpose: Operator = (t) => {
  const value = t.input(0);
  const order = [...t.constant(1).data].join();
  if (value.kind === 'flat' && order === '0,2,1') return toSequence(t, value.map);
  if (value.kind !== 'map' && value.kind !== 'convolution') return fail(t, `transposes a ${value.kind}`);
  const layout = order === '0,2,3,1' || order === '0,3,1,2' ? flipped[order] : fail(t, `order ${order}`);
  return layout === value.layout ? fail(t, `value is ${layout} already`) : { ...value, layout };
};

/**
 * `[1, channels, rows, columns]` → `[1, cells, channels]` for any number of cells. Channels go last before rows and
 * columns are joined: int8 convolutions work in that order, and the runtime then drops both transpositions.
 */
function toSequence(t: Translation, { name, channels, stride }: FeatureMap): GraphValue {
  const turned = t.builder.node('Transpose', [name], { attributes: { perm: [0, 2, 3, 1] } });
  const data = BigInt64Array.of(1n, -1n, BigInt(channels));
  const shape = t.builder.constant('shape', { dtype: 'int64', dims: [3], data });
  return { kind: 'sequence', name: t.builder.node('Reshape', [turned, shape]), channels, stride };
}

const pad: Operator = (t) => {
  const input = plainMap(t, 0);
  const amounts = t.constant(1).data;
  const { row, column } = axes[input.layout];
  const amount = (axis: number, end: 0 | 1): number => amounts[axis * 2 + end] ?? 0;
  const total = [...amounts].reduce((sum, value) => sum + value, 0);
  const padding = {
    top: amount(row, 0),
    left: amount(column, 0),
    bottom: amount(row, 1),
    right: amount(column, 1),
    value: t.node.op === 'PadV2' ? (t.constant(2).data[0] ?? 0) : 0,
  };
  if (padding.top + padding.left + padding.bottom + padding.right !== total)
    fail(t, 'pads batch or channels');
  return { ...input, padding };
};

const maxPool: Operator = (t) => {
  const input = t.map(0);
  const [, height = 1, width = 1] = integersAttribute(t.node, 'ksize');
  const [, rows = 1, columns = 1] = integersAttribute(t.node, 'strides');
  const { padding } = input;
  if (padding && padding.value !== Number.NEGATIVE_INFINITY) fail(t, `padded with ${padding.value}`);
  const name = t.builder.node('MaxPool', [input.name], {
    attributes: {
      kernel_shape: [height, width],
      strides: [rows, columns],
      pads: padding ? [padding.top, padding.left, padding.bottom, padding.right] : [0, 0, 0, 0],
    },
  });
  return { kind: 'map', name, layout: input.layout, channels: input.channels, stride: input.stride * rows };
};

const leakyRelu: Operator = (t) => {
  const input = plainMap(t, 0);
  const attributes = { alpha: { float: numberAttribute(t.node, 'alpha') } };
  return { ...input, name: t.builder.node('LeakyRelu', [input.name], { attributes }) };
};

const concatenate: Operator = (t) => {
  const last = (t.node.input?.length ?? 1) - 1;
  const parts = Array.from({ length: last }, (_, index) => plainMap(t, index));
  const first = parts[0] ?? fail(t, 'has no inputs');
  requireChannelAxis(t, last, first.layout);
  if (parts.some((part) => part.layout !== first.layout || part.stride !== first.stride))
    fail(t, 'inputs differ');
  const names = parts.map((part) => part.name);
  const channels = parts.reduce((sum, part) => sum + part.channels, 0);
  return { ...first, channels, name: t.builder.node('Concat', names, { attributes: { axis: 1 } }) };
};

/** The source's target size is fixed; its ratio to the reference input becomes a scale that fits any input. */
const resizeBilinear: Operator = (t) => {
  const input = plainMap(t, 0);
  const [rows = 0, columns = 0] = t.constant(1).data;
  if (
    rows !== columns ||
    !flagAttribute(t.node, 'half_pixel_centers') ||
    flagAttribute(t.node, 'align_corners')
  )
    fail(t, 'expects a square target and half pixel centres');
  const scale = (rows * input.stride) / t.referenceSide;
  const scales = t.builder.constant('scales', {
    dtype: 'float32',
    dims: [4],
    data: Float32Array.of(1, 1, scale, scale),
  });
  const attributes = { mode: 'linear', coordinate_transformation_mode: 'half_pixel' };
  const name = t.builder.node('Resize', [input.name, '', scales], { attributes });
  return { ...input, stride: input.stride / scale, name };
};

/** A head's channels are cut in two: two convolutions instead of one and a copy, each quantised to its own range. */
const split: Operator = (t) => {
  const whole = t.input(0);
  if (whole.kind !== 'convolution') return fail(t, `splits a ${whole.kind}`);
  requireChannelAxis(t, 2, whole.layout);
  let from = 0;
  return [...t.constant(1).data].map((channels): Convolution => {
    const part = sliceConvolution(whole, from, from + channels);
    from += channels;
    return part;
  });
};

const sigmoid: Operator = (t) => {
  const input = plainMap(t, 0);
  return { ...input, name: t.builder.node('Sigmoid', [input.name]) };
};

const reshape: Operator = (t) => {
  const map = plainMap(t, 0);
  const [batch, channels, cells] = t.constant(1).data;
  if (map.layout !== 'nchw' || batch !== 1 || channels !== map.channels || cells !== -1)
    fail(t, `target ${batch},${channels},${cells} is not a flattening`);
  return { kind: 'flat', map };
};

/** Only the form that makes a run of zeros is used: part of a shape's computation. */
const sparseToDense: Operator = (t) => {
  if (t.constant(0).data.length !== 0) fail(t, 'has entries');
  const shape = [...t.constant(1).data];
  const length = shape.reduce((product, side) => product * side, 1);
  return { kind: 'constant', shape, data: new Int32Array(length).fill(t.constant(3).data[0] ?? 0) };
};

/** Every TensorFlow operator of the network. */
export const operators: ReadonlyMap<string, Operator> = new Map([
  ['Conv2D', conv2d],
  ['Add', add],
  ['AddV2', add],
  ['Transpose', transpose],
  ['Pad', pad],
  ['PadV2', pad],
  ['MaxPool', maxPool],
  ['LeakyRelu', leakyRelu],
  ['ConcatV2', concatenate],
  ['ResizeBilinear', resizeBilinear],
  ['SplitV', split],
  ['Sigmoid', sigmoid],
  ['Reshape', reshape],
  ['SparseToDense', sparseToDense],
  ['Identity', (t) => t.input(0)],
]);
