const DAY_MS = 86_400_000;
const PARTS = ['year', 'month', 'day', 'hour', 'minute', 'second'] as const;

/** Making a format is slow; there are few zones. */
const formats = new Map<string, Intl.DateTimeFormat>();

function formatFor(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone);
  if (known !== undefined) return known;
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  formats.set(timeZone, format);
  return format;
}

function partsAt(at: number, timeZone: string): number[] {
  const format = formatFor(timeZone);
  const parts = new Map(format.formatToParts(at).map(({ type, value }) => [type, Number(value)]));
  return PARTS.map((part) => parts.get(part) ?? 0);
}

/** True for an IANA name that this machine knows. */
export function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en-US', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

/** The day (YYYY-MM-DD) that it is at a moment (ms) in a time zone. */
export function dayAt(at: number, timeZone: string): string {
  const [year = 0, month = 1, day = 1] = partsAt(at, timeZone);
  return new Date(Date.UTC(year, month - 1, day)).toISOString().slice(0, 10);
}

/** The day some days later (earlier, where negative). */
export const addDays = (day: string, days: number): string =>
  new Date(Date.parse(day) + days * DAY_MS).toISOString().slice(0, 10);

/** Clocks change at quarters of an hour at most; a file has many rows of the same quarters. */
const QUARTER_MS = 900_000;
const KEPT_OFFSETS = 50_000;
const offsets = new Map<string, number>();

/** ms by which the zone's clock is ahead of UTC at a moment. */
function offsetAt(at: number, timeZone: string): number {
  const key = `${Math.floor(at / QUARTER_MS)} ${timeZone}`;
  const known = offsets.get(key);
  if (known !== undefined) return known;
  if (offsets.size >= KEPT_OFFSETS) offsets.clear();
  const offset = readOffset(at, timeZone);
  offsets.set(key, offset);
  return offset;
}

function readOffset(at: number, timeZone: string): number {
  const [year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0] = partsAt(at, timeZone);
  return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(at / 1000) * 1000;
}

/** The moment (ms) of a wall-clock time given as if it were UTC; twice read, so that the offset is that of the moment itself. */
export function momentOf(wallMs: number, timeZone: string): number {
  const guess = wallMs - offsetAt(wallMs, timeZone);
  return wallMs - offsetAt(guess, timeZone);
}
