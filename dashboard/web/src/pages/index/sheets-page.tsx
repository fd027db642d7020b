import { useQuery } from '@tanstack/react-query';
import { Table, type TableColumnsType } from 'antd';
import { useMemo } from 'react';
import { sheetsQuery } from '../../api/safety-index.ts';
import type { IndicatorSheet } from '../../api/safety-index-types.ts';
import { Chip } from '../../components/chip.tsx';
import { QueryNote } from '../../components/query-note.tsx';
import { useTexts } from '../../components/use-texts.ts';
import { numberText, percentText } from '../../i18n/format.ts';
import { NoPeriods } from './no-periods.tsx';
import { PeriodPicker } from './period-picker.tsx';
import { useSelection } from './use-selection.ts';

/** Below this share of areas with data an indicator says little about the whole. */
const FULL = 0.8;
const HALF = 0.5;

function CoverageChip({ coverage }: Pick<IndicatorSheet, 'coverage'>) {
  const { t } = useTexts();
  const share = coverage.areas === 0 ? 0 : coverage.withData / coverage.areas;
  const tone = share >= FULL ? 'good' : share >= HALF ? 'warn' : 'bad';
  return <Chip tone={tone}>{t('safety.sheets.coverageValue', coverage)}</Chip>;
}

function Sheet({ sheet }: { sheet: IndicatorSheet }) {
  const { t, pick } = useTexts();
  const rows: [string, string][] = [
    [t('safety.sheets.definition'), pick(sheet.definition)],
    [t('safety.sheets.formula'), sheet.formula],
    [t('safety.sheets.source'), pick(sheet.source)],
  ];
  return (
    <dl className="facts sheet">
      {rows.map(([term, value]) => (
        <div key={term}>
          <dt>{term}</dt>
          <dd>{value === '' ? t('common.none') : value}</dd>
        </div>
      ))}
    </dl>
  );
}

function useColumns(): TableColumnsType<IndicatorSheet> {
  const { t, pick } = useTexts();
  return useMemo(
    () => [
      { title: t('safety.change.pillar'), width: 130, render: (_, { pillar }) => pick(pillar) },
      { title: t('safety.indicator'), render: (_, { name }) => <b>{pick(name)}</b> },
      { title: t('safety.sheets.unit'), width: 190, dataIndex: 'unit' },
      {
        title: t('safety.sheets.direction'),
        width: 140,
        render: (_, { direction }) =>
          direction === 'higher-is-better' ? t('safety.sheets.higher') : t('safety.sheets.lower'),
      },
      {
        title: t('safety.sheets.goalposts'),
        width: 170,
        align: 'right',
        render: (_, { goalposts, direction }) => {
          if (goalposts === null) return t('common.none');
          const [low = 0, high = 0] = goalposts;
          const ends = direction === 'higher-is-better' ? [low, high] : [high, low];
          return ends.map((end) => numberText(end, 3)).join(' → ');
        },
      },
      {
        title: t('safety.sheets.target'),
        width: 100,
        align: 'right',
        render: (_, { target }) =>
          target === null ? (
            <span className="quiet">{t('safety.sheets.noTarget')}</span>
          ) : (
            numberText(target, 3)
          ),
      },
      {
        title: t('safety.weight'),
        width: 90,
        align: 'right',
        render: (_, { weight }) => percentText(weight),
      },
      {
        title: t('safety.sheets.coverage'),
        width: 160,
        render: (_, { coverage }) => <CoverageChip coverage={coverage} />,
      },
    ],
    [t, pick],
  );
}

function Body({ id }: { id: string }) {
  const { t } = useTexts();
  const query = useQuery(sheetsQuery(id));
  const columns = useColumns();
  const sheets = query.data?.items ?? [];
  return (
    <QueryNote query={query} isEmpty={sheets.length === 0} empty={t('safety.none')}>
      <p className="page-hint">{t('safety.sheets.choose')}</p>
      <Table<IndicatorSheet>
        rowKey="code"
        size="small"
        columns={columns}
        dataSource={sheets}
        pagination={false}
        scroll={{ x: 1180 }}
        aria-label={t('safety.sheets.title')}
        expandable={{
          expandRowByClick: true,
          columnTitle: <span className="only-heard">{t('common.details')}</span>,
          expandedRowRender: (sheet) => <Sheet sheet={sheet} />,
        }}
      />
    </QueryNote>
  );
}

/** 指标说明: what every indicator means, where it comes from, and how good its data is. */
export function SheetsPage() {
  const selection = useSelection();
  return (
    <>
      <div className="toolbar">
        <div className="toolbar-end">
          <PeriodPicker selection={selection} />
        </div>
      </div>
      {selection.publication === null ? (
        <NoPeriods query={selection.query} />
      ) : (
        <Body id={selection.publication} />
      )}
    </>
  );
}
