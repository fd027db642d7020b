import type { GraphBuilder } from './graph-builder.ts';
import type { TfConstant } from './tfjs-graph.ts';
import type { Convolution, FeatureMap } from './values.ts';

/** Sides of a kernel stored as HWIO. */
export function kernelOf(weights: TfConstant) {
  const [height = 0, width = 0, inputs = 0, outputs = 0] = weights.shape;
  return { height, width, inputs, outputs };
}

/** Kernel HWIO → OIHW, the order ONNX wants. */
function toOihw(weights: TfConstant): Float32Array {
  const { height, width, inputs, outputs } = kernelOf(weights);
  const out = new Float32Array(weights.data.length);
  let at = 0;
  for (let o = 0; o < outputs; o++)
    for (let i = 0; i < inputs; i++)
      for (let y = 0; y < height; y++)
        for (let x = 0; x < width; x++)
          out[at++] = weights.data[((y * width + x) * inputs + i) * outputs + o] ?? 0;
  return out;
}

/** Writes the convolution with its bias and padding; returns the map it makes. */
export function writeConvolution(builder: GraphBuilder, convolution: Convolution): FeatureMap {
  const { input, weights, bias, strides, layout } = convolution;
  const { height, width, inputs, outputs } = kernelOf(weights);
  const { padding } = input;
  if (padding && padding.value !== 0)
    throw new Error(`convolution padded with ${padding.value}; only zeros are supported`);
  const kernel = builder.constant('weight', {
    dtype: 'float32',
    dims: [outputs, inputs, height, width],
    data: toOihw(weights),
  });
  const offset = builder.constant('bias', {
    dtype: 'float32',
    dims: [outputs],
    data: bias ? Float32Array.from(bias.data) : new Float32Array(outputs),
  });
  const name = builder.node('Conv', [input.name, kernel, offset], {
    attributes: {
      kernel_shape: [height, width],
      strides,
      pads: padding ? [padding.top, padding.left, padding.bottom, padding.right] : [0, 0, 0, 0],
    },
  });
  return { kind: 'map', name, layout, channels: outputs, stride: input.stride * (strides[0] ?? 1) };
}

/** Picks output channels `from..to` of a convolution: cutting the kernel is the same as cutting its result. */
export function sliceConvolution(convolution: Convolution, from: number, to: number): Convolution {
  const { weights, bias } = convolution;
  const { height, width, inputs, outputs } = kernelOf(weights);
  const keep = (data: TfConstant['data']) =>
    Float32Array.from(data).filter((_, i) => i % outputs >= from && i % outputs < to);
  return {
    ...convolution,
    weights: { shape: [height, width, inputs, to - from], data: keep(weights.data) },
    ...(bias && { bias: { shape: [to - from], data: keep(bias.data) } }),
  };
}
