import { Table, type TableColumnsType, Tooltip } from 'antd';
import { useMemo } from 'react';
import type { AreaResult } from '../../api/safety-index-types.ts';
import { withoutSample } from '../../components/area-tree.ts';
import { Chip } from '../../components/chip.tsx';
import { Swatch } from '../../components/index-gauge.tsx';
import { intervalOf, tiedCodes } from '../../components/safety/ranking-order.ts';
import { Whiskers } from '../../components/safety/whiskers.tsx';
import { useTexts } from '../../components/use-texts.ts';
import { percentText } from '../../i18n/format.ts';

const PAGE_SIZE = 20;
const NO_BAND = '#5f7699';

type Props = { areas: readonly AreaResult[]; onSelect: (code: string) => void };

function useColumns(
  tied: ReadonlySet<string>,
  count: number,
  onSelect: Props['onSelect'],
): TableColumnsType<AreaResult> {
  const { t, pick } = useTexts();
  return useMemo(
    () => [
      {
        title: t('safety.rank'),
        width: 90,
        render: (_, area) => (
          <span className="rank-cell">
            <b>{area.rank ?? t('common.none')}</b>
            {tied.has(area.code) && (
              <Tooltip title={t('safety.tiedHint')}>
                <span>
                  <Chip tone="info">{t('safety.tied')}</Chip>
                </span>
              </Tooltip>
            )}
          </span>
        ),
      },
      {
        title: t('safety.area'),
        render: (_, area) => (
          <span className="rank-cell">
            <button type="button" className="link" onClick={() => onSelect(area.code)}>
              {withoutSample(pick(area.name))}
            </button>
            {area.consecutiveRed > 0 && (
              <Chip tone="bad" title={t('safety.consecutiveRed')}>
                {t('safety.consecutiveRedValue', { count: area.consecutiveRed })}
              </Chip>
            )}
          </span>
        ),
      },
      {
        title: t('safety.score'),
        width: 104,
        align: 'right',
        render: (_, { score, band }) =>
          score === null ? (
            <Chip tone="quiet">{t('safety.insufficient')}</Chip>
          ) : (
            <span className="score-cell">
              {band !== null && <Swatch colour={band.colour} />}
              <b>{score.toFixed(1)}</b>
            </span>
          ),
      },
      {
        title: t('safety.interval'),
        width: 94,
        render: (_, area) => (area.rank === null ? t('common.none') : intervalOf(area).join('–')),
      },
      {
        title: t('safety.whiskers'),
        width: 130,
        render: (_, area) => <Whiskers area={area} count={count} colour={area.band?.colour ?? NO_BAND} />,
      },
      {
        title: t('safety.dataShare'),
        width: 94,
        align: 'right',
        render: (_, { dataShare }) => percentText(dataShare),
      },
    ],
    [t, pick, tied, count, onSelect],
  );
}

const byRank = (a: AreaResult, b: AreaResult) =>
  (a.rank ?? Number.POSITIVE_INFINITY) - (b.rank ?? Number.POSITIVE_INFINITY) || a.code.localeCompare(b.code);

/** Areas by rank, with the interval of each and who cannot be told apart. */
export function RankingTable({ areas, onSelect }: Props) {
  const { t } = useTexts();
  const ordered = useMemo(() => areas.toSorted(byRank), [areas]);
  const tied = useMemo(() => tiedCodes(areas), [areas]);
  const count = Math.max(1, ...areas.flatMap((area) => intervalOf(area)));
  const columns = useColumns(tied, count, onSelect);
  return (
    <Table<AreaResult>
      rowKey="code"
      size="small"
      columns={columns}
      dataSource={ordered}
      pagination={ordered.length > PAGE_SIZE ? { pageSize: PAGE_SIZE, showSizeChanger: false } : false}
      scroll={{ x: 620 }}
      aria-label={t('safety.ranking')}
    />
  );
}
