import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { trendQuery } from '../../api/safety-index.ts';
import type { AreaResult, PeriodKind } from '../../api/safety-index-types.ts';
import { LazyChart } from '../../charts/lazy-chart.tsx';
import { numberText } from '../../i18n/format.ts';
import { Panel } from '../panel.tsx';
import { QueryNote } from '../query-note.tsx';
import { useTexts } from '../use-texts.ts';
import { trendOption } from './chart-options.ts';

type Props = { area: AreaResult; kind: PeriodKind; textPx?: number };

/** An area's scores over the last periods, on the colours of the bands. */
export function TrendPanel({ area, kind, textPx }: Props) {
  const { t, pick, language } = useTexts();
  const query = useQuery(trendQuery(area.code, kind));
  const trend = query.data;
  const option = useMemo(
    () => (trend === undefined ? {} : trendOption(trend, pick, textPx)),
    [trend, pick, textPx],
  );
  const points = trend?.points ?? [];
  const last = points.at(-1)?.score ?? null;
  const label = t('safety.trendLabel', {
    area: pick(area.name),
    count: points.length,
    score: last === null ? t('safety.insufficient') : numberText(last),
  });
  return (
    <Panel title={t('safety.trend')} className="trend">
      <QueryNote query={query} isEmpty={points.length === 0} empty={t('safety.trendEmpty')}>
        <LazyChart key={`${area.code} ${kind} ${language}`} option={option} label={label} />
      </QueryNote>
    </Panel>
  );
}
