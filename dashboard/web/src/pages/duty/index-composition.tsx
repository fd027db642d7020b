import type { IndexArea, IndexIndicator } from '../../api/types.ts';
import { useTexts } from '../../components/use-texts.ts';
import { numberText, percentText } from '../../i18n/format.ts';

function Row({ indicator }: { indicator: IndexIndicator }) {
  const { t, pick } = useTexts();
  const { numerator, denominator, value, score, weight, contribution } = indicator;
  const hasRatio = numerator !== null && denominator !== null;
  return (
    <tr>
      <th scope="row">
        {pick(indicator.name)}
        <div className="composition-bar" aria-hidden="true">
          <i style={{ width: `${score ?? 0}%` }} />
        </div>
      </th>
      <td>
        {value === null ? <span className="quiet">{t('index.insufficient')}</span> : percentText(value)}
        {hasRatio && (
          <small>
            {numberText(numerator)}/{numberText(denominator)}
          </small>
        )}
      </td>
      <td>{score === null ? '—' : numberText(score)}</td>
      <td>{percentText(weight)}</td>
      <td>{contribution === null ? '—' : `+${numberText(contribution)}`}</td>
    </tr>
  );
}

/** 指数构成: every indicator with its ratio, score, weight and what it adds. */
export function IndexComposition({ area }: { area: IndexArea }) {
  const { t } = useTexts();
  return (
    <table className="composition">
      <thead>
        <tr>
          <th scope="col">{t('index.indicator')}</th>
          <th scope="col">{t('index.ratio')}</th>
          <th scope="col">{t('index.score')}</th>
          <th scope="col">{t('index.weight')}</th>
          <th scope="col">{t('index.contribution')}</th>
        </tr>
      </thead>
      <tbody>
        {area.indicators.map((indicator) => (
          <Row key={indicator.code} indicator={indicator} />
        ))}
      </tbody>
    </table>
  );
}
