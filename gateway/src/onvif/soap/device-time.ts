import { find, textOf, type XmlElement } from './xml.ts';

const FIELDS = ['Year', 'Month', 'Day', 'Hour', 'Minute', 'Second'] as const;

const integerOf = (element: XmlElement, name: string): number => Number.parseInt(textOf(element, name), 10);

/** A DateTime element as if it were UTC, ms; null when it is no date (some cameras say 0000-00-00). */
function readDateTime(element: XmlElement | undefined): number | null {
  if (!element) return null;
  const [year = 0, month = 0, day = 0, hour, minute, second] = FIELDS.map((name) => integerOf(element, name));
  if (!(year >= 1970 && year <= 9999) || !(month >= 1 && month <= 12) || !(day >= 1 && day <= 31))
    return null;
  const ms = Date.UTC(year, month - 1, day, hour, minute, second);
  return Number.isFinite(ms) ? ms : null;
}

/** How far local time is ahead of UTC by a POSIX time zone (`CST-8`, `GMT+01:00`: the sign counts westward), minutes; null when unreadable. */
export function zoneMinutes(zone: string): number | null {
  const match = /^(?:[A-Za-z]{3,}|<[^>]{1,16}>)([+-]?)(\d{1,2})(?::(\d{2}))?/.exec(zone.trim());
  if (!match) return null;
  const minutes = Number(match[2]) * 60 + Number(match[3] ?? 0);
  return match[1] === '-' ? minutes : -minutes || 0;
}

/**
 * The device's UTC time of a GetSystemDateAndTime answer, ms. Where UTCDateTime is missing, local time and its zone serve.
 * @returns null when the device tells no date
 */
export function readUtc(answer: XmlElement): number | null {
  const utcMs = readDateTime(find(answer, 'UTCDateTime'));
  if (utcMs !== null) return utcMs;
  const localMs = readDateTime(find(answer, 'LocalDateTime'));
  const ahead = zoneMinutes(textOf(answer, 'TZ'));
  // With daylight saving the zone's text does not say whether it is in force.
  if (localMs === null || ahead === null || textOf(answer, 'DaylightSavings') === 'true') return null;
  return localMs - ahead * 60_000;
}
