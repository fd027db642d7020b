import type { TfConstant } from './tfjs-graph.ts';

/** Order of a rank-4 value's axes as TensorFlow sees it. The ONNX tensor behind it is always NCHW. */
export type Layout = 'nchw' | 'nhwc';

/** Rows and columns to add before the value is read. */
export type Padding = { top: number; left: number; bottom: number; right: number; value: number };

/** A picture-shaped value: ONNX name, TensorFlow's view of it, channels, and input pixels per cell. */
export type FeatureMap = {
  kind: 'map';
  name: string;
  layout: Layout;
  channels: number;
  stride: number;
  /** Not yet applied: only a convolution or a pooling can take it. */
  padding?: Padding;
};

/** A convolution that is not yet written: the bias that follows joins it, and a split after it becomes two of them. */
export type Convolution = {
  kind: 'convolution';
  input: FeatureMap;
  layout: Layout;
  /** HWIO. */
  weights: TfConstant;
  bias?: TfConstant;
  strides: readonly number[];
};

/** A map seen as `[1, channels, cells]`; nothing is written for it until it is transposed. */
export type FlatMap = { kind: 'flat'; map: FeatureMap };

/** A value `[1, cells, channels]`. */
export type Sequence = { kind: 'sequence'; name: string; channels: number; stride: number };

export type Constant = { kind: 'constant' } & TfConstant;

export type GraphValue = FeatureMap | Convolution | FlatMap | Sequence | Constant;
