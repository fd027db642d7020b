import { fill, type Language } from './fill.ts';
import type { Texts } from './zh-cn.ts';

/** As the ladder sees it: a clock this near is right. */
const IN_STEP_S = 2;
const LOCALES = { zh: 'zh-CN', en: 'en-GB' } as const;

/** Time of day, with the date when it is not today's. */
export function timeText(moment: string | number, language: Language): string {
  const isToday = new Date(moment).toDateString() === new Date().toDateString();
  return spelled(moment, language, !isToday);
}

/** Date and time, for what is kept. */
export const dateText = (moment: string | number, language: Language): string =>
  spelled(moment, language, true);

function spelled(moment: string | number, language: Language, withDate: boolean): string {
  return new Date(moment).toLocaleString(LOCALES[language], {
    ...(withDate ? { year: 'numeric', month: '2-digit', day: '2-digit' } : {}),
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hour12: false,
  });
}

/** How far a clock is off, in the largest unit that says it. */
export function offsetText(offsetMs: number, texts: Texts['device']): string {
  const seconds = Math.round(Math.abs(offsetMs) / 1000);
  if (seconds <= IN_STEP_S) return texts.inStep;
  const span =
    seconds >= 5400
      ? fill(texts.hours, { n: (seconds / 3600).toFixed(1) })
      : seconds >= 120
        ? fill(texts.minutes, { n: Math.round(seconds / 60) })
        : fill(texts.seconds, { n: seconds });
  return fill(offsetMs < 0 ? texts.behind : texts.ahead, { span });
}
