import { block, concat, float, integer } from './protobuf.ts';

/** Values of `TensorProto.DataType` in onnx.proto3. */
const dataTypes = { float32: 1, uint8: 2, int8: 3, int32: 6, int64: 7 } as const;
export type DataType = keyof typeof dataTypes;

export type TensorData = Float32Array | Uint8Array | Int8Array | Int32Array | BigInt64Array;
export type Tensor = { name: string; dtype: DataType; dims: readonly number[]; data: TensorData };

/** An attribute is a float, an integer, a list of integers or a string. */
export type Attribute = { float: number } | number | readonly number[] | string;
export type Node = {
  op: string;
  inputs: readonly string[];
  outputs: readonly string[];
  attributes: Readonly<Record<string, Attribute>>;
};

/** A graph's input or output. Float32 unless said. A dimension is a number or a symbol; without dims the shape is left to the runtime. */
export type Port = { name: string; dtype?: DataType; dims?: readonly (number | string)[] };

/** A network: nodes in order of execution, constants by name. */
export type Graph = {
  nodes: readonly Node[];
  constants: ReadonlyMap<string, Tensor>;
  inputs: readonly Port[];
  outputs: readonly Port[];
};

const IR_VERSION = 8;
const OPSET = 17;

/** Bytes of a typed array, little-endian as on every machine that Node runs on. */
const bytesOf = (data: TensorData): Uint8Array =>
  new Uint8Array(data.buffer, data.byteOffset, data.byteLength);

/* Field numbers below are those of onnx.proto3 (ONNX 1.12, the version of opset 17). */

const encodeTensor = ({ name, dtype, dims, data }: Tensor): Uint8Array =>
  concat([
    ...dims.map((dim) => integer(1, dim)),
    integer(2, dataTypes[dtype]),
    block(8, name),
    block(9, bytesOf(data)),
  ]);

function encodeAttribute(name: string, value: Attribute): Uint8Array {
  const types = { float: 1, integer: 2, string: 3, integers: 7 } as const;
  if (typeof value === 'number')
    return concat([block(1, name), integer(3, value), integer(20, types.integer)]);
  if (typeof value === 'string') return concat([block(1, name), block(4, value), integer(20, types.string)]);
  if ('float' in value) return concat([block(1, name), float(2, value.float), integer(20, types.float)]);
  return concat([block(1, name), ...value.map((item) => integer(8, item)), integer(20, types.integers)]);
}

const encodeNode = ({ op, inputs, outputs, attributes }: Node): Uint8Array =>
  concat([
    ...inputs.map((input) => block(1, input)),
    ...outputs.map((output) => block(2, output)),
    block(3, `${op}:${outputs[0] ?? ''}`),
    block(4, op),
    ...Object.entries(attributes).map(([name, value]) => block(5, encodeAttribute(name, value))),
  ]);

function encodePort({ name, dtype = 'float32', dims }: Port): Uint8Array {
  const shape = dims?.map((dim) => block(1, typeof dim === 'number' ? integer(1, dim) : block(2, dim)));
  const tensorType = concat([integer(1, dataTypes[dtype]), ...(shape ? [block(2, ...shape)] : [])]);
  return concat([block(1, name), block(2, block(1, tensorType))]);
}

/** Serialises a graph as an ONNX `ModelProto`; `metadata` becomes its metadata properties. */
export function encodeModel(graph: Graph, metadata: Readonly<Record<string, string>> = {}): Uint8Array {
  const body = [
    ...graph.nodes.map((node) => block(1, encodeNode(node))),
    block(2, 'main'),
    ...[...graph.constants.values()].map((tensor) => block(5, encodeTensor(tensor))),
    ...graph.inputs.map((port) => block(11, encodePort(port))),
    ...graph.outputs.map((port) => block(12, encodePort(port))),
  ];
  return concat([
    integer(1, IR_VERSION),
    block(2, 'pingan-edge'),
    block(7, ...body),
    block(8, block(1, ''), integer(2, OPSET)),
    ...Object.entries(metadata).map(([key, value]) => block(14, block(1, key), block(2, value))),
  ]);
}
