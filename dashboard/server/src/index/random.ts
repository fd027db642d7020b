/** A repeatable source of random numbers: the same seed gives the same sequence on every machine. */
export interface Random {
  /** Uniform in [0, 1). */
  next(): number;
  /** A whole number from 0 to `limit` − 1. */
  below(limit: number): number;
  /** Standard normal. */
  normal(): number;
  /** Gamma with the given shape (above 0) and scale 1. */
  gamma(shape: number): number;
  /** Poisson with the given mean (0 or more). */
  poisson(mean: number): number;
}

/** xoshiro128** (Blackman and Vigna 2018), seeded through SplitMix32. */
export function createRandom(seed: number): Random {
  const next = uniform(seed);
  const normal = () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
  const gamma = (shape: number) => drawGamma(shape, next, normal);
  return {
    next,
    below: (limit) => Math.floor(next() * limit),
    normal,
    gamma,
    poisson: (mean) => drawPoisson(mean, next, gamma),
  };
}

function uniform(seed: number): () => number {
  const s = new Uint32Array(4);
  let mix = seed >>> 0;
  for (let i = 0; i < 4; i += 1) {
    mix = (mix + 0x9e3779b9) >>> 0;
    let z = mix;
    z = Math.imul(z ^ (z >>> 16), 0x85ebca6b);
    z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35);
    s[i] = z ^ (z >>> 16);
  }
  let [a = 1, b = 2, c = 3, d = 4] = s;
  return () => {
    const scrambled = Math.imul(rotateLeft(Math.imul(b, 5), 7), 9);
    const shifted = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= shifted;
    d = rotateLeft(d, 11);
    return (scrambled >>> 0) / 4294967296;
  };
}

function rotateLeft(value: number, bits: number): number {
  return (value << bits) | (value >>> (32 - bits));
}

/** Marsaglia and Tsang, "A simple method for generating gamma variables", ACM TOMS 26 (2000). */
function drawGamma(shape: number, next: () => number, normal: () => number): number {
  if (shape < 1) return drawGamma(shape + 1, next, normal) * (1 - next()) ** (1 / shape);
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const x = normal();
    const v = (1 + c * x) ** 3;
    if (v > 0 && Math.log(1 - next()) < 0.5 * x * x + d - d * v + d * Math.log(v)) return d * v;
  }
}

/** Knuth's product for small means; above 12 the gamma reduction of Ahrens and Dieter (1974). */
function drawPoisson(mean: number, next: () => number, gamma: (shape: number) => number): number {
  if (mean <= 12) {
    const limit = Math.exp(-mean);
    let product = next();
    let count = 0;
    while (product > limit) {
      product *= next();
      count += 1;
    }
    return count;
  }
  const order = Math.floor((7 * mean) / 8);
  const arrival = gamma(order);
  if (arrival < mean) return order + drawPoisson(mean - arrival, next, gamma);
  return drawBinomial(order - 1, mean / arrival, next);
}

function drawBinomial(trials: number, chance: number, next: () => number): number {
  let successes = 0;
  for (let i = 0; i < trials; i += 1) if (next() < chance) successes += 1;
  return successes;
}
