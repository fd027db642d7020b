import { useQuery } from '@tanstack/react-query';
import { Tooltip } from 'antd';
import { indexQuery } from '../../api/queries.ts';
import type { IndexArea, IndexResult } from '../../api/types.ts';
import { Chip } from '../../components/chip.tsx';
import { QueryNote } from '../../components/query-note.tsx';
import { useTexts } from '../../components/use-texts.ts';
import { clockText, numberText } from '../../i18n/format.ts';
import { childrenOf, pathTo, ranked, rootsOf } from './area-tree.ts';
import { IndexComposition } from './index-composition.tsx';
import { IndexGauge } from './index-gauge.tsx';

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
          {pick(area.name)}
        </button>
      ))}
      {current !== undefined && <SampleMark area={current} />}
    </nav>
  );
}

function RankRow({ area, onDrill }: { area: IndexArea } & Drill) {
  const { t, pick } = useTexts();
  const name = pick(area.name);
  const score = area.score === null ? t('index.insufficient') : numberText(area.score);
  const label =
    area.score === null
      ? t('index.drillNone', { area: name })
      : t('index.drill', { area: name, score, rank: area.rank });
  return (
    <li>
      <button type="button" className="rank" aria-label={label} onClick={() => onDrill(area.code)}>
        <span className="rank-place">{area.rank ?? '—'}</span>
        <span className="rank-name">{name}</span>
        <span className="rank-track">
          <i style={{ width: `${area.score ?? 0}%`, background: area.band?.colour ?? 'transparent' }} />
        </span>
        <span className={area.score === null ? 'rank-none' : 'rank-score'}>{score}</span>
      </button>
    </li>
  );
}

function Body({ result, area, onDrill }: { result: IndexResult; area: IndexArea } & Drill) {
  const { t, pick } = useTexts();
  const below = ranked(childrenOf(result.areas, area.code));
  const { framework, window } = result;
  return (
    <>
      <Path path={pathTo(result.areas, area.code)} onDrill={onDrill} />
      <IndexGauge area={area} />
      {area.score === null && <p className="index-hint">{t('index.insufficientHint')}</p>}
      <div className="index-scroll">
        {below.length > 0 && (
          <>
            <h3>
              {t('index.ranking')} <small>{t(`index.level.${below[0]?.level ?? 'grid'}`)}</small>
            </h3>
            <ol className="ranks">
              {below.map((one) => (
                <RankRow key={one.code} area={one} onDrill={onDrill} />
              ))}
            </ol>
          </>
        )}
        <h3>{t('index.composition')}</h3>
        <IndexComposition area={area} />
      </div>
      <p className="index-foot">
        {t('index.framework', { name: pick(framework.name), version: framework.version })} ·{' '}
        {t('index.window', {
          from: clockText(window.from).slice(0, 5),
          to: clockText(window.to).slice(0, 5),
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
