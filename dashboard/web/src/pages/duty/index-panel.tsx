import { useQuery } from '@tanstack/react-query';
import { Segmented, Tooltip } from 'antd';
import { useState } from 'react';
import { indexQuery } from '../../api/queries.ts';
import type { AreaLevel, IndexArea, IndexResult } from '../../api/types.ts';
import {
  descendantsAt,
  levelsBelow,
  pathTo,
  ranked,
  rootsOf,
  withoutSample,
} from '../../components/area-tree.ts';
import { Chip } from '../../components/chip.tsx';
import { IndexGauge } from '../../components/index-gauge.tsx';
import { QueryNote } from '../../components/query-note.tsx';
import { useTexts } from '../../components/use-texts.ts';
import { clockText, numberText, timeText } from '../../i18n/format.ts';
import { IndexComposition } from './index-composition.tsx';

function SampleMark({ area }: { area: IndexArea }) {
  const { t } = useTexts();
  if (!area.sample) return null;
  return (
    <Tooltip title={t('common.sampleHint')}>
      <span>
        <Chip tone="warn">{t('common.sample')}</Chip>
      </span>
    </Tooltip>
  );
}

type Drill = { onDrill: (code: string) => void };

function Path({ path, onDrill }: { path: IndexArea[] } & Drill) {
  const { t, pick } = useTexts();
  const current = path.at(-1);
  return (
    <nav className="index-path" aria-label={t('index.path')}>
      {path.map((area) => (
        <button
          key={area.code}
          type="button"
          className="link"
          aria-current={area === current ? 'location' : undefined}
          onClick={() => onDrill(area.code)}
        >
          {area.sample ? withoutSample(pick(area.name)) : pick(area.name)}
        </button>
      ))}
      {current !== undefined && <SampleMark area={current} />}
    </nav>
  );
}

function RankRow({ area, onDrill }: { area: IndexArea } & Drill) {
  const { t, pick } = useTexts();
  const score = area.score === null ? t('index.insufficient') : numberText(area.score);
  return (
    <li>
      <button type="button" className="rank" title={pick(area.name)} onClick={() => onDrill(area.code)}>
        <span className="rank-place">{area.rank ?? '—'}</span>
        <span className="rank-name">{area.sample ? withoutSample(pick(area.name)) : pick(area.name)}</span>
        <span className="rank-track">
          <i style={{ width: `${area.score ?? 0}%`, background: area.band?.colour ?? 'transparent' }} />
        </span>
        <span className={area.score === null ? 'rank-none' : 'rank-score'}>{score}</span>
      </button>
    </li>
  );
}

/** What lies below an area, ranked, at the level that is chosen; the next one down at first. */
function Ranking({ areas, area, onDrill }: { areas: IndexArea[]; area: IndexArea } & Drill) {
  const { t } = useTexts();
  const levels = levelsBelow(areas, area);
  const [wanted, setLevel] = useState<AreaLevel | null>(null);
  const level = levels.find((one) => one === wanted) ?? levels[0];
  if (level === undefined) return null;
  return (
    <>
      <div className="index-part">
        <h3>{t('index.ranking')}</h3>
        {levels.length > 1 && (
          <Segmented<AreaLevel>
            size="small"
            aria-label={t('index.path')}
            value={level}
            options={levels.map((one) => ({ value: one, label: t(`index.level.${one}`) }))}
            onChange={setLevel}
          />
        )}
      </div>
      <ol className="ranks">
        {ranked(descendantsAt(areas, area, level)).map((one) => (
          <RankRow key={one.code} area={one} onDrill={onDrill} />
        ))}
      </ol>
    </>
  );
}

function Body({ result, area, onDrill }: { result: IndexResult; area: IndexArea } & Drill) {
  const { t, pick } = useTexts();
  const { framework, window } = result;
  return (
    <>
      <Path path={pathTo(result.areas, area.code)} onDrill={onDrill} />
      <IndexGauge area={area} />
      {area.score === null && <p className="index-hint">{t('index.insufficientHint')}</p>}
      <div className="index-scroll">
        <Ranking areas={result.areas} area={area} onDrill={onDrill} />
        <div className="index-part">
          <h3>{t('index.composition')}</h3>
        </div>
        <IndexComposition area={area} />
      </div>
      <p className="index-foot">
        {t('index.framework', { name: pick(framework.name), version: framework.version })} ·{' '}
        {t('index.window', {
          from: timeText(window.from).slice(5, 16),
          to: timeText(window.to).slice(5, 16),
        })}{' '}
        · {t('index.computedAt', { time: clockText(result.computedAt) })}
      </p>
    </>
  );
}

/** 平安指数: gauge, ranking of what lies below, and what the score is made of; drills down by a click. */
export function IndexPanel({ code, onDrill }: { code: string | null } & Drill) {
  const { t } = useTexts();
  const query = useQuery(indexQuery);
  const areas = query.data?.areas ?? [];
  const area = areas.find((one) => one.code === code) ?? rootsOf(areas)[0];
  return (
    <aside className="panel index" aria-label={t('index.title')} data-testid="index-panel">
      <div className="panel-head">
        <h2>{t('index.title')}</h2>
      </div>
      <QueryNote query={query} isEmpty={area === undefined} empty={t('index.empty')}>
        {query.data !== undefined && area !== undefined && (
          <Body result={query.data} area={area} onDrill={onDrill} />
        )}
      </QueryNote>
    </aside>
  );
}
