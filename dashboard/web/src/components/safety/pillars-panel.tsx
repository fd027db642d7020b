import { useMemo } from 'react';
import type { AreaResult, NodeScore } from '../../api/safety-index-types.ts';
import { LazyChart } from '../../charts/lazy-chart.tsx';
import { numberText, percentText } from '../../i18n/format.ts';
import { withoutSample } from '../area-tree.ts';
import { Panel } from '../panel.tsx';
import { scrollRegion } from '../scroll-region.ts';
import { useTexts } from '../use-texts.ts';
import { radarOption } from './chart-options.ts';
import './safety-parts.css';

/** The parts right below the index itself. */
export function pillarsOf(area: AreaResult): NodeScore[] {
  const root = area.nodes.find(({ parent }) => parent === null);
  return area.nodes.filter(({ parent }) => root !== undefined && parent === root.code);
}

type RadarProps = { area: AreaResult; above: AreaResult | null; textPx?: number };

/** The pillars of an area beside those of the area above. */
export function RadarPanel({ area, above, textPx }: RadarProps) {
  const { t, pick } = useTexts();
  const nameOf = (one: AreaResult) => withoutSample(pick(one.name));
  const option = useMemo(() => {
    const lines = [area, ...(above === null ? [] : [above])].map((one) => ({
      name: withoutSample(pick(one.name)),
      pillars: pillarsOf(one),
    }));
    return radarOption(lines, { pick, missing: t('safety.missing'), textPx });
  }, [area, above, pick, t, textPx]);
  const label =
    above === null
      ? t('safety.pillarsAlone', { area: nameOf(area) })
      : t('safety.pillarsLabel', { area: nameOf(area), parent: nameOf(above) });
  return (
    <Panel title={t('safety.pillars')} className="radar">
      <LazyChart key={`${area.code} ${above?.code ?? ''}`} option={option} label={label} />
    </Panel>
  );
}

function NodeRow({ node }: { node: NodeScore }) {
  const { t, pick } = useTexts();
  const unit = node.unit ?? '';
  return (
    <tr className={`node-${node.kind}`}>
      <th scope="row">{pick(node.name)}</th>
      <td>
        {node.kind === 'indicator' && node.value !== null && (
          <>
            {numberText(node.value, 2)} <small>{unit}</small>
          </>
        )}
      </td>
      <td>{percentText(node.weight)}</td>
      <td>
        {node.score === null ? (
          <span className="quiet">{t('safety.insufficient')}</span>
        ) : (
          node.score.toFixed(1)
        )}
      </td>
    </tr>
  );
}

/** What an area's score is made of: every pillar with its indicators. */
export function CompositionPanel({ area }: { area: AreaResult }) {
  const { t } = useTexts();
  const root = area.nodes.find(({ parent }) => parent === null);
  return (
    <Panel title={t('safety.composition')} className="nodes">
      <div className="panel-scroll" {...scrollRegion}>
        <table className="figures">
          <thead>
            <tr className="figures-head">
              <th scope="col">{t('safety.indicator')}</th>
              <th scope="col">{t('safety.value')}</th>
              <th scope="col">{t('safety.weight')}</th>
              <th scope="col">{t('safety.score')}</th>
            </tr>
          </thead>
          <tbody>
            {area.nodes
              .filter((node) => node !== root)
              .map((node) => (
                <NodeRow key={node.code} node={node} />
              ))}
          </tbody>
        </table>
      </div>
    </Panel>
  );
}
