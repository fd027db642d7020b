import { useTranslation } from 'react-i18next';

/** The sign and the name of the product. */
export function Brand() {
  const { t } = useTranslation();
  return (
    <div className="brand">
      <svg width="26" height="26" viewBox="0 0 32 32" aria-hidden="true">
        <path
          className="brand-shield"
          d="M16 2 28 6.500v9C28 22.600 23 28 16 30 9 28 4 22.600 4 15.500v-9z"
        />
        <path className="brand-check" d="M10.500 16.200l4 4 7.500-8" />
      </svg>
      <span className="brand-name">{t('product')}</span>
    </div>
  );
}
