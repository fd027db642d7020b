import { Button, Segmented } from 'antd';
import { useEffect, useRef } from 'react';
import type { Disposal } from '../../api/endpoints.ts';
import type { EventFilter, EventItem, EventState } from '../../api/types.ts';

import { changeFilter, SeveritySelect, TypeSelect } from '../../components/event-filters.tsx';
import { Panel } from '../../components/panel.tsx';
import { QueryNote } from '../../components/query-note.tsx';
import { useNow } from '../../components/use-now.ts';
import { useTexts } from '../../components/use-texts.ts';
import { useMayDispose } from '../../shell/session.tsx';
import { AlarmItem } from './alarm-item.tsx';
import { KeysButton } from './keys-button.tsx';
import { RateChart } from './rate-chart.tsx';
import type { AlarmQueue as Queue } from './use-alarm-queue.ts';

const STATES: (EventState | 'all')[] = ['new', 'acknowledged', 'all'];

type FilterProps = { filter: EventFilter; onChange: (filter: EventFilter) => void };

function Filters({ filter, onChange }: FilterProps) {
  const { t } = useTexts();
  return (
    <div className="queue-filters">
      <Segmented<EventState | 'all'>
        block
        aria-label={t('alarms.filterState')}
        value={filter.state ?? 'all'}
        options={STATES.map((one) => ({
          value: one,
          label: one === 'all' ? t('alarms.all') : t(`eventState.${one}`),
        }))}
        onChange={(state) => onChange(changeFilter(filter, { state: state === 'all' ? undefined : state }))}
      />
      <div className="queue-selects">
        <TypeSelect filter={filter} onChange={onChange} size="small" />
        <SeveritySelect filter={filter} onChange={onChange} size="small" />
      </div>
    </div>
  );
}

type Props = {
  queue: Queue;
  keys: { isOn: boolean; onChange: (isOn: boolean) => void };
  onOpen: (event: EventItem) => void;
  onDispose: (event: EventItem, disposal: Disposal) => void;
};

/** 告警队列: newest first, filtered by the server, loaded page by page; new ones come in by themselves. */
export function AlarmQueue({ queue, keys, onOpen, onDispose }: Props) {
  const { t } = useTexts();
  const now = useNow(5000);
  const mayAct = useMayDispose();
  const list = useRef<HTMLUListElement>(null);
  const { items, query, selection, moves } = queue;
  const selectedId = selection.id;

  const lastMove = useRef(moves);
  useEffect(() => {
    if (selectedId === null) return;
    const row = list.current?.querySelector(`[data-event-id="${CSS.escape(selectedId)}"]`);
    row?.scrollIntoView({ block: 'nearest' });
    const isMove = moves !== lastMove.current;
    lastMove.current = moves;
    const active = document.activeElement;
    const isLost = active === document.body || list.current?.contains(active) === true;
    const isElsewhere = active !== null && active.closest('.ant-drawer, .ant-modal') !== null;
    if ((isMove || isLost) && !isElsewhere) {
      row?.querySelector<HTMLElement>('.alarm-open')?.focus({ preventScroll: true });
    }
  }, [selectedId, moves]);

  const count = query.hasNextPage
    ? t('alarms.countMore', { count: items.length })
    : t('alarms.count', { count: items.length });
  return (
    <Panel
      title={
        <>
          {t('alarms.title')} <span className="panel-count">{query.isPending ? '' : count}</span>
        </>
      }
      extra={<KeysButton {...keys} />}
      className="queue"
    >
      <RateChart />
      <Filters filter={queue.filter} onChange={queue.setFilter} />
      <QueryNote
        query={query}
        isEmpty={items.length === 0}
        empty={
          <>
            <strong>{t('alarms.empty')}</strong>
            <span>{t('alarms.emptyHint')}</span>
          </>
        }
      >
        <ul className="alarms" ref={list} aria-label={t('alarms.list')}>
          {items.map((event) => (
            <AlarmItem
              key={event.id}
              event={event}
              now={now}
              isSelected={event.id === selectedId}
              mayAct={mayAct}
              onOpen={onOpen}
              onDispose={onDispose}
            />
          ))}
          {query.hasNextPage && (
            <li className="alarms-more">
              <Button loading={query.isFetchingNextPage} onClick={() => query.fetchNextPage()}>
                {t('common.loadMore')}
              </Button>
            </li>
          )}
        </ul>
      </QueryNote>
    </Panel>
  );
}
