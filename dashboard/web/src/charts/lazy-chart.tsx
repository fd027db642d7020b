import { lazy, Suspense } from 'react';
import type { ChartProps } from './chart.tsx';

const Chart = lazy(() => import('./chart.tsx'));

/** A chart whose library is loaded when the first one is shown. */
export function LazyChart(props: ChartProps) {
  return (
    <Suspense fallback={<div className="chart" />}>
      <Chart {...props} />
    </Suspense>
  );
}
