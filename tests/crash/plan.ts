import { seededRandom } from './random.ts';

export type Target = 'gateway' | 'centre';
export const TARGETS = ['gateway', 'centre', 'all'] as const;
export type Targets = (typeof TARGETS)[number];

export type Kill = {
  target: Target;
  /** Pause after everything is ready, ms. */
  afterMs: number;
  /** The database server of the centre is killed in the same moment, as by a power cut. */
  withDatabase: boolean;
  /** Killed once more so long after its new start, while it recovers; null = not. Milliseconds. */
  againAfterMs: number | null;
};

const EARLIEST_MS = 500;
const LATEST_MS = 2000;
const AGAIN_WITHIN_MS = 1500;
const WITH_DATABASE = 1 / 3;
const AGAIN = 1 / 5;

/**
 * The kills in their order, the same for the same seed.
 * @param kills how many of each target
 */
export function planKills({
  kills,
  targets,
  seed,
}: {
  kills: number;
  targets: Targets;
  seed: number;
}): Kill[] {
  const random = seededRandom(seed);
  const wanted: Target[] = targets === 'all' ? ['gateway', 'centre'] : [targets];
  const order = wanted
    .flatMap((target) => Array.from({ length: kills }, () => ({ target, place: random() })))
    .sort((a, b) => a.place - b.place);
  return order.map(({ target }) => ({
    target,
    afterMs: EARLIEST_MS + random() * (LATEST_MS - EARLIEST_MS),
    withDatabase: random() < WITH_DATABASE && target === 'centre',
    againAfterMs: random() < AGAIN ? random() * AGAIN_WITHIN_MS : null,
  }));
}
