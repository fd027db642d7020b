import { momentOf } from '../base/zoned-time.ts';
import type { Bilingual, Refusal } from './import-kinds.ts';

const DATE = /^(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?$/;
const TIME = /^(.+?)[T ]+(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?\s*(Z|[+-]\d{2}:?\d{2})?$/;
const YES = new Set(['1', 'true', 'yes', 'y', '是']);
const NO = new Set(['', '0', 'false', 'no', 'n', '否']);
const MINUTE_MS = 60_000;

/** YYYY-MM-DD of a written day, or null. */
export function readDay(text: string): string | null {
  const [, year = '', month = '', day = ''] = DATE.exec(text) ?? [];
  const read = `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
  const date = new Date(`${read}T00:00:00Z`);
  return Number.isNaN(date.getTime()) || date.toISOString().slice(0, 10) !== read ? null : read;
}

/** The moment (ms) of a written day and time, in the zone it names or else in `timeZone`; a day alone is its midnight. */
export function readMoment(text: string, timeZone: string): number | null {
  const [, dayText = text, hour = '0', minute = '0', second = '0', zone] = TIME.exec(text) ?? [];
  const day = readDay(dayText.trim());
  if (day === null || Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return null;
  const wall = Date.parse(day) + ((Number(hour) * 60 + Number(minute)) * 60 + Number(second)) * 1000;
  if (zone === undefined) return momentOf(wall, timeZone);
  if (zone === 'Z') return wall;
  const minutes = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(-2));
  return wall - (zone.startsWith('-') ? -1 : 1) * minutes * MINUTE_MS;
}

/** Reads the cells of one row and collects what is wrong with them. */
export class RowReader {
  readonly #cells: readonly string[];
  readonly #places: ReadonlyMap<string, number>;
  readonly #row: number;
  readonly refusals: Refusal[] = [];

  constructor(row: number, cells: readonly string[], places: ReadonlyMap<string, number>) {
    this.#row = row;
    this.#cells = cells;
    this.#places = places;
  }

  refuse(column: string, zh: string, en: string): null {
    this.refusals.push({ row: this.#row, column, message: { zh, en } });
    return null;
  }

  text(column: string, maxLength = 128): string {
    const text = this.#raw(column);
    if (text === '') this.refuse(column, '不能为空，请填写', 'must not be empty: fill it in');
    if (text.length > maxLength) {
      this.refuse(column, `最多 ${maxLength} 个字符，请缩短`, `at most ${maxLength} characters: shorten it`);
    }
    return text;
  }

  optional(column: string): string | null {
    const text = this.#raw(column);
    return text === '' ? null : text;
  }

  moment(column: string, timeZone: string): Date | null {
    const text = this.optional(column);
    if (text === null) return null;
    const at = readMoment(text, timeZone);
    if (at !== null) return new Date(at);
    return this.refuse(
      column,
      '不是时间，请写成 2026-11-01 08:30',
      'is no time: write it as 2026-11-01 08:30',
    );
  }

  day(column: string): string {
    const day = readDay(this.text(column));
    if (day === null)
      this.refuse(column, '不是日期，请写成 2026-11-01', 'is no date: write it as 2026-11-01');
    return day ?? '';
  }

  /** A number in min..max, whole unless `decimals`. */
  number(column: string, range: { min: number; max: number; decimals?: boolean }, missing?: number): number {
    const text = this.#raw(column);
    if (text === '' && missing !== undefined) return missing;
    const value = /^[+-]?\d+(\.\d+)?(e[+-]?\d+)?$/i.test(text) ? Number(text) : Number.NaN;
    const isSound = value >= range.min && value <= range.max && (range.decimals || Number.isInteger(value));
    if (!isSound) {
      const kind: Bilingual = range.decimals
        ? { zh: '数', en: 'a number' }
        : { zh: '整数', en: 'a whole number' };
      this.refuse(
        column,
        `须为 ${range.min} 至 ${range.max} 的${kind.zh}，不要千位分隔符和单位`,
        `must be ${kind.en} from ${range.min} to ${range.max}, without separators of thousands or a unit`,
      );
    }
    return isSound ? value : 0;
  }

  yes(column: string): boolean {
    const text = this.#raw(column).toLowerCase();
    if (!YES.has(text) && !NO.has(text)) this.refuse(column, '请填 是 或 否', 'write yes or no');
    return YES.has(text);
  }

  #raw(column: string): string {
    const place = this.#places.get(column);
    return place === undefined ? '' : (this.#cells[place] ?? '').trim();
  }
}
