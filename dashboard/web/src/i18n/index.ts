import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';
import { en } from './en.ts';
import { type Language, storedLanguage, storeLanguage } from './language.ts';
import { type Texts, zhCn } from './zh-cn.ts';

declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'translation';
    resources: { translation: Texts };
  }
}

/** Starts the texts in the language this browser last chose. */
export async function startTexts(): Promise<void> {
  const language = storedLanguage(localStorage);
  document.documentElement.lang = language;
  await i18next.use(initReactI18next).init({
    lng: language,
    fallbackLng: 'zh-CN',
    resources: { 'zh-CN': { translation: zhCn }, en: { translation: en } },
    // React escapes already.
    interpolation: { escapeValue: false },
  });
}

export async function changeLanguage(language: Language): Promise<void> {
  storeLanguage(localStorage, language);
  document.documentElement.lang = language;
  await i18next.changeLanguage(language);
}
