/** What the pages of the index look at; kept in the address, so that a view can be shared and survives a reload. */
import type { PeriodKind } from '../../api/safety-index-types.ts';

export type Selection = {
  kind?: PeriodKind;
  /** A publication's id; without it the newest of its kind. */
  publication?: string;
  /** An area's code; without it the root. */
  area?: string;
};

const KINDS: readonly PeriodKind[] = ['day', 'week', 'month'];
/** Ids and codes are short; anything longer did not come from these pages. */
const readText = (value: unknown): string | undefined => {
  const text = typeof value === 'number' ? String(value) : value;
  return typeof text === 'string' && /^[\w.:-]{1,64}$/.test(text) ? text : undefined;
};

/** Reads a selection from an address; what makes no sense is left out. */
export function readSelection(search: Record<string, unknown>): Selection {
  const kind = KINDS.find((one) => one === search['kind']);
  const publication = readText(search['publication']);
  const area = readText(search['area']);
  return {
    ...(kind === undefined ? {} : { kind }),
    ...(publication === undefined ? {} : { publication }),
    ...(area === undefined ? {} : { area }),
  };
}
