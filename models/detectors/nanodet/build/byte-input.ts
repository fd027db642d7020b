import { normalisation } from '../normalisation.ts';
import type { Graph, Node, Tensor } from './onnx.ts';

/** Name of the first convolution's input once it takes bytes. */
export const PIXELS = 'pixels';
/** Byte that stands for zero, also where the convolution pads: the mean of the middle channel. */
export const PIXEL_ZERO = 116;
/** Channels of the byte input: int8 convolutions take them by fours, so a fourth that is always zero weight is added. */
export const PIXEL_CHANNELS = 4;

function firstConvolution(graph: Graph): { node: Node; kernel: Tensor; bias: Tensor } {
  const [port] = graph.inputs;
  const node = graph.nodes.find((candidate) => candidate.inputs[0] === port?.name);
  const kernel = graph.constants.get(node?.inputs[1] ?? '');
  const bias = graph.constants.get(node?.inputs[2] ?? '');
  if (node?.op !== 'Conv' || !kernel || !bias)
    throw new Error('the network does not begin with a convolution');
  return { node, kernel, bias };
}

/**
 * The same network for unnormalised pixels less `PIXEL_ZERO`: mean and deviation move into the first convolution.
 * w·(p − mean)/deviation = (w/deviation)·(p − zero) + (w/deviation)·(zero − mean), the last part being constant.
 */
export function takePixels(graph: Graph): Graph {
  const { node, kernel, bias } = firstConvolution(graph);
  const [outputs = 0, channels = 0, height = 0, width = 0] = kernel.dims;
  const taps = height * width;
  const weights = new Float32Array(outputs * PIXEL_CHANNELS * taps);
  const offsets = Float32Array.from(bias.data, Number);
  for (let output = 0; output < outputs; output++)
    for (let channel = 0; channel < channels; channel++) {
      const { mean = 0, deviation = 1 } = normalisation[channel] ?? {};
      for (let tap = 0; tap < taps; tap++) {
        const weight = Number(kernel.data[(output * channels + channel) * taps + tap]) / deviation;
        weights[(output * PIXEL_CHANNELS + channel) * taps + tap] = weight;
        offsets[output] = (offsets[output] ?? 0) + weight * (PIXEL_ZERO - mean);
      }
    }
  const constants = new Map(graph.constants)
    .set(kernel.name, { ...kernel, dims: [outputs, PIXEL_CHANNELS, height, width], data: weights })
    .set(bias.name, { ...bias, data: offsets });
  const [, ...parameters] = node.inputs;
  const nodes = graph.nodes.map((other) =>
    other === node ? { ...node, inputs: [PIXELS, ...parameters] } : other,
  );
  const inputs = graph.inputs.map(({ name }) => ({
    name,
    dtype: 'uint8' as const,
    dims: [1, 'height', 'width', PIXEL_CHANNELS],
  }));
  return { ...graph, nodes, constants, inputs };
}
