/**
 * Groups a rule may name instead of COCO's labels. Detectors take parked vans now for a car, now for a truck, and a scooter for either
 * two-wheeler, so rules and tracks treat each group as one kind of thing.
 */
const LABEL_GROUPS: ReadonlyMap<string, readonly string[]> = new Map([
  ['vehicle', ['car', 'bus', 'truck']],
  ['two-wheeler', ['bicycle', 'motorcycle']],
]);

/** COCO labels that a rule's list means. */
export function labelsOf(names: readonly string[]): ReadonlySet<string> {
  return new Set(names.flatMap((name) => LABEL_GROUPS.get(name) ?? [name]));
}

/** The group a label belongs to; the label itself when it belongs to none. */
export function groupOf(label: string): string {
  for (const [group, members] of LABEL_GROUPS) if (members.includes(label)) return group;
  return label;
}
