import { Component, lazy, type ReactNode, Suspense } from 'react';
import type { ChartProps } from './chart.tsx';

const Chart = lazy(() => import('./chart.tsx'));

/** A chart that cannot be drawn or loaded leaves its place empty; the page around it goes on. */
class ChartBoundary extends Component<{ children: ReactNode }, { hasFailed: boolean }> {
  override state = { hasFailed: false };

  static getDerivedStateFromError(): { hasFailed: boolean } {
    return { hasFailed: true };
  }

  override render(): ReactNode {
    return this.state.hasFailed ? <div className="chart" /> : this.props.children;
  }
}

/** A chart whose library is loaded when the first one is shown. */
export function LazyChart(props: ChartProps) {
  return (
    <ChartBoundary>
      <Suspense fallback={<div className="chart" />}>
        <Chart {...props} />
      </Suspense>
    </ChartBoundary>
  );
}
