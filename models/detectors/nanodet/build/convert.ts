import { manifest } from '../manifest.ts';
import { BINS, outputNames, strides } from '../postprocess.ts';
import { writeConvolution } from './convolution.ts';
import { GraphBuilder } from './graph-builder.ts';
import type { Graph } from './onnx.ts';
import { operators, type Translation } from './operators.ts';
import type { TfConstant, TfGraph, TfNode } from './tfjs-graph.ts';
import type { Constant, Convolution, FeatureMap, GraphValue } from './values.ts';

/** Side of the square input that the source graph was exported with, pixels. */
const REFERENCE_SIDE = 416;

/** Walks the source graph from the outputs back and translates each node once, inputs first. */
class Walk {
  readonly builder = new GraphBuilder();
  readonly #source: TfGraph;
  readonly #values = new Map<string, GraphValue>();
  /** Convolutions already written, by their kernel: a value seen in two layouts is one convolution. */
  readonly #written = new Map<TfConstant, FeatureMap>();

  constructor(source: TfGraph) {
    this.#source = source;
  }

  value(reference: string): GraphValue {
    const key = reference.replace(/^\^/, '').replace(/:0$/, '');
    const known = this.#values.get(key);
    if (known) return known;
    const name = key.replace(/:\d+$/, '');
    const node = this.#source.nodes.get(name);
    if (!node) throw new Error(`node ${name} is missing in the source graph`);
    const results = [this.#translate(node)].flat();
    results.forEach((result, index) => {
      this.#values.set(index === 0 ? name : `${name}:${index}`, result);
    });
    return this.#values.get(key) ?? this.#missing(key);
  }

  #translate(node: TfNode): GraphValue | GraphValue[] {
    const constant = this.#source.constants.get(node.name);
    if (constant) return { kind: 'constant', ...constant };
    if (node.op === 'Placeholder')
      return { kind: 'map', name: manifest.input.name, layout: 'nchw', channels: 3, stride: 1 };
    const operator = operators.get(node.op);
    if (!operator) throw new Error(`operator ${node.op} (${node.name}) is not supported`);
    return operator(this.#translation(node));
  }

  #translation(node: TfNode): Translation {
    const input = (index: number) =>
      this.value(node.input?.[index] ?? this.#missing(`${node.name} input ${index}`));
    return {
      node,
      builder: this.builder,
      referenceSide: REFERENCE_SIDE,
      input,
      map: (index) => this.#toMap(input(index)),
      constant: (index) => toConstant(input(index)),
    };
  }

  #toMap(value: GraphValue): FeatureMap {
    if (value.kind === 'map') return value;
    if (value.kind === 'convolution') return { ...this.#write(value), layout: value.layout };
    throw new Error(`a map is needed, found a ${value.kind}`);
  }

  #write(convolution: Convolution): FeatureMap {
    const known = this.#written.get(convolution.weights);
    if (known) return known;
    const map = writeConvolution(this.builder, convolution);
    this.#written.set(convolution.weights, map);
    return map;
  }

  #missing(what: string): never {
    throw new Error(`${what} is missing in the source graph`);
  }
}

function toConstant(value: GraphValue): Constant {
  if (value.kind !== 'constant') throw new Error(`a constant is needed, found a ${value.kind}`);
  return value;
}

/**
 * TensorFlow.js NanoDet graph → ONNX graph (opset 17, float32) with any height and width that are multiples of 32.
 * Throws when the source holds an operator or a use of one that NanoDet does not have.
 */
export function convert(source: TfGraph): Graph {
  const walk = new Walk(source);
  const found = new Map<string, string>();
  for (const node of source.nodes.values()) {
    if (!/^Identity(_\d+)?$/.test(node.name)) continue;
    const value = walk.value(node.name);
    if (value.kind !== 'sequence') throw new Error(`output ${node.name} is a ${value.kind}`);
    found.set(`${value.stride}x${value.channels}`, value.name);
  }
  const outputs = strides.flatMap((stride) => {
    const names = outputNames(stride);
    return [
      { name: names.scores, key: `${stride}x${manifest.labels.length}`, width: manifest.labels.length },
      { name: names.distances, key: `${stride}x${4 * BINS}`, width: 4 * BINS },
    ].map(({ name, key, width }) => {
      const inner = found.get(key);
      if (!inner) throw new Error(`the source graph has no output ${key} (stride × channels)`);
      walk.builder.node('Identity', [inner], { output: name });
      return { name, dims: [1, `cells_${stride}`, width] };
    });
  });
  return walk.builder.finish([{ name: manifest.input.name, dims: [1, 3, 'height', 'width'] }], outputs);
}
