import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Segmented, Table, type TableColumnsType } from 'antd';
import { useMemo, useState } from 'react';
import { IMPORT_KINDS, importsQuery, sendImport } from '../../api/safety-index.ts';
import type { ImportKind, ImportReport } from '../../api/safety-index-types.ts';
import { Pager, usePages } from '../../components/pager.tsx';
import { Panel } from '../../components/panel.tsx';
import { QueryNote } from '../../components/query-note.tsx';
import { useAction } from '../../components/use-action.ts';
import { useTexts } from '../../components/use-texts.ts';
import { timeText } from '../../i18n/format.ts';
import { useMayAnalyse } from '../../shell/session.tsx';
import { ImportResult } from './import-result.tsx';
import { IncidentsPanel } from './incidents-panel.tsx';
import { UploadPanel } from './upload-panel.tsx';
import './imports.css';

const PAGE_SIZE = 10;

function useColumns(onView: (report: ImportReport) => void): TableColumnsType<ImportReport> {
  const { t } = useTexts();
  return useMemo(
    () => [
      { title: t('imports.at'), width: 150, render: (_, { at }) => timeText(at).slice(0, 16) },
      { title: t('imports.kindLabel'), width: 130, render: (_, { kind }) => t(`imports.kind.${kind}`) },
      {
        title: t('imports.file'),
        ellipsis: true,
        render: (_, report) => (
          <button type="button" className="link" title={t('imports.view')} onClick={() => onView(report)}>
            {report.fileName}
          </button>
        ),
      },
      { title: t('imports.actor'), width: 100, dataIndex: 'actor' },
      {
        title: t('imports.counts'),
        width: 190,
        align: 'right',
        render: (_, { accepted, unchanged, refusedRows }) => `${accepted} / ${unchanged} / ${refusedRows}`,
      },
    ],
    [t, onView],
  );
}

function History({ onView }: { onView: (report: ImportReport) => void }) {
  const { t } = useTexts();
  const pages = usePages();
  const query = useQuery(importsQuery(PAGE_SIZE, pages.cursor));
  const columns = useColumns(onView);
  const items = query.data?.items ?? [];
  return (
    <Panel title={t('imports.history')} className="history">
      <QueryNote query={query} isEmpty={items.length === 0} empty={t('imports.historyEmpty')}>
        <Table<ImportReport>
          rowKey="id"
          size="small"
          columns={columns}
          dataSource={items}
          pagination={false}
          scroll={{ x: 660 }}
          aria-label={t('imports.history')}
        />
        <Pager pages={pages} next={query.data?.next ?? null} />
      </QueryNote>
    </Panel>
  );
}

function Import() {
  const { t } = useTexts();
  const client = useQueryClient();
  const { isBusy, run } = useAction();
  const [kind, setKind] = useState<ImportKind>('incidents');
  const [report, setReport] = useState<ImportReport | null>(null);
  const send = (file: File) =>
    void run(async () => {
      const sent = await sendImport(kind, file);
      setReport(sent);
      await Promise.all(
        [['imports'], ['incidents']].map((queryKey) => client.invalidateQueries({ queryKey })),
      );
      return t('imports.accepted', { count: sent.accepted });
    });
  return (
    <div className="imports-top">
      <div className="imports-side">
        <Segmented<ImportKind>
          block
          aria-label={t('imports.kindLabel')}
          value={kind}
          options={IMPORT_KINDS.map((value) => ({ value, label: t(`imports.kind.${value}`) }))}
          onChange={setKind}
        />
        <UploadPanel kind={kind} isBusy={isBusy} onFile={send} />
      </div>
      <div className="imports-side">
        {report !== null && <ImportResult report={report} />}
        <History onView={setReport} />
      </div>
    </div>
  );
}

/** 数据导入: files of incidents, measures and population, what became of each row, and the incidents themselves. */
export function ImportsPage() {
  const { t } = useTexts();
  const mayAnalyse = useMayAnalyse();
  return (
    <div className="imports">
      {mayAnalyse ? <Import /> : <div className="note">{t('imports.readOnly')}</div>}
      <IncidentsPanel />
    </div>
  );
}
