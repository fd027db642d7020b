import { useInfiniteQuery } from '@tanstack/react-query';
import { Button, Table, type TableColumnsType } from 'antd';
import { useMemo, useState } from 'react';
import { eventsQuery } from '../../api/queries.ts';
import type { EventFilter, EventItem } from '../../api/types.ts';

import { EventDrawer } from '../../components/event/event-drawer.tsx';
import { EventPhaseChip, EventStateChip } from '../../components/event-chips.tsx';
import { SeveritySelect, StateSelect, TypeSelect } from '../../components/event-filters.tsx';
import { Page } from '../../components/page.tsx';
import { QueryNote } from '../../components/query-note.tsx';
import { SeverityMark } from '../../components/severity-mark.tsx';
import { useTexts } from '../../components/use-texts.ts';
import { timeText } from '../../i18n/format.ts';

const sourceOf = (event: EventItem) => event.camera?.name ?? event.sensor?.name ?? event.gatewayId;

function useColumns(onOpen: (event: EventItem) => void): TableColumnsType<EventItem> {
  const { t, pick, place } = useTexts();
  return useMemo(
    () => [
      {
        title: t('eventsPage.severity'),
        width: 72,
        render: (_, { severity }) => <SeverityMark severity={severity} />,
      },
      {
        title: t('eventsPage.snapshot'),
        width: 104,
        render: (_, { snapshotUrl }) =>
          snapshotUrl === null ? (
            <span className="quiet">{t('common.none')}</span>
          ) : (
            <img className="table-thumb" src={snapshotUrl} alt="" loading="lazy" />
          ),
      },
      {
        title: t('eventsPage.type'),
        render: (_, event) => (
          <button type="button" className="link" onClick={() => onOpen(event)}>
            {pick(event.typeName)}
          </button>
        ),
      },
      { title: t('eventsPage.source'), render: (_, event) => sourceOf(event) },
      {
        title: t('eventsPage.area'),
        render: (_, { area }) => (area === null ? t('common.none') : place(area.path)),
      },
      {
        title: t('eventsPage.time'),
        width: 176,
        render: (_, { occurredAt }) => <time dateTime={occurredAt}>{timeText(occurredAt)}</time>,
      },
      { title: t('eventsPage.active'), width: 112, render: (_, event) => <EventPhaseChip event={event} /> },
      {
        title: t('eventsPage.state'),
        width: 112,
        render: (_, { state }) => <EventStateChip state={state} />,
      },
    ],
    [t, pick, place, onOpen],
  );
}

/** 事件: all of them, newest first, filtered and paged by the server. */
export function EventsPage() {
  const { t } = useTexts();
  const [filter, setFilter] = useState<EventFilter>({});
  const [openId, setOpenId] = useState<string | null>(null);
  const query = useInfiniteQuery(eventsQuery(filter));
  const items = useMemo(() => query.data?.pages.flatMap((page) => page.items) ?? [], [query.data]);
  const columns = useColumns(
    useMemo(
      () =>
        ({ id }: EventItem) =>
          setOpenId(id),
      [],
    ),
  );
  const tools = (
    <>
      <StateSelect filter={filter} onChange={setFilter} />
      <TypeSelect filter={filter} onChange={setFilter} />
      <SeveritySelect filter={filter} onChange={setFilter} />
      <Button disabled={Object.keys(filter).length === 0} onClick={() => setFilter({})}>
        {t('eventsPage.reset')}
      </Button>
    </>
  );
  return (
    <Page title={t('eventsPage.title')} count={t('eventsPage.loaded', { count: items.length })} tools={tools}>
      <QueryNote query={query} isEmpty={items.length === 0} empty={t('eventsPage.empty')}>
        <Table<EventItem>
          rowKey="id"
          size="small"
          columns={columns}
          dataSource={items}
          pagination={false}
          scroll={{ x: 980 }}
          aria-label={t('eventsPage.list')}
        />
        <div className="page-more">
          {query.hasNextPage ? (
            <Button loading={query.isFetchingNextPage} onClick={() => query.fetchNextPage()}>
              {t('common.loadMore')}
            </Button>
          ) : (
            <span className="quiet">{t('eventsPage.end')}</span>
          )}
        </div>
      </QueryNote>
      <EventDrawer eventId={openId} onClose={() => setOpenId(null)} />
    </Page>
  );
}
