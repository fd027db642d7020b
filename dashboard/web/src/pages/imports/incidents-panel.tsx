import { useQuery } from '@tanstack/react-query';
import { Table, type TableColumnsType } from 'antd';
import { useMemo } from 'react';
import { areasQuery, categoriesQuery, incidentsQuery } from '../../api/safety-index.ts';
import type { Incident } from '../../api/safety-index-types.ts';
import { pathTo, withoutSample } from '../../components/area-tree.ts';
import { Chip } from '../../components/chip.tsx';
import { Pager, usePages } from '../../components/pager.tsx';
import { Panel } from '../../components/panel.tsx';
import { QueryNote } from '../../components/query-note.tsx';
import { useTexts } from '../../components/use-texts.ts';
import { timeText } from '../../i18n/format.ts';

const PAGE_SIZE = 20;
const PLACE_DEPTH = 2;

/** Names for the codes of an incident; the code itself where none is known. */
function useNames(): { areaName: (code: string) => string; categoryName: (code: string) => string } {
  const { pick } = useTexts();
  const areas = useQuery(areasQuery).data?.items;
  const categories = useQuery(categoriesQuery).data?.items;
  return useMemo(() => {
    const nodes = (areas ?? []).map((area) => ({ ...area, score: null }));
    const names = new Map((categories ?? []).map(({ code, name }) => [code, pick(name)]));
    return {
      areaName: (code) => {
        const path = pathTo(nodes, code).slice(-PLACE_DEPTH);
        return path.length === 0 ? code : path.map(({ name }) => withoutSample(pick(name))).join(' · ');
      },
      categoryName: (code) => names.get(code) ?? code,
    };
  }, [areas, categories, pick]);
}

function useColumns(): TableColumnsType<Incident> {
  const { t } = useTexts();
  const { areaName, categoryName } = useNames();
  return useMemo(() => {
    const at = (time: string | null) => (time === null ? t('common.none') : timeText(time).slice(0, 16));
    return [
      { title: t('imports.occurredAt'), width: 140, render: (_, { occurredAt }) => at(occurredAt) },
      { title: t('imports.category'), width: 170, render: (_, { category }) => categoryName(category) },
      { title: t('imports.area'), render: (_, { areaCode }) => areaName(areaCode) },
      {
        title: t('imports.source'),
        width: 100,
        render: (_, { source }) => t(`imports.sourceName.${source}`),
      },
      {
        title: t('imports.externalId'),
        width: 180,
        render: (_, { externalId }) => <span className="figure">{externalId}</span>,
      },
      { title: t('imports.escalatedAt'), width: 140, render: (_, { escalatedAt }) => at(escalatedAt) },
      { title: t('imports.closedAt'), width: 140, render: (_, { closedAt }) => at(closedAt) },
      {
        title: t('imports.reworked'),
        width: 80,
        render: (_, { reworked }) => (reworked ? <Chip tone="warn">{t('common.yes')}</Chip> : t('common.no')),
      },
      {
        title: t('imports.deaths'),
        width: 80,
        align: 'right',
        render: (_, { deaths }) => (deaths === 0 ? '0' : <Chip tone="bad">{deaths}</Chip>),
      },
    ];
  }, [t, areaName, categoryName]);
}

/** Reported incidents, last occurred first. */
export function IncidentsPanel() {
  const { t } = useTexts();
  const pages = usePages();
  const query = useQuery(incidentsQuery(PAGE_SIZE, pages.cursor));
  const columns = useColumns();
  const items = query.data?.items ?? [];
  return (
    <Panel title={t('imports.incidents')}>
      <QueryNote query={query} isEmpty={items.length === 0} empty={t('imports.incidentsEmpty')}>
        <Table<Incident>
          rowKey="id"
          size="small"
          columns={columns}
          dataSource={items}
          pagination={false}
          scroll={{ x: 1180 }}
          aria-label={t('imports.incidents')}
        />
        <Pager pages={pages} next={query.data?.next ?? null} />
      </QueryNote>
    </Panel>
  );
}
