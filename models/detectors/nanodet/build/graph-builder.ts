import type { Attribute, Graph, Node, Tensor } from './onnx.ts';

/** Collects nodes and constants of an ONNX graph and gives every value a name of its own. */
export class GraphBuilder {
  readonly nodes: Node[] = [];
  readonly constants = new Map<string, Tensor>();
  #count = 0;

  /** Adds a constant under a fresh name that starts with `prefix`; returns the name. */
  constant(prefix: string, tensor: Omit<Tensor, 'name'>): string {
    const name = `${prefix}_${this.#count++}`;
    this.constants.set(name, { name, ...tensor });
    return name;
  }

  /** Adds a node with one output; returns the output's name (fresh unless given in `output`). */
  node(op: string, inputs: readonly string[], settings: NodeSettings = {}): string {
    const output = settings.output ?? `${op.toLowerCase()}_${this.#count++}`;
    this.nodes.push({ op, inputs, outputs: [output], attributes: settings.attributes ?? {} });
    return output;
  }

  /** Closes the graph. */
  finish(inputs: Graph['inputs'], outputs: Graph['outputs']): Graph {
    return { nodes: this.nodes, constants: this.constants, inputs, outputs };
  }
}

type NodeSettings = { attributes?: Readonly<Record<string, Attribute>>; output?: string };
