import { Table, type TableColumnsType } from 'antd';
import { useMemo } from 'react';
import type { ImportReport } from '../../api/safety-index-types.ts';
import { Chip } from '../../components/chip.tsx';
import { Panel } from '../../components/panel.tsx';
import { useTexts } from '../../components/use-texts.ts';

type Refused = ImportReport['refused'][number];
const PAGE_SIZE = 8;

/** What became of a file: rows written, unchanged, and refused with the reason and the remedy. */
export function ImportResult({ report }: { report: ImportReport }) {
  const { t, pick } = useTexts();
  const columns = useMemo<TableColumnsType<Refused>>(
    () => [
      { title: t('imports.row'), width: 70, dataIndex: 'row' },
      { title: t('imports.column'), width: 150, dataIndex: 'column' },
      { title: t('imports.message'), render: (_, { message }) => pick(message) },
    ],
    [t, pick],
  );
  const { fileName, accepted, unchanged, refused, refusedRows } = report;
  return (
    <Panel
      title={
        <>
          {t('imports.report')} <span className="panel-count">{fileName}</span>
        </>
      }
      className="import-result"
      extra={
        <span className="chips" data-testid="import-counts">
          <Chip tone="good">{t('imports.accepted', { count: accepted })}</Chip>
          <Chip tone="quiet">{t('imports.unchanged', { count: unchanged })}</Chip>
          <Chip tone={refusedRows === 0 ? 'quiet' : 'bad'}>
            {t('imports.refused', { count: refusedRows })}
          </Chip>
        </span>
      }
    >
      {refused.length > 0 && (
        <>
          <p className="page-hint">{t('imports.refusedTitle')}</p>
          <Table<Refused>
            rowKey={({ row, column, message }) => `${row} ${column} ${message.en}`}
            size="small"
            columns={columns}
            dataSource={refused}
            pagination={refused.length > PAGE_SIZE ? { pageSize: PAGE_SIZE, showSizeChanger: false } : false}
            scroll={{ x: 480 }}
            aria-label={t('imports.refusedTitle')}
          />
        </>
      )}
    </Panel>
  );
}
