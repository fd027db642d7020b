import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { RECENT_MS, recentEventsQuery } from '../../api/queries.ts';
import { LazyChart } from '../../charts/lazy-chart.tsx';
import { useNow } from '../../components/use-now.ts';
import { useTexts } from '../../components/use-texts.ts';
import { clockText } from '../../i18n/format.ts';
import { FONT, palette } from '../../palette.ts';
import { RATE_WINDOW_MS, rateBars } from '../../sound/alarm-rate.ts';

const COLOURS = ['#ff5d5d', '#ff9f40', '#f2cf3b', '#62a8ff'];
const SLOTS = [0, 1, 2, 3] as const;
const SEVERITY_TEXT = ['severity.level1', 'severity.level2', 'severity.level3', 'severity.level4'] as const;
const BARS = RECENT_MS / RATE_WINDOW_MS;

/** 近 3 小时告警: one bar per ten minutes, stacked by level. */
export function RateChart() {
  const { t } = useTexts();
  const { data } = useQuery(recentEventsQuery);
  const now = useNow(30_000);
  const items = data?.items;
  const bars = useMemo(() => rateBars(items ?? [], now, BARS), [items, now]);
  const option = useMemo(
    () => ({
      animation: false,
      textStyle: { fontFamily: FONT },
      grid: { left: 2, right: 2, top: 4, bottom: 18 },
      tooltip: {
        trigger: 'axis' as const,
        renderMode: 'richText' as const,
        backgroundColor: palette.raised,
        borderColor: palette.line,
        textStyle: { color: palette.text, fontSize: 12 },
        confine: true,
      },
      xAxis: {
        type: 'category' as const,
        data: bars.map(({ startMs }) => clockText(startMs).slice(0, 5)),
        axisTick: { show: false },
        axisLine: { lineStyle: { color: palette.line } },
        axisLabel: { color: palette.quiet, fontSize: 11, interval: 5, margin: 5, hideOverlap: true },
      },
      yAxis: {
        type: 'value' as const,
        show: false,
        minInterval: 1,
        max: ({ max }: { max: number }) => Math.max(3, max),
      },
      series: SLOTS.map((slot) => ({
        type: 'bar' as const,
        stack: 'alarms',
        name: `${slot + 1} · ${t(SEVERITY_TEXT[slot])}`,
        data: bars.map(({ bySeverity }) => bySeverity[slot]),
        barCategoryGap: '28%',
        itemStyle: { color: COLOURS[slot] },
        ...(slot === 0
          ? { showBackground: true, backgroundStyle: { color: '#12213a', borderRadius: 2 } }
          : {}),
      })),
    }),
    [bars, t],
  );
  const total = bars.reduce((sum, { bySeverity }) => sum + bySeverity.reduce((a, b) => a + b, 0), 0);
  return (
    <div className="rate-chart">
      <small>{t('rate.chart')}</small>
      <LazyChart option={option} label={t('rate.chartLabel', { count: total })} />
    </div>
  );
}
