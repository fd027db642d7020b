import type { Schedule } from '@pingan/models/contract';

const WEEKDAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];
const MINUTE_MS = 60_000;

type SiteTime = { day: string; weekday: number; minutes: number };

function readSiteTime(format: Intl.DateTimeFormat, atMs: number): SiteTime {
  const parts = new Map(format.formatToParts(atMs).map((part) => [part.type, part.value]));
  return {
    day: [parts.get('year'), parts.get('month'), parts.get('day')].join('-'),
    weekday: WEEKDAYS.indexOf(parts.get('weekday') ?? '') + 1,
    minutes: Number(parts.get('hour')) * 60 + Number(parts.get('minute')),
  };
}

/** Minutes since midnight of `HH:MM`, 0..1440. */
function minutesOf(clockTime: string): number {
  const [hours = 0, minutes = 0] = clockTime.split(':').map(Number);
  return hours * 60 + minutes;
}

/** Whether a window covers that time. A window that ends at or before its start runs on into the next day until its end. */
function covers({ days, from, to }: Schedule['windows'][number], { weekday, minutes }: SiteTime): boolean {
  const start = minutesOf(from);
  const end = minutesOf(to);
  if (start < end) return days.includes(weekday) && minutes >= start && minutes < end;
  const yesterday = weekday === 1 ? 7 : weekday - 1;
  return (days.includes(weekday) && minutes >= start) || (days.includes(yesterday) && minutes < end);
}

/** Holiday windows look at the time of day alone; one that runs over midnight is armed before its end and after its start. */
function isHolidayArmed({ holidayWindows }: Schedule, { minutes }: SiteTime): boolean {
  if (holidayWindows === undefined) return true;
  return holidayWindows.some(({ from, to }) => {
    const [start, end] = [minutesOf(from), minutesOf(to)];
    return start < end ? minutes >= start && minutes < end : minutes >= start || minutes < end;
  });
}

/**
 * A function that says whether a rule is armed at a wall time (ms since the epoch). No schedule or no windows = always. Windows are
 * in the site's time, daylight saving included: a skipped hour is skipped, a doubled hour counts twice.
 * Throws a RangeError when the time zone is not known.
 */
export function createSchedule(schedule: Schedule | undefined): (atMs: number) => boolean {
  if (!schedule) return () => true;
  const format = createFormat(schedule.timeZone);
  const holidays = new Set(schedule.holidays);
  if (schedule.windows.length === 0 && holidays.size === 0) return () => true;
  let minute = Number.NaN;
  let armed = false;
  return (atMs) => {
    const current = Math.floor(atMs / MINUTE_MS);
    if (current !== minute) {
      const siteTime = readSiteTime(format, current * MINUTE_MS);
      armed = holidays.has(siteTime.day)
        ? isHolidayArmed(schedule, siteTime)
        : schedule.windows.length === 0 || schedule.windows.some((window) => covers(window, siteTime));
      minute = current;
    }
    return armed;
  };
}

function createFormat(timeZone: string): Intl.DateTimeFormat {
  try {
    return new Intl.DateTimeFormat('en-GB', {
      timeZone,
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      weekday: 'short',
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
    });
  } catch (cause) {
    throw new RangeError(
      `schedule.timeZone "${timeZone}" is not known; give an IANA name such as Asia/Shanghai`,
      { cause },
    );
  }
}
