import { describe, expect, test } from 'vitest';
import { en } from '../../../gateway/console/src/i18n/en.ts';
import { fill } from '../../../gateway/console/src/i18n/fill.ts';
import { dateText, offsetText } from '../../../gateway/console/src/i18n/moments.ts';
import { zhCn } from '../../../gateway/console/src/i18n/zh-cn.ts';
import { joinPatches, PatchQueue } from '../../../gateway/console/src/state/patch-queue.ts';
import type { ProgressPatch } from '../../../gateway/src/console/interface.ts';
import { until } from '../../support/until.ts';

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

describe('texts of the page', () => {
  const chinese = flat(zhCn);
  const english = flat(en);

  test('are complete in both languages, never empty, and fill in the same values', () => {
    expect([...english.keys()].sort()).toEqual([...chinese.keys()].sort());
    for (const [key, text] of chinese) {
      expect(text.trim()).not.toBe('');
      expect(english.get(key)?.trim()).not.toBe('');
      expect([key, holders(english.get(key) ?? '')]).toEqual([key, holders(text)]);
    }
  });

  test('hold no Chinese in English, but for the name of the other language', () => {
    const mixed = [...english].filter(([, text]) => /\p{Script=Han}/u.test(text)).map(([key]) => key);
    expect(mixed).toEqual(['language.switchTo']);
  });

  test('take values by their own names alone', () => {
    expect(fill('{{a}} of {{b}}, {{toString}}', { a: 1, b: '{{a}}' })).toBe('1 of {{a}}, {{toString}}');
  });

  test('say how far a clock is off in the unit that fits', () => {
    const said = (ms: number) => offsetText(ms, en.device);
    expect(said(900)).toBe('in step with the gateway');
    expect(said(-45_000)).toBe('45 s slow');
    expect(said(300_000)).toBe('5 min fast');
    expect(said(10_800_000)).toBe('3.0 h fast');
    expect(dateText(Date.UTC(2026, 10, 22, 12), 'zh')).toContain('2026');
  });
});

describe('changes on their way to the gateway', () => {
  const accepted = (cameraId: string) => ({ cameraId, verdict: 'accepted' as const, flaw: null, note: '' });

  test('are joined: the later one of a field counts, others stay', () => {
    const joined = joinPatches(
      {
        step: 'names',
        drafts: [
          { key: 'a', text: '1' },
          { key: 'b', text: '1' },
        ],
        pictures: [accepted('x')],
      },
      { drafts: [{ key: 'a', text: '2' }], pictures: [accepted('y')], remark: 'r' },
    );
    expect(joined).toEqual({
      step: 'names',
      remark: 'r',
      drafts: [
        { key: 'a', text: '2' },
        { key: 'b', text: '1' },
      ],
      pictures: [accepted('x'), accepted('y')],
    });
  });

  /** A queue whose gateway answers as `answers` say, one after the other, then always well. */
  function queueWith(answers: ('well' | 'offline' | 'refused')[]) {
    const sent: ProgressPatch[] = [];
    const states: string[] = [];
    const queue = new PatchQueue({
      send: async (patch) => {
        const answer = answers.shift() ?? 'well';
        if (answer !== 'well') throw new Error(answer);
        sent.push(patch);
      },
      onState: (state) => void states.push(state),
      onError: () => {},
      isPassing: (error) => error instanceof Error && error.message === 'offline',
      pauseMs: 0,
      retryMs: 1,
    });
    return { queue, sent, states };
  }

  test('wait for a gateway that does not answer, and lose nothing', async () => {
    const { queue, sent, states } = queueWith(['offline', 'offline']);
    queue.add({ drafts: [{ key: 'a', text: '1' }] });
    await until('a failure', () => states.includes('failed'));
    queue.add({ drafts: [{ key: 'a', text: '12' }], step: 'names' });
    await until('it to be saved', () => states.at(-1) === 'saved');
    expect(sent.reduce(joinPatches, {})).toEqual({ drafts: [{ key: 'a', text: '12' }], step: 'names' });
  });

  test('are not sent again when the gateway refuses them', async () => {
    const { queue, sent, states } = queueWith(['refused']);
    queue.add({ remark: 'too long' });
    queue.flush();
    queue.add({ remark: 'fits' });
    await until('it to be saved', () => states.at(-1) === 'saved');
    expect(sent).toEqual([{ remark: 'fits' }]);
  });

  test('go at once when the page is left', () => {
    const { queue, sent } = queueWith([]);
    queue.add({ remark: 'typed' });
    queue.flush(true);
    expect(sent).toEqual([{ remark: 'typed' }]);
  });
});
