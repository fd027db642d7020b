import { distanceCode, logitCode } from '../output-codes.ts';
import { PIXEL_ZERO, PIXELS, takePixels } from './byte-input.ts';
import type { Graph, Node, Tensor } from './onnx.ts';
import type { Calibration } from './ranges.ts';
import { poolBeforeActivation, takeLogits } from './rearrange.ts';

/** Operators that the runtime has in int8; between them values stay quantised. */
const int8Operators = new Set(['Conv', 'LeakyRelu', 'MaxPool', 'Concat', 'Add', 'Resize']);
/** Operators whose output has the scale of their input: int8 kernels demand it. */
const scaleKeepers = new Set(['MaxPool', 'Resize']);
/**
 * Largest weight. Seven bits: on processors without VNNI the int8 product of two pairs is added in 16 bits and saturates
 * with eight (oneDNN and ONNX Runtime call it reduce_range).
 */
const WEIGHT_MAX = 63;

/** Inputs of an int8 operator that carry activations: the first of Conv and Resize, all of the others. */
const activationInputs = (node: Node): readonly string[] =>
  node.op === 'Conv' || node.op === 'Resize' ? node.inputs.slice(0, 1) : node.inputs;

/** Names of all activations that calibration must see, in order of execution; the input's scale is given. */
export function quantisedTensors(graph: Graph): string[] {
  const inner = graph.nodes.filter((node) => int8Operators.has(node.op));
  const inputs = new Set([...graph.inputs.map(({ name }) => name), PIXELS]);
  const names = new Set(inner.flatMap((node) => [...activationInputs(node), ...node.outputs]));
  return [...names].filter((name) => !inputs.has(name));
}

const codesOf = (tensor: string): string => `${tensor}_int8`;
const realOf = (tensor: string): string => `${tensor}_real`;

type Scale = { value: number; scale: string; zero: string };

/** Writes the quantised graph while walking the float one. */
class Quantiser {
  readonly nodes: Node[] = [];
  readonly constants = new Map<string, Tensor>();
  readonly #graph: Graph;
  readonly #calibration: Calibration;
  readonly #scales = new Map<string, Scale>();
  /** Tensors whose codes are in the graph, and those of them that are turned back somewhere. */
  readonly #coded = new Set<string>();
  readonly #restored = new Set<string>();

  constructor(graph: Graph, calibration: Calibration) {
    this.#graph = graph;
    this.#calibration = calibration;
  }

  run(): Graph {
    const wanted = new Set(quantisedTensors(this.#graph));
    this.#open();
    for (const { name } of this.#graph.outputs) this.#presetOutput(name);
    for (const node of this.#graph.nodes) {
      this.#write(node);
      for (const output of node.outputs) {
        if (!wanted.has(output)) continue;
        const twin = node.inputs[0];
        if (scaleKeepers.has(node.op) && twin) this.#scales.set(output, this.#scaleOf(twin));
        this.#encode(output);
      }
    }
    const outputs = this.#graph.outputs.map((port) => ({ ...port, dtype: 'uint8' as const }));
    return { ...this.#graph, nodes: this.nodes, constants: this.constants, outputs };
  }

  /** Bytes as they come → the first convolution's input. */
  #open(): void {
    this.#scale(PIXELS, 1, PIXEL_ZERO);
    const inputs = this.#graph.inputs.map(({ name }) => name);
    this.nodes.push({
      op: 'Transpose',
      inputs,
      outputs: [codesOf(PIXELS)],
      attributes: { perm: [0, 3, 1, 2] },
    });
    this.#coded.add(PIXELS);
  }

  /** Gives the tensor that an output is a rearrangement of the scale that postprocessing expects. */
  #presetOutput(output: string): void {
    const code = output.startsWith('scores') ? logitCode : distanceCode;
    let tensor = output;
    for (;;) {
      const maker = this.#graph.nodes.find((node) => node.outputs.includes(tensor));
      if (!maker || int8Operators.has(maker.op)) break;
      tensor = maker.inputs[0] ?? '';
    }
    this.#scale(tensor, Math.fround(code.scale), code.zero);
  }

  #write(node: Node): void {
    const decode = int8Operators.has(node.op);
    const inputs = node.inputs.map((input) => {
      if (!this.#coded.has(input)) return input;
      return decode ? this.#restore(input) : codesOf(input);
    });
    const [, kernel, bias] = node.inputs;
    if (node.op === 'Conv' && kernel && bias) {
      const scales = this.#weights(kernel);
      inputs[1] = realOf(kernel);
      this.#bias(bias, scales, this.#scaleOf(node.inputs[0] ?? '').value);
      inputs[2] = realOf(bias);
    }
    for (const input of inputs) this.#keep(input);
    this.nodes.push({ ...node, inputs });
  }

  /** Takes over a constant of the float graph as it is. */
  #keep(name: string): void {
    const constant = this.#graph.constants.get(name);
    if (constant) this.constants.set(name, constant);
  }

  #constant(tensor: Tensor): string {
    this.constants.set(tensor.name, tensor);
    return tensor.name;
  }

  /** Range of a tensor; tensors that are concatenated share the range of the whole, so that joining copies codes. */
  #rangeOf(tensor: string): readonly [number, number] | undefined {
    const join = this.#graph.nodes.find((node) => node.op === 'Concat' && node.inputs.includes(tensor));
    return this.#calibration.ranges[join?.outputs[0] ?? tensor];
  }

  /** Scale and zero point of an activation: unsigned, eight bits, zero exactly represented. */
  #scaleOf(tensor: string): Scale {
    const known = this.#scales.get(tensor);
    if (known) return known;
    const range = this.#rangeOf(tensor);
    if (!range) throw new Error(`calibration has no range for ${tensor}; run the build with --calibrate`);
    const [low, high] = range;
    const value = Math.fround(Math.max((high - low) / 255, 1e-8));
    const zero = Math.min(255, Math.max(0, Math.round(-low / value)));
    return this.#scale(tensor, value, zero);
  }

  #scale(tensor: string, value: number, zero: number): Scale {
    const scale: Scale = {
      value,
      scale: this.#constant({
        name: `${tensor}_scale`,
        dtype: 'float32',
        dims: [],
        data: Float32Array.of(value),
      }),
      zero: this.#constant({ name: `${tensor}_zero`, dtype: 'uint8', dims: [], data: Uint8Array.of(zero) }),
    };
    this.#scales.set(tensor, scale);
    return scale;
  }

  /** Quantises an activation; with `#restore` after it, the runtime fuses both into the operators around them. */
  #encode(tensor: string): void {
    const { scale, zero } = this.#scaleOf(tensor);
    const outputs = [codesOf(tensor)];
    this.nodes.push({ op: 'QuantizeLinear', inputs: [tensor, scale, zero], outputs, attributes: {} });
    this.#coded.add(tensor);
  }

  /** Name of an activation turned back from its codes; the node is written when first asked for. */
  #restore(tensor: string): string {
    const real = realOf(tensor);
    if (this.#restored.has(tensor)) return real;
    this.#restored.add(tensor);
    const { scale, zero } = this.#scaleOf(tensor);
    const inputs = [codesOf(tensor), scale, zero];
    this.nodes.push({ op: 'DequantizeLinear', inputs, outputs: [real], attributes: {} });
    return real;
  }

  #floats(name: string): { dims: readonly number[]; data: Float32Array } {
    const constant = this.#graph.constants.get(name);
    if (!(constant?.data instanceof Float32Array)) throw new Error(`${name} is no float constant`);
    return { dims: constant.dims, data: constant.data };
  }

  /** Kernel in seven bits, symmetric, one scale per output channel; returns the scales. */
  #weights(name: string): Float32Array {
    const { dims, data } = this.#floats(name);
    const channels = dims[0] ?? 1;
    const per = data.length / channels;
    const scales = Float32Array.from({ length: channels }, (_, channel) => {
      const largest = data
        .subarray(channel * per, (channel + 1) * per)
        .reduce((max, w) => Math.max(max, Math.abs(w)), 1e-8);
      return largest / WEIGHT_MAX;
    });
    const codes = Int8Array.from(data, (weight, index) =>
      Math.round(weight / (scales[Math.floor(index / per)] ?? 1)),
    );
    this.#dequantise({ name, dtype: 'int8', dims, data: codes }, scales);
    return scales;
  }

  /** Bias in 32 bits at the scale of the products it is added to. */
  #bias(name: string, weightScales: Float32Array, inputScale: number): void {
    const { dims, data } = this.#floats(name);
    const scales = weightScales.map((scale) => scale * inputScale);
    const codes = Int32Array.from(data, (value, channel) => Math.round(value / (scales[channel] ?? 1)));
    this.#dequantise({ name, dtype: 'int32', dims, data: codes }, scales);
  }

  /** Constant codes and the node that turns them back, per first axis. */
  #dequantise(codes: Tensor, scales: Float32Array): void {
    const { name, dtype } = codes;
    const zeros = dtype === 'int8' ? new Int8Array(scales.length) : new Int32Array(scales.length);
    const inputs = [
      this.#constant({ ...codes, name: `${name}_code` }),
      this.#constant({ name: `${name}_scale`, dtype: 'float32', dims: [scales.length], data: scales }),
      this.#constant({ name: `${name}_zero`, dtype, dims: [scales.length], data: zeros }),
    ];
    this.nodes.push({ op: 'DequantizeLinear', inputs, outputs: [realOf(name)], attributes: { axis: 0 } });
  }
}

/**
 * Float graph → int8 graph from bytes to bytes (`byte-input.ts`, `../output-codes.ts`), in the QDQ form: every int8 value
 * stands between QuantizeLinear and DequantizeLinear, and the runtime fuses them. Needs no runtime itself: the same
 * graph and calibration give the same bytes on every machine.
 */
export const quantise = (graph: Graph, calibration: Calibration): Graph =>
  new Quantiser(takePixels(takeLogits(poolBeforeActivation(graph))), calibration).run();
