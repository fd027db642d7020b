import type { Site } from '../../../src/console/interface.ts';
import { endpoints } from '../api/endpoints.ts';
import { useSpeech } from '../i18n/language.tsx';

/** Whose page this is, which gateway, and the language. */
export function Header({ site, onUnpair }: { site: Site | null; onUnpair(): void }) {
  const { texts, toggle, language } = useSpeech();
  const unpair = () => {
    void endpoints.unpair().catch(() => {});
    onUnpair();
  };
  return (
    <header className="header">
      <img className="header-mark" src="/favicon.svg" alt="" width="30" height="30" />
      <p className="header-name">
        <strong>{texts.title}</strong>
        <span>{site ? site.gatewayId : texts.product}</span>
      </p>
      {site && (
        <button type="button" className="header-button" onClick={unpair}>
          {texts.common.unpair}
        </button>
      )}
      <button
        type="button"
        className="header-button"
        lang={language === 'zh' ? 'en' : 'zh-CN'}
        onClick={toggle}
      >
        {texts.language.switchTo}
      </button>
    </header>
  );
}
