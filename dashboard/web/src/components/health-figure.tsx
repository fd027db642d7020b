import type { HealthFigure } from '../api/camera-health-types.ts';
import { numberText, percentText } from '../i18n/format.ts';
import './health-figure.css';
import { useTexts } from './use-texts.ts';

/** "12.5 / 24 h": never a share without what it is a share of. */
export function FigureParts({ figure }: { figure: HealthFigure }) {
  const { t } = useTexts();
  const { unit, numerator, denominator } = figure;
  const digits = denominator < 10 ? 2 : 1;
  return (
    <span className="figure quiet">
      {t(`figures.${unit}`, {
        numerator: numberText(numerator, digits),
        denominator: numberText(denominator, digits),
      })}
    </span>
  );
}

/** The share, or "collecting" where too little was observed. */
export function FigureValue({ figure }: { figure: HealthFigure }) {
  const { t } = useTexts();
  return figure.value === null ? (
    <span className="figure-collecting">{t('figures.collecting')}</span>
  ) : (
    <b className="figure">{percentText(figure.value)}</b>
  );
}

/** The operations figures side by side. */
export function FigureCards({ figures }: { figures: readonly HealthFigure[] }) {
  const { t } = useTexts();
  return (
    <dl className="figure-cards">
      {figures.map((figure) => (
        <div key={figure.code} className="figure-card" data-testid={`figure-${figure.code}`}>
          <dt>{t(`figures.${figure.code}`)}</dt>
          <dd>
            <FigureValue figure={figure} />
            <FigureParts figure={figure} />
            <meter
              min={0}
              max={1}
              value={figure.coverage}
              aria-label={t('figures.coverage', { share: percentText(figure.coverage) })}
            />
            <small className="quiet">{t('figures.coverage', { share: percentText(figure.coverage) })}</small>
          </dd>
        </div>
      ))}
    </dl>
  );
}
