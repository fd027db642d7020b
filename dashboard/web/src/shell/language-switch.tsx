import { Button } from 'antd';
import { useTexts } from '../components/use-texts.ts';
import { changeLanguage } from '../i18n/index.ts';

export function LanguageSwitch() {
  const { t, language } = useTexts();
  const other = language === 'en' ? 'zh-CN' : 'en';
  return (
    <Button
      className="head-button"
      lang={other}
      data-testid="language"
      title={t('header.language')}
      onClick={() => void changeLanguage(other)}
    >
      {t('header.languageShort')}
    </Button>
  );
}
