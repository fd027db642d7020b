/** Numbers in [0, 1). */
export type Random = () => number;

export const below = (random: Random, limit: number): number => Math.floor(random() * limit);

/** One of the choices. @throws RangeError when there is none */
export function pick<T>(random: Random, choices: readonly T[]): T {
  const choice = choices[below(random, choices.length)];
  if (choice === undefined) throw new RangeError('nothing to choose from');
  return choice;
}

export type MutateOptions = {
  /** Pieces that readers of this input trip over, put in as they are. */
  tokens?: readonly string[];
  /** Another input, to splice in. */
  other?: Buffer;
};

const BOUNDS = [
  '0',
  '-1',
  '65535',
  '65536',
  '2147483648',
  '4294967296',
  '99999999999999999999',
  '1e308',
  'NaN',
];

type Mutation = (bytes: Buffer, random: Random, options: MutateOptions) => Buffer;

/** A place in the input and how much to take from there: mostly little. */
function range(bytes: Buffer, random: Random): [from: number, to: number] {
  const from = below(random, bytes.length + 1);
  const most = random() < 0.8 ? 16 : bytes.length;
  return [from, Math.min(bytes.length, from + 1 + below(random, most))];
}

function replace(bytes: Buffer, [from, to]: [number, number], middle: Buffer): Buffer {
  return Buffer.concat([bytes.subarray(0, from), middle, bytes.subarray(to)]);
}

const noise = (random: Random, length: number) =>
  Buffer.from(Array.from({ length }, () => below(random, 256)));

const MUTATIONS: readonly Mutation[] = [
  function flipBits(bytes, random) {
    const changed = Buffer.from(bytes);
    for (let count = 1 + below(random, 8); count > 0 && bytes.length > 0; count--) {
      const at = below(random, bytes.length);
      changed[at] = (changed[at] ?? 0) ^ (1 << below(random, 8));
    }
    return changed;
  },
  function setBytes(bytes, random) {
    const [from, to] = range(bytes, random);
    return replace(bytes, [from, to], noise(random, to - from));
  },
  function setExtreme(bytes, random) {
    const [from, to] = range(bytes, random);
    return replace(bytes, [from, to], Buffer.alloc(to - from, pick(random, [0x00, 0xff, 0x7f, 0x80])));
  },
  function remove(bytes, random) {
    return replace(bytes, range(bytes, random), Buffer.alloc(0));
  },
  function insert(bytes, random) {
    const at = below(random, bytes.length + 1);
    return replace(bytes, [at, at], noise(random, 1 + below(random, 64)));
  },
  function repeat(bytes, random) {
    const [from, to] = range(bytes, random);
    const times = 1 + below(random, random() < 0.9 ? 8 : 2000);
    return replace(bytes, [to, to], Buffer.concat(Array(times).fill(bytes.subarray(from, to))));
  },
  function cutOff(bytes, random) {
    return bytes.subarray(0, below(random, bytes.length + 1));
  },
  function changeNumber(bytes, random) {
    const numbers = [...bytes.toString('latin1').matchAll(/\d+/g)];
    if (numbers.length === 0) return bytes;
    const found = pick(random, numbers);
    return replace(bytes, [found.index, found.index + found[0].length], Buffer.from(pick(random, BOUNDS)));
  },
  function putToken(bytes, random, { tokens = [] }) {
    if (tokens.length === 0) return bytes;
    return replace(bytes, range(bytes, random), Buffer.from(pick(random, tokens), 'latin1'));
  },
  function splice(bytes, random, { other }) {
    if (other === undefined) return bytes;
    return replace(bytes, range(bytes, random), other.subarray(...range(other, random)));
  },
];

const MAX_BYTES = 256 * 1024;

/** The input with one to six changes of random sorts; at most 256 KiB. */
export function mutate(bytes: Buffer, random: Random, options: MutateOptions = {}): Buffer {
  let changed = bytes;
  for (let count = 1 + below(random, 6); count > 0; count--) {
    changed = pick(random, MUTATIONS)(changed, random, options).subarray(0, MAX_BYTES);
  }
  return changed;
}

/** The input in pieces of random size, as a network may bring it. */
export function cutUp(bytes: Buffer, random: Random): Buffer[] {
  const most = pick(random, [1, 7, 100, 1460, bytes.length]);
  const pieces: Buffer[] = [];
  for (let at = 0; at < bytes.length; ) {
    const end = Math.min(bytes.length, at + 1 + below(random, Math.max(1, most)));
    pieces.push(bytes.subarray(at, end));
    at = end;
  }
  return pieces;
}
