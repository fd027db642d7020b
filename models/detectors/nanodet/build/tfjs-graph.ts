import { type Static, Type } from 'typebox';
import { Value } from 'typebox/value';

const AttributeSchema = Type.Object({
  s: Type.Optional(Type.String()),
  i: Type.Optional(Type.Union([Type.String(), Type.Number()])),
  f: Type.Optional(Type.Number()),
  b: Type.Optional(Type.Boolean()),
  list: Type.Optional(
    Type.Object({ i: Type.Optional(Type.Array(Type.Union([Type.String(), Type.Number()]))) }),
  ),
});
const NodeSchema = Type.Object({
  name: Type.String(),
  op: Type.String(),
  input: Type.Optional(Type.Array(Type.String())),
  attr: Type.Optional(Type.Record(Type.String(), AttributeSchema)),
});
const WeightSchema = Type.Object({
  name: Type.String(),
  shape: Type.Array(Type.Integer({ minimum: 0 })),
  dtype: Type.Union([Type.Literal('float32'), Type.Literal('int32')]),
  quantization: Type.Optional(Type.Object({ dtype: Type.Literal('float16') })),
});
const ModelSchema = Type.Object({
  format: Type.Literal('graph-model'),
  modelTopology: Type.Object({ node: Type.Array(NodeSchema) }),
  weightsManifest: Type.Array(Type.Object({ weights: Type.Array(WeightSchema) }), {
    minItems: 1,
    maxItems: 1,
  }),
});

export type TfNode = Static<typeof NodeSchema>;
export type TfConstant = { shape: readonly number[]; data: Float32Array | Int32Array };
export type TfGraph = { nodes: ReadonlyMap<string, TfNode>; constants: ReadonlyMap<string, TfConstant> };

/** IEEE 754 binary16 → number. */
function halfToNumber(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 31) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  if (exponent === 0) return sign * 2 ** -24 * fraction;
  return sign * 2 ** (exponent - 15) * (1 + fraction / 1024);
}

type Weight = Static<typeof WeightSchema>;

/** Bytes of one value in the weights file. */
const widthOf = (weight: Weight): number => (weight.quantization ? 2 : 4);

function decode(weight: Weight, view: DataView, offset: number): Float32Array | Int32Array {
  const length = weight.shape.reduce((product, side) => product * side, 1);
  const read = (index: number): number => {
    const at = offset + index * widthOf(weight);
    if (weight.dtype === 'int32') return view.getInt32(at, true);
    return weight.quantization ? halfToNumber(view.getUint16(at, true)) : view.getFloat32(at, true);
  };
  const values = Array.from({ length }, (_, index) => read(index));
  return weight.dtype === 'int32' ? Int32Array.from(values) : Float32Array.from(values);
}

/**
 * Reads a TensorFlow.js graph model: its nodes and its constants with float16 weights widened to float32.
 * Throws when the JSON is not such a model or the weights file has another length than the JSON says.
 */
export function readTfjsGraph(json: unknown, weightBytes: Uint8Array): TfGraph {
  const model = Value.Parse(ModelSchema, json);
  const view = new DataView(weightBytes.buffer, weightBytes.byteOffset, weightBytes.byteLength);
  const constants = new Map<string, TfConstant>();
  let offset = 0;
  for (const weight of model.weightsManifest.flatMap(({ weights }) => weights)) {
    const data = decode(weight, view, offset);
    constants.set(weight.name, { shape: weight.shape, data });
    offset += data.length * widthOf(weight);
  }
  if (offset !== weightBytes.length)
    throw new Error(
      `weights file has ${weightBytes.length} bytes, the model describes ${offset}; download it again`,
    );
  return { nodes: new Map(model.modelTopology.node.map((node) => [node.name, node])), constants };
}

/** String attribute (stored in base64); throws when absent. */
export function textAttribute(node: TfNode, name: string): string {
  const text = node.attr?.[name]?.s;
  if (text === undefined) throw new Error(`${node.name}: attribute ${name} is missing`);
  return Buffer.from(text, 'base64').toString();
}

/** List of integers; throws when absent. */
export function integersAttribute(node: TfNode, name: string): number[] {
  const items = node.attr?.[name]?.list?.i;
  if (!items) throw new Error(`${node.name}: attribute ${name} is missing`);
  return items.map(Number);
}

/** Number attribute; throws when absent. */
export function numberAttribute(node: TfNode, name: string): number {
  const value = node.attr?.[name]?.f;
  if (value === undefined) throw new Error(`${node.name}: attribute ${name} is missing`);
  return value;
}

/** Boolean attribute; false when absent. */
export const flagAttribute = (node: TfNode, name: string): boolean => node.attr?.[name]?.b ?? false;
