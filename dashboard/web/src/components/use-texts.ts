import type { TFunction } from 'i18next';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { ProblemError } from '../api/problem.ts';
import type { Bilingual } from '../api/types.ts';
import { ageOf, spanOf } from '../i18n/format.ts';
import { isLanguage, type Language } from '../i18n/language.ts';

/** What an answer that is no success means to a person, and what to do about it. */
export function problemText(t: TFunction, error: unknown): string {
  if (!(error instanceof ProblemError)) return t('errors.server', { code: 'unexpected' });
  if (error.status === 0) return t('errors.noAnswer');
  if (error.status === 403) return t('errors.forbidden');
  if (error.status === 404) return t('errors.notFound');
  if (error.status === 409) return t('errors.conflict');
  if (error.status === 429) return t('errors.throttled');
  return t('errors.server', { code: error.code });
}

export type SayTexts = {
  t: TFunction;
  language: Language;
  /** The half of a bilingual text that the screen speaks. */
  pick: (text: Bilingual) => string;
  /** The last `depth` levels of an area, outermost first. */
  place: (path: readonly Bilingual[], depth?: number) => string;
  age: (at: string, nowMs: number) => string;
  span: (seconds: number) => string;
  problem: (error: unknown) => string;
};

/** The translator together with everything else that depends on the language. */
export function useTexts(): SayTexts {
  const { t, i18n } = useTranslation();
  const language: Language = isLanguage(i18n.language) ? i18n.language : 'zh-CN';
  return useMemo(() => {
    const pick = (text: Bilingual) => (language === 'en' ? text.en : text.zh);
    return {
      t,
      language,
      pick,
      place: (path, depth = path.length) => path.slice(-depth).map(pick).join(' · '),
      age: (at, nowMs) => {
        const { unit, count } = ageOf(at, nowMs);
        return t(`age.${unit}`, { count });
      },
      span: (seconds) => {
        const { unit, value } = spanOf(seconds);
        return t(`duration.${unit}`, { value });
      },
      problem: (error) => problemText(t, error),
    };
  }, [t, language]);
}
