import { useMemo } from 'react';
import type { IndexArea } from '../api/types.ts';
import { LazyChart } from '../charts/lazy-chart.tsx';
import { numberText } from '../i18n/format.ts';
import { FONT, palette } from '../palette.ts';
import { useTexts } from './use-texts.ts';
import './index-gauge.css';

const TRACK = '#14233d';

/** The index of one area, 0..100, in the colour of its band; "insufficient data" is said, not drawn as nought. */
export function IndexGauge({ area }: { area: Pick<IndexArea, 'name' | 'score' | 'band'> }) {
  const { t, pick } = useTexts();
  const { score, band } = area;
  const option = useMemo(
    () => ({
      animation: false,
      textStyle: { fontFamily: FONT },
      series: [
        {
          type: 'gauge' as const,
          min: 0,
          max: 100,
          startAngle: 205,
          endAngle: -25,
          radius: '116%',
          center: ['50%', '66%'],
          // Always shown: ECharts 6.1 throws when a gauge's progress is switched on later. Nought in the track's colour is unseen.
          progress: {
            show: true,
            width: 12,
            roundCap: true,
            itemStyle: { color: band?.colour ?? TRACK },
          },
          axisLine: { roundCap: true, lineStyle: { width: 12, color: [[1, TRACK]] as [number, string][] } },
          axisTick: { show: false },
          splitLine: { show: true, length: 5, distance: 6, lineStyle: { color: '#48628c', width: 1 } },
          axisLabel: {
            show: true,
            distance: 16,
            color: palette.quiet,
            fontSize: 10,
            formatter: (at: number) => (at === 50 ? '50' : ''),
          },
          pointer: { show: false },
          detail: { show: false },
          data: [{ value: score ?? 0 }],
        },
      ],
    }),
    [score, band?.colour],
  );
  const scoreText = score === null ? t('index.insufficient') : numberText(score);
  return (
    <div className="gauge" data-testid="index-gauge">
      <LazyChart option={option} label={t('index.gauge', { area: pick(area.name), score: scoreText })} />
      <div className="gauge-text" aria-hidden="true">
        <b className={score === null ? 'gauge-none' : ''}>{scoreText}</b>
        {band !== null && (
          <span className="gauge-band">
            <Swatch colour={band.colour} />
            {pick(band.name)}
          </span>
        )}
      </div>
    </div>
  );
}

/** A spot of a colour that comes from the configuration. */
export function Swatch({ colour }: { colour: string }) {
  return <i className="swatch" style={{ background: colour }} aria-hidden="true" />;
}
