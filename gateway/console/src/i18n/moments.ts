import { fill, type Language } from './language.tsx';
import type { Texts } from './zh-cn.ts';

const LOCALES = { zh: 'zh-CN', en: 'en-GB' } as const;

/** Time of day, with the date when it is not today's. */
export function timeText(moment: string | number, language: Language): string {
  const date = new Date(moment);
  const isToday = date.toDateString() === new Date().toDateString();
  return date.toLocaleString(LOCALES[language], {
    ...(isToday ? {} : { year: 'numeric', month: '2-digit', day: '2-digit' }),
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hour12: false,
  });
}

/** How far a clock is off, in the largest unit that says it. */
export function offsetText(offsetMs: number, texts: Texts['device']): string {
  const seconds = Math.round(Math.abs(offsetMs) / 1000);
  const span =
    seconds >= 5400
      ? fill(texts.hours, { n: (seconds / 3600).toFixed(1) })
      : seconds >= 120
        ? fill(texts.minutes, { n: Math.round(seconds / 60) })
        : fill(texts.seconds, { n: seconds });
  return fill(offsetMs < 0 ? texts.behind : texts.ahead, { span });
}
