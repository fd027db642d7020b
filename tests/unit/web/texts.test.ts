import { describe, expect, test } from 'vitest';
import { problemOf, retryAfterOf } from '../../../dashboard/web/src/api/problem.ts';
import { en } from '../../../dashboard/web/src/i18n/en.ts';
import { ageOf, bitrateText, percentText, spanOf, zoneName } from '../../../dashboard/web/src/i18n/format.ts';
import { storedLanguage, storeLanguage } from '../../../dashboard/web/src/i18n/language.ts';
import { zhCn } from '../../../dashboard/web/src/i18n/zh-cn.ts';

/** Every text by its path. */
function flat(texts: object, path = ''): Map<string, string> {
  const result = new Map<string, string>();
  for (const [key, value] of Object.entries(texts)) {
    if (typeof value === 'string') result.set(path + key, value);
    else for (const [deep, text] of flat(value, `${path}${key}.`)) result.set(deep, text);
  }
  return result;
}
const holders = (text: string) => [...text.matchAll(/\{\{(\w+)\}\}/g)].map(([, name]) => name).sort();

describe('texts', () => {
  const chinese = flat(zhCn);
  const english = flat(en);

  test('are complete in both languages and never empty', () => {
    expect([...english.keys()].sort()).toEqual([...chinese.keys()].sort());
    for (const text of [...chinese.values(), ...english.values()]) expect(text.trim()).not.toBe('');
  });

  test('fill in the same values in both languages', () => {
    for (const [key, text] of chinese)
      expect([key, holders(english.get(key) ?? '')]).toEqual([key, holders(text)]);
  });

  test('hold no Chinese in English, but for the name of the other language', () => {
    const mixed = [...english].filter(([, text]) => /\p{Script=Han}/u.test(text)).map(([key]) => key);
    expect(mixed).toEqual(['header.languageShort']);
  });
});

describe('language of this browser', () => {
  test('is Chinese until another known one was chosen', () => {
    const kept = new Map<string, string>();
    const storage = {
      getItem: (key: string) => kept.get(key) ?? null,
      setItem: (key: string, value: string) => void kept.set(key, value),
    };
    expect(storedLanguage(storage)).toBe('zh-CN');
    storeLanguage(storage, 'en');
    expect(storedLanguage(storage)).toBe('en');
    kept.set('pingan.language', 'tlh');
    expect(storedLanguage(storage)).toBe('zh-CN');
  });

  test('is Chinese where storage is refused', () => {
    const refuse = () => {
      throw new Error('denied');
    };
    expect(storedLanguage({ getItem: refuse, setItem: refuse })).toBe('zh-CN');
    expect(() => storeLanguage({ getItem: refuse, setItem: refuse }, 'en')).not.toThrow();
  });
});

describe('figures', () => {
  const now = Date.parse('2026-11-22T08:00:00.000Z');
  test.each([
    [-60, 'now', 0],
    [4, 'now', 0],
    [59, 'seconds', 59],
    [60, 'minutes', 1],
    [7200, 'hours', 2],
    [200_000, 'days', 2],
  ])('an event %i s old reads in %s', (seconds, unit, count) => {
    expect(ageOf(new Date(now - seconds * 1000).toISOString(), now)).toEqual({ unit, count });
  });

  test('spans, zones, shares and bit rates', () => {
    expect([spanOf(6.42), spanOf(120), spanOf(9000)]).toEqual([
      { unit: 'seconds', value: '6.4' },
      { unit: 'minutes', value: '2' },
      { unit: 'hours', value: '2.5' },
    ]);
    expect([zoneName(-480), zoneName(210), zoneName(0)]).toEqual(['UTC+8', 'UTC−3:30', 'UTC+0']);
    expect(percentText(0.5333)).toBe('53.3%');
    expect([bitrateText(474.4), bitrateText(1304)]).toEqual(['474 kb/s', '1.3 Mb/s']);
  });
});

describe('problems', () => {
  test('keep code, field and the seconds to wait', () => {
    const problem = problemOf(429, { code: 'throttled', message: 'slow down', field: 'username' }, '30');
    expect(problem).toMatchObject({
      status: 429,
      code: 'throttled',
      field: 'username',
      retryAfterSeconds: 30,
    });
  });

  test('name an answer that is none of ours', () => {
    expect(problemOf(502, '<html>', null)).toMatchObject({ status: 502, code: 'unreadable-answer' });
    expect(retryAfterOf('Wed, 21 Oct 2026 07:28:00 GMT')).toBeUndefined();
  });
});
