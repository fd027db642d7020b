/** Pictures of the index as options of ECharts. Pure. */
import type { NodeScore, Trend } from '../../api/safety-index-types.ts';
import type { Bilingual } from '../../api/types.ts';
import { FONT, palette } from '../../palette.ts';

export const BASE = { animation: false, textStyle: { fontFamily: FONT } } as const;
export const TOOLTIP = {
  renderMode: 'richText',
  backgroundColor: palette.raised,
  borderColor: palette.line,
  textStyle: { color: palette.text, fontSize: 12 },
  confine: true,
} as const;
export const AXIS = {
  axisTick: { show: false },
  axisLine: { lineStyle: { color: palette.line } },
  axisLabel: { color: palette.quiet, fontSize: 11, hideOverlap: true },
  splitLine: { lineStyle: { color: '#182a47' } },
} as const;

/** Size of text in a chart, CSS pixels; a wall wants more. */
const TEXT_PX = 11;

type Pick = (text: Bilingual) => string;

/** The lowest round figure that leaves room below every score; bands below it are cut off. */
export function floorOf(scores: readonly (number | null)[]): number {
  const known = scores.filter((score) => score !== null);
  return known.length === 0 ? 0 : Math.max(0, Math.floor((Math.min(...known) - 8) / 10) * 10);
}

/** Scores over time on the colours of the bands; periods that are not published are hollow. */
export function trendOption(trend: Trend, pick: Pick, textPx = TEXT_PX) {
  const axis = { ...AXIS, axisLabel: { ...AXIS.axisLabel, fontSize: textPx } };
  const floor = floorOf(trend.points.map(({ score }) => score));
  const bands = trend.bands.filter(({ to }) => to > floor);
  return {
    ...BASE,
    grid: { left: 12 + 2 * textPx, right: 9 + 5 * textPx, top: 10, bottom: 13 + textPx },
    tooltip: { ...TOOLTIP, trigger: 'axis' },
    xAxis: {
      ...axis,
      type: 'category',
      data: trend.points.map(({ start }) => (trend.kind === 'month' ? start.slice(0, 7) : start.slice(2))),
    },
    yAxis: { ...axis, type: 'value', min: floor, max: 100, splitNumber: 4 },
    series: [
      {
        type: 'line',
        data: trend.points.map(({ score, provisional }) => ({
          value: score,
          symbol: provisional ? 'emptyCircle' : 'circle',
        })),
        symbolSize: 7,
        showAllSymbol: trend.points.length < 40,
        connectNulls: false,
        lineStyle: { color: '#e4f1ff', width: 2 },
        itemStyle: { color: '#e4f1ff' },
        markArea: {
          silent: true,
          label: { position: 'right', color: palette.quiet, fontSize: textPx },
          data: bands.map(({ name, colour, from, to }) => [
            { name: pick(name), yAxis: Math.max(from, floor), itemStyle: { color: colour, opacity: 0.22 } },
            { yAxis: Math.min(to, 100) },
          ]),
        },
      },
    ],
  };
}

export type RadarLine = { name: string; pillars: readonly NodeScore[] };

/** Scores of the pillars of one or two areas; a pillar without data lies in the middle and is named so. */
export function radarOption(
  lines: readonly RadarLine[],
  texts: { pick: Pick; missing: string; textPx?: number | undefined },
) {
  const { pick, missing, textPx = TEXT_PX } = texts;
  const colours = ['#5aa2ff', '#f5c451'];
  const pillars = lines[0]?.pillars ?? [];
  const scoreOf = (line: RadarLine, code: string) =>
    line.pillars.find((pillar) => pillar.code === code)?.score ?? null;
  return {
    ...BASE,
    tooltip: { ...TOOLTIP, trigger: 'item' },
    legend: {
      bottom: 0,
      itemWidth: 14,
      itemHeight: 8,
      textStyle: { color: palette.text, fontSize: textPx + 1 },
      data: lines.map(({ name }) => name),
    },
    radar: {
      center: ['50%', '47%'],
      radius: '56%',
      splitNumber: 4,
      axisName: { color: palette.text, fontSize: textPx },
      axisNameGap: 6,
      axisLine: { lineStyle: { color: palette.line } },
      splitLine: { lineStyle: { color: '#24406b' } },
      splitArea: { areaStyle: { color: ['#0b1526', '#0e1c33'] } },
      indicator: pillars.map(({ code, name, score }) => ({
        name: `${pick(name).replaceAll(' ', '\n')}${score === null ? `\n(${missing})` : ''}`,
        max: 100,
        min: 0,
        code,
      })),
    },
    series: [
      {
        type: 'radar',
        symbolSize: 4,
        data: lines.map((line, index) => ({
          name: line.name,
          value: pillars.map(({ code }) => scoreOf(line, code) ?? 0),
          itemStyle: { color: colours[index] },
          lineStyle: {
            color: colours[index],
            width: index === 0 ? 2 : 1.5,
            type: index === 0 ? 'solid' : 'dashed',
          },
          areaStyle: { color: colours[index], opacity: index === 0 ? 0.22 : 0.05 },
        })),
      },
    ],
  };
}

export type IntervalRow = { name: string; rank: number | null; rankInterval: number[] | null };

/** Ranks as dots on their intervals, best at the top. */
export function intervalsOption(rows: readonly IntervalRow[], texts: { interval: string; rank: string }) {
  const last = Math.max(1, ...rows.flatMap(({ rankInterval, rank }) => rankInterval ?? [rank ?? 1]));
  return {
    ...BASE,
    grid: { left: 10, right: 20, top: 26, bottom: 8, containLabel: true },
    tooltip: { ...TOOLTIP, trigger: 'axis', axisPointer: { type: 'shadow' } },
    xAxis: { ...AXIS, type: 'value', min: 1, max: last, minInterval: 1, position: 'top' },
    yAxis: {
      ...AXIS,
      type: 'category',
      inverse: true,
      data: rows.map(({ name }) => name),
      axisLabel: { ...AXIS.axisLabel, color: palette.text, interval: 0, width: 150, overflow: 'truncate' },
    },
    series: [
      {
        type: 'bar',
        stack: 'interval',
        silent: true,
        itemStyle: { color: 'transparent' },
        tooltip: { show: false },
        data: rows.map(({ rankInterval }) => rankInterval?.[0] ?? null),
      },
      {
        type: 'bar',
        stack: 'interval',
        name: texts.interval,
        barWidth: 9,
        itemStyle: { color: '#2f6fc4', borderRadius: 4 },
        data: rows.map(({ rankInterval }) => {
          const [from = 0, to = 0] = rankInterval ?? [];
          return rankInterval === null ? null : to - from;
        }),
      },
      {
        type: 'scatter',
        name: texts.rank,
        symbolSize: 9,
        z: 5,
        itemStyle: { color: '#f5c451', borderColor: '#06101e', borderWidth: 1 },
        data: rows.map(({ rank }) => rank),
      },
    ],
  };
}

export type FallStep = { name: string; from: number; to: number; part: number };
export type FallEnd = { name: string; score: number };

/** From one score to another: bars that start where the last one ended; green lifts, red lowers. */
export function waterfallOption(from: FallEnd, steps: readonly FallStep[], to: FallEnd) {
  const levels = [from.score, to.score, ...steps.flatMap((step) => [step.from, step.to])];
  const floor = Math.max(0, Math.floor(Math.min(...levels) - 0.15 * spread(levels) - 0.5));
  const ceiling = Math.ceil(Math.max(...levels) + 0.12 * spread(levels) + 0.2);
  const ends = { itemStyle: { color: '#5aa2ff' } };
  const whole = (score: number) => ({
    value: score - floor,
    ...ends,
    label: { formatter: score.toFixed(2) },
  });
  return {
    ...BASE,
    grid: { left: 46, right: 16, top: 22, bottom: 96 },
    xAxis: {
      ...AXIS,
      type: 'category',
      data: [from.name, ...steps.map(({ name }) => name), to.name],
      axisLabel: {
        ...AXIS.axisLabel,
        interval: 0,
        rotate: 38,
        width: 108,
        overflow: 'truncate',
        hideOverlap: false,
      },
    },
    yAxis: {
      ...AXIS,
      type: 'value',
      min: 0,
      max: ceiling - floor,
      axisLabel: {
        ...AXIS.axisLabel,
        formatter: (value: number) => Number((value + floor).toFixed(2)).toString(),
      },
    },
    series: [
      {
        type: 'bar',
        stack: 'fall',
        silent: true,
        itemStyle: { color: 'transparent' },
        data: [0, ...steps.map((step) => Math.min(step.from, step.to) - floor), 0],
      },
      {
        type: 'bar',
        stack: 'fall',
        barMaxWidth: 46,
        label: { show: true, position: 'top', color: palette.text, fontSize: 11 },
        data: [
          whole(from.score),
          ...steps.map(({ part }) => ({
            value: Math.abs(part),
            itemStyle: { color: part < 0 ? '#ff7b7b' : '#56d37a', borderRadius: 2 },
            label: { formatter: `${part < 0 ? '−' : '+'}${Math.abs(part).toFixed(2)}` },
          })),
          whole(to.score),
        ],
      },
    ],
  };
}

const spread = (levels: readonly number[]): number => Math.max(...levels) - Math.min(...levels);
