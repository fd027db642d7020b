/** Which area a wall shows. Pure. */
import type { AreaNode } from '../../components/area-tree.ts';

/** The root first, then what lies right below it; areas that have nothing below them add nothing to a ranking. */
export function tour<A extends AreaNode>(areas: readonly A[], root: A): A[] {
  const parents = new Set(areas.map(({ parent }) => parent));
  return [root, ...areas.filter(({ parent, code }) => parent === root.code && parents.has(code))];
}

/** The stop of a tour after so many steps. */
export const stopAt = <A>(stops: readonly A[], step: number): A | undefined =>
  stops.length === 0 ? undefined : stops[((step % stops.length) + stops.length) % stops.length];
