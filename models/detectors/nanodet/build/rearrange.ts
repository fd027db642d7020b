import type { Graph, Node } from './onnx.ts';

/** Leaves the scores' sigmoid to postprocessing, which needs it for the few cells above the threshold only. */
export function takeLogits(graph: Graph): Graph {
  const logits = new Map(
    graph.nodes
      .filter(({ op }) => op === 'Sigmoid')
      .map(({ inputs, outputs }) => [outputs[0] ?? '', inputs[0] ?? '']),
  );
  const nodes = graph.nodes
    .filter(({ op }) => op !== 'Sigmoid')
    .map((node) => ({ ...node, inputs: node.inputs.map((input) => logits.get(input) ?? input) }));
  return { ...graph, nodes };
}

/**
 * Puts a pooling before the LeakyRelu that feeds it alone: for a rising function the maximum may be taken first, and a
 * quarter of the values is left. The float runtime fuses LeakyRelu into the convolution instead, so this is for int8.
 */
export function poolBeforeActivation(graph: Graph): Graph {
  const readers = (name: string): number => graph.nodes.filter((node) => node.inputs.includes(name)).length;
  const maker = new Map(
    graph.nodes.flatMap((node) => node.outputs.map((output): [string, Node] => [output, node])),
  );
  const replaced = new Map<Node, Node[]>();
  for (const pool of graph.nodes) {
    const [middle = ''] = pool.inputs;
    const activation = maker.get(middle);
    if (pool.op !== 'MaxPool' || activation?.op !== 'LeakyRelu' || readers(middle) !== 1) continue;
    replaced.set(activation, []);
    replaced.set(pool, [
      { ...pool, inputs: activation.inputs, outputs: [middle] },
      { ...activation, inputs: [middle], outputs: pool.outputs },
    ]);
  }
  return { ...graph, nodes: graph.nodes.flatMap((node) => replaced.get(node) ?? [node]) };
}
