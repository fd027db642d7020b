import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from 'react';
import { en } from './en.ts';
import type { Language } from './fill.ts';
import { type Texts, zhCn } from './zh-cn.ts';

const KEPT = 'pingan.console.language';
const TEXTS: Readonly<Record<Language, Texts>> = { zh: zhCn, en };

function keptLanguage(): Language {
  try {
    return localStorage.getItem(KEPT) === 'en' ? 'en' : 'zh';
  } catch {
    return 'zh';
  }
}

type Speech = { language: Language; texts: Texts; toggle(): void };
const SpeechContext = createContext<Speech>({ language: 'zh', texts: zhCn, toggle: () => {} });

/** Chinese until the other language was chosen; this browser remembers it. */
export function LanguageProvider({ children }: { children: ReactNode }) {
  const [language, setLanguage] = useState(keptLanguage);
  useEffect(() => {
    document.documentElement.lang = language === 'zh' ? 'zh-CN' : 'en';
    document.title = `${TEXTS[language].product} · ${TEXTS[language].title}`;
    try {
      localStorage.setItem(KEPT, language);
    } catch {
      // A browser that keeps nothing starts in Chinese.
    }
  }, [language]);
  const speech = useMemo(
    () => ({
      language,
      texts: TEXTS[language],
      toggle: () => setLanguage((now) => (now === 'zh' ? 'en' : 'zh')),
    }),
    [language],
  );
  return <SpeechContext value={speech}>{children}</SpeechContext>;
}

export const useSpeech = (): Speech => useContext(SpeechContext);
