import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Button, Table, type TableColumnsType } from 'antd';
import { useMemo } from 'react';
import { gatewaysQuery } from '../../api/queries.ts';
import type { GatewayItem } from '../../api/types.ts';
import { GatewayStateChip } from '../../components/gateway-chip.tsx';
import { Page } from '../../components/page.tsx';
import { QueryNote } from '../../components/query-note.tsx';
import { useNow } from '../../components/use-now.ts';
import { useTexts } from '../../components/use-texts.ts';

function useColumns(): TableColumnsType<GatewayItem> {
  const { t, place, age } = useTexts();
  const now = useNow(10_000);
  return useMemo(
    () => [
      { title: t('gateways.name'), render: (_, { name }) => <b>{name}</b> },
      { title: t('gateways.id'), width: 170, render: (_, { id }) => <span className="figure">{id}</span> },
      {
        title: t('gateways.state'),
        width: 120,
        render: (_, gateway) => <GatewayStateChip gateway={gateway} />,
      },
      {
        title: t('gateways.area'),
        render: (_, { area }) => (area === null ? t('common.none') : place(area.path)),
      },
      {
        title: t('gateways.camerasColumn'),
        width: 120,
        render: (_, { cameras }) => `${cameras.streaming} / ${cameras.total}`,
      },
      {
        title: t('gateways.sensorsColumn'),
        width: 120,
        render: (_, { sensors }) => `${sensors.available} / ${sensors.total}`,
      },
      {
        title: t('gateways.pendingColumn'),
        width: 110,
        render: (_, { outboxPending }) => outboxPending ?? t('common.none'),
      },
      {
        title: t('gateways.configuration'),
        width: 190,
        render: (_, { configuration }) =>
          configuration.desired === configuration.reported
            ? t('gateways.configured', { reported: configuration.reported })
            : t('gateways.configuring', configuration),
      },
      {
        title: t('rules.title'),
        width: 80,
        render: (_, { id }) => (
          <Link to="/gateways/$id/rules" params={{ id }}>
            {t('rules.open')}
          </Link>
        ),
      },
      {
        title: t('gateways.software'),
        width: 120,
        render: (_, { software }) => software ?? t('common.none'),
      },
      {
        title: t('gateways.lastSeen'),
        width: 120,
        render: (_, { lastSeenAt }) => (lastSeenAt === null ? t('common.none') : age(lastSeenAt, now)),
      },
    ],
    [t, place, age, now],
  );
}

/** 网关: who is connected, what each looks after, and whether its configuration has arrived. */
export function GatewaysPage() {
  const { t } = useTexts();
  const query = useInfiniteQuery(gatewaysQuery);
  const gateways = useMemo(() => query.data?.pages.flatMap(({ items }) => items) ?? [], [query.data]);
  const online = gateways.filter(({ state }) => state.kind === 'online').length;
  const columns = useColumns();
  return (
    <Page title={t('gateways.title')} count={t('gateways.total', { online, total: gateways.length })}>
      <QueryNote query={query} isEmpty={gateways.length === 0} empty={t('gateways.empty')}>
        <Table<GatewayItem>
          rowKey="id"
          size="small"
          columns={columns}
          dataSource={gateways}
          pagination={false}
          scroll={{ x: 1180 }}
          aria-label={t('gateways.list')}
        />
        {query.hasNextPage && (
          <div className="page-more">
            <Button loading={query.isFetchingNextPage} onClick={() => query.fetchNextPage()}>
              {t('common.loadMore')}
            </Button>
          </div>
        )}
      </QueryNote>
    </Page>
  );
}
