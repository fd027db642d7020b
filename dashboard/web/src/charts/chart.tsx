import type { EChartsCoreOption } from 'echarts/core';
import { useEffect, useRef } from 'react';
import { echarts } from './echarts.ts';

export type ChartProps = {
  option: EChartsCoreOption;
  /** What the picture says, for those who do not see it. */
  label: string;
};

/** A chart that fills its parent and follows its size. */
export default function Chart({ option, label }: ChartProps) {
  const element = useRef<HTMLDivElement>(null);
  const latest = useRef(option);
  latest.current = option;
  const chart = useRef<ReturnType<typeof echarts.init> | null>(null);

  useEffect(() => {
    if (element.current === null) return;
    const made = echarts.init(element.current);
    chart.current = made;
    made.setOption(latest.current);
    const observer = new ResizeObserver(() => made.resize());
    observer.observe(element.current);
    return () => {
      observer.disconnect();
      made.dispose();
      chart.current = null;
    };
  }, []);
  useEffect(() => {
    chart.current?.setOption(option);
  }, [option]);

  return <div ref={element} className="chart" role="img" aria-label={label} />;
}
