import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Button, DatePicker, Segmented, Table, type TableColumnsType } from 'antd';
import { useMemo, useState } from 'react';
import { computePublication, PERIOD_KINDS, publicationsQuery } from '../../api/safety-index.ts';
import type { PublicationHead } from '../../api/safety-index-types.ts';
import { Pager, usePages } from '../../components/pager.tsx';
import { Panel } from '../../components/panel.tsx';
import { QueryNote } from '../../components/query-note.tsx';
import { useAction } from '../../components/use-action.ts';
import { useTexts } from '../../components/use-texts.ts';
import { timeText } from '../../i18n/format.ts';
import { useMayAnalyse } from '../../shell/session.tsx';
import { localDay, periodStart, periodText } from './period.ts';
import { StateChip } from './period-picker.tsx';
import { PublicationDetail } from './publication-detail.tsx';
import { type UseSelection, useSelection } from './use-selection.ts';

const PAGE_SIZE = 20;

function useColumns(onOpen: (id: string) => void): TableColumnsType<PublicationHead> {
  const { t } = useTexts();
  return useMemo(
    () => [
      {
        title: t('safety.publications.period'),
        render: (_, { id, period }) => (
          <button type="button" className="link figure" onClick={() => onOpen(id)}>
            {periodText(period)}
          </button>
        ),
      },
      { title: t('safety.publications.version'), width: 70, dataIndex: 'version' },
      {
        title: t('safety.publications.state'),
        width: 112,
        render: (_, { state }) => <StateChip state={state} />,
      },
      {
        title: t('safety.publications.score'),
        width: 80,
        align: 'right',
        render: (_, { score }) => (score === null ? t('safety.insufficient') : score.toFixed(1)),
      },
      {
        title: t('safety.publications.at'),
        width: 104,
        render: (_, { computedAt }) => <span className="figure">{timeText(computedAt).slice(5, 16)}</span>,
      },
    ],
    [t, onOpen],
  );
}

/** Chooses a day and computes the period around it. */
function Compute({ selection }: { selection: UseSelection }) {
  const { t } = useTexts();
  const client = useQueryClient();
  const { isBusy, run } = useAction();
  const [day, setDay] = useState(() => localDay(new Date()));
  const { kind, select } = selection;
  const compute = () =>
    void run(async () => {
      const made = await computePublication({ kind, start: periodStart(kind, day) });
      await client.invalidateQueries({ queryKey: ['publications'] });
      select({ publication: made.id });
      return t('safety.publications.computed', { period: periodText(made.period), version: made.version });
    });
  return (
    <div className="toolbar-form">
      <DatePicker
        aria-label={t('safety.publications.computeFor')}
        placeholder={day}
        allowClear={false}
        onChange={(_, text) => typeof text === 'string' && text !== '' && setDay(text)}
      />
      <Button type="primary" loading={isBusy} onClick={compute}>
        {t('safety.publications.compute')}
      </Button>
    </div>
  );
}

function List({ selection }: { selection: UseSelection }) {
  const { t } = useTexts();
  const pages = usePages();
  const query = useQuery(publicationsQuery(selection.kind, PAGE_SIZE, pages.cursor));
  const { select } = selection;
  const columns = useColumns(useMemo(() => (id: string) => select({ publication: id }), [select]));
  const items = query.data?.items ?? [];
  return (
    <Panel title={t('safety.publications.list')} className="list">
      <QueryNote query={query} isEmpty={items.length === 0} empty={t('safety.publications.empty')}>
        <Table<PublicationHead>
          rowKey="id"
          size="small"
          columns={columns}
          dataSource={items}
          pagination={false}
          scroll={{ x: 470 }}
          rowClassName={({ id }) => (id === selection.publication ? 'row-chosen' : '')}
          aria-label={t('safety.publications.list')}
        />
        <Pager pages={pages} next={query.data?.next ?? null} />
      </QueryNote>
    </Panel>
  );
}

/** 发布: every version of every period; compute, write, submit, approve, export. */
export function PublicationsPage() {
  const { t } = useTexts();
  const selection = useSelection();
  const mayAnalyse = useMayAnalyse();
  const { kind, publication, selectKind } = selection;
  return (
    <>
      <div className="toolbar">
        <Segmented
          aria-label={t('safety.periodKind')}
          value={kind}
          options={PERIOD_KINDS.map((value) => ({ value, label: t(`safety.kind.${value}`) }))}
          onChange={selectKind}
        />
        <span className="quiet">{t('safety.publications.frozen')}</span>
        <div className="toolbar-end">
          {mayAnalyse ? (
            <Compute selection={selection} />
          ) : (
            <span className="quiet">{t('safety.publications.readOnly')}</span>
          )}
        </div>
      </div>
      <div className="publications">
        <List key={kind} selection={selection} />
        {publication === null ? (
          <div className="note">{t('safety.publications.choose')}</div>
        ) : (
          <PublicationDetail key={publication} id={publication} />
        )}
      </div>
    </>
  );
}
