/** The language of the screens: kept in this browser, Chinese unless chosen otherwise. */
export const LANGUAGES = ['zh-CN', 'en'] as const;
export type Language = (typeof LANGUAGES)[number];
const KEY = 'pingan.language';

export const isLanguage = (value: unknown): value is Language => LANGUAGES.some((one) => one === value);

type Storage = Pick<globalThis.Storage, 'getItem' | 'setItem'>;

export function storedLanguage(storage: Storage): Language {
  try {
    const value = storage.getItem(KEY);
    return isLanguage(value) ? value : 'zh-CN';
  } catch {
    return 'zh-CN';
  }
}

/** A browser that refuses storage keeps the language for this page only. */
export function storeLanguage(storage: Storage, language: Language): void {
  try {
    storage.setItem(KEY, language);
  } catch {
    // Private windows may refuse: the choice then ends with the page.
  }
}
