import type { CentreRecords } from './centre-records.ts';
import type { Ledger } from './ledger.ts';

export type Verdict = {
  /** Events that the gateway has committed. */
  accepted: number;
  /** Committed events that the centre does not have, refused ones and gaps of the ledger included. */
  lost: number;
  /** Events more than once at the centre or in the outbox, and alarms raised or cleared twice. */
  duplicates: number;
  /** Events at the centre that the gateway never committed. */
  unknown: number;
  /** Alarms that stand open although every door is shut: their end was never committed. */
  stuckAlarms: number;
  /** Alarms with an end and no beginning. */
  unraisedAlarms: number;
};

function surplus(keys: readonly string[]): number {
  return keys.length - new Set(keys).size;
}

/** Compares what the gateway has promised with what the centre has. All doors must have been shut and the outbox empty. */
export function judge(ledger: Ledger, centre: CentreRecords): Verdict {
  const promised = ledger.rows.map(({ eventId }) => eventId);
  const stored = centre.events.map(({ eventId }) => eventId);
  const isStored = new Set(stored);
  const isPromised = new Set(promised);
  const missing = [...isPromised].filter((id) => !isStored.has(id)).length;
  const gaps = ledger.highest - ledger.rows.length;
  const turns = centre.events
    .filter(({ phase }) => phase !== 'updated')
    .map(({ alarmId, phase }) => `${alarmId} ${phase}`);
  // An event stored twice is also a turn of its alarm twice: the larger number says it all.
  const repeated = Math.max(surplus(stored), surplus(turns));
  return {
    accepted: isPromised.size,
    lost: missing + Math.max(0, gaps),
    duplicates: repeated + surplus(promised),
    unknown: [...isStored].filter((id) => !isPromised.has(id)).length,
    stuckAlarms: centre.open.length,
    unraisedAlarms: centre.unraised.length,
  };
}

/** True when nothing was lost, doubled, invented or left half told. */
export function isClean({ lost, duplicates, unknown, stuckAlarms, unraisedAlarms }: Verdict): boolean {
  return lost + duplicates + unknown + stuckAlarms + unraisedAlarms === 0;
}
