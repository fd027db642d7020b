import { useQuery } from '@tanstack/react-query';
import { Segmented } from 'antd';
import { useState } from 'react';
import { publicationQuery } from '../../api/safety-index.ts';
import type { AreaResult, Publication } from '../../api/safety-index-types.ts';
import type { AreaLevel } from '../../api/types.ts';
import { Chip } from '../../components/chip.tsx';
import { IndexGauge, Swatch } from '../../components/index-gauge.tsx';
import { Panel } from '../../components/panel.tsx';
import { QueryNote } from '../../components/query-note.tsx';
import { CompositionPanel, RadarPanel } from '../../components/safety/pillars-panel.tsx';
import { intervalOf } from '../../components/safety/ranking-order.ts';
import { TrendPanel } from '../../components/safety/trend-panel.tsx';
import { useTexts } from '../../components/use-texts.ts';
import { percentText, timeText } from '../../i18n/format.ts';
import { AreaComb } from './area-comb.tsx';
import { AreaTrail, useAreas } from './area-trail.tsx';
import { NoPeriods } from './no-periods.tsx';
import { PeriodPicker, StateChip } from './period-picker.tsx';
import { RankingTable } from './ranking-table.tsx';
import { type UseSelection, useSelection } from './use-selection.ts';

function ScorePanel({ publication, area }: { publication: Publication; area: AreaResult }) {
  const { t, pick } = useTexts();
  const { framework } = publication;
  const [from, to] = intervalOf(area);
  const rank: [string, string] = [
    t('safety.rank'),
    area.rank === null ? t('safety.noRank') : t('safety.rankOf', { rank: area.rank, from, to }),
  ];
  const facts: [string, string][] = [
    ...(area.parent === null ? [] : [rank]),
    [t('safety.dataShare'), percentText(area.dataShare)],
    [t('safety.areaShare'), percentText(area.areaShare)],
    [t('safety.consecutiveRed'), `${area.consecutiveRed}`],
  ];
  return (
    <Panel title={pick(area.name)} className="score">
      <IndexGauge area={area} />
      {area.score === null && <p className="index-hint">{t('index.insufficientHint')}</p>}
      <dl className="score-facts">
        {facts.map(([term, value]) => (
          <div key={term}>
            <dt>{term}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <p className="score-foot">
        {t('safety.frameworkLine', { name: pick(framework.name), version: framework.version })} ·{' '}
        {t('safety.computedAt', { time: timeText(publication.computedAt).slice(0, 16) })}
      </p>
    </Panel>
  );
}

/** The bands that occur, as a key to the colours. */
function BandKey({ areas }: { areas: readonly AreaResult[] }) {
  const { t, pick } = useTexts();
  const bands = new Map(areas.flatMap(({ band }) => (band === null ? [] : [[band.code, band] as const])));
  return (
    <ul className="band-key" aria-label={t('safety.legend')}>
      {[...bands.values()].map(({ code, name, colour }) => (
        <li key={code}>
          <Swatch colour={colour} />
          {pick(name)}
        </li>
      ))}
      <li>
        <Chip tone="quiet">{t('safety.schematic')}</Chip>
      </li>
    </ul>
  );
}

/** Levels below an area that are few enough to be ranked as a whole. */
function levelsOf(area: AreaResult, below: readonly AreaResult[]): AreaLevel[] {
  const next = below[0]?.level;
  if (next === undefined) return [];
  return area.level === 'district' && next === 'street' ? ['street', 'community'] : [next];
}

type RankedProps = {
  id: string;
  area: AreaResult;
  below: readonly AreaResult[];
  onSelect: (code: string) => void;
};

/** The comb and the ranking of what lies below; the ranking can go one level further down. */
function Below({ id, area, below, onSelect }: RankedProps) {
  const { t } = useTexts();
  const levels = levelsOf(area, below);
  const [wanted, setWanted] = useState<AreaLevel | null>(null);
  const level = levels.find((one) => one === wanted) ?? levels[0];
  const isFurther = level !== undefined && level !== below[0]?.level;
  const whole = useQuery({ ...publicationQuery(id, { level: level ?? 'street' }), enabled: isFurther });
  const areas = isFurther ? (whole.data?.areas ?? []) : below;
  if (below.length === 0) return <div className="note">{t('safety.noBelow')}</div>;
  return (
    <>
      <Panel title={t('safety.map')} extra={<BandKey areas={areas} />} className="comb-panel">
        <AreaComb areas={areas} onSelect={onSelect} />
      </Panel>
      <Panel
        title={t('safety.ranking')}
        className="ranking"
        extra={
          levels.length > 1 && (
            <Segmented<AreaLevel>
              size="small"
              aria-label={t('safety.level')}
              value={level ?? 'street'}
              options={levels.map((one) => ({ value: one, label: t(`index.level.${one}`) }))}
              onChange={setWanted}
            />
          )
        }
      >
        <RankingTable areas={areas} onSelect={onSelect} />
      </Panel>
    </>
  );
}

function Body({ id, code, selection }: { id: string; code: string; selection: UseSelection }) {
  const { t } = useTexts();
  const { areas } = useAreas();
  const query = useQuery(publicationQuery(id, { area: code }));
  const parent = areas.find((one) => one.code === code)?.parent ?? null;
  const above = useQuery({ ...publicationQuery(id, { area: parent ?? '' }), enabled: parent !== null });
  const publication = query.data;
  const area = publication?.areas.find((one) => one.code === code);
  const below = publication?.areas.filter((one) => one.parent === code) ?? [];
  const onSelect = (next: string) => selection.select({ area: next });
  return (
    <QueryNote query={query} isEmpty={area === undefined} empty={t('safety.insufficient')}>
      {publication !== undefined && area !== undefined && (
        <div className="overview">
          <div className="overview-side">
            <ScorePanel publication={publication} area={area} />
            <RadarPanel area={area} above={above.data?.areas.find((one) => one.code === parent) ?? null} />
          </div>
          <div className="overview-middle">
            <Below key={code} id={id} area={area} below={below} onSelect={onSelect} />
          </div>
          <div className="overview-side">
            <TrendPanel area={area} kind={selection.kind} />
            <CompositionPanel area={area} />
          </div>
        </div>
      )}
    </QueryNote>
  );
}

/** 平安指数总览: one period, one area, and what lies below it. */
export function OverviewPage() {
  const { t } = useTexts();
  const selection = useSelection();
  const { root } = useAreas();
  const { publication, heads, area = root?.code, select } = selection;
  const head = heads.find(({ id }) => id === publication);
  return (
    <>
      <div className="toolbar">
        {area !== undefined && <AreaTrail code={area} onSelect={(code) => select({ area: code })} />}
        <div className="toolbar-end">
          {head !== undefined && <StateChip state={head.state} />}
          {head !== undefined && head.state !== 'published' && (
            <Chip tone="warn">{t('safety.provisional')}</Chip>
          )}
          <PeriodPicker selection={selection} />
        </div>
      </div>
      {publication === null || area === undefined ? (
        <NoPeriods query={selection.query} />
      ) : (
        <Body id={publication} code={area} selection={selection} />
      )}
    </>
  );
}
