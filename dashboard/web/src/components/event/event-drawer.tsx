import { useQuery } from '@tanstack/react-query';
import { Drawer } from 'antd';
import { eventQuery } from '../../api/queries.ts';
import type { EventFull } from '../../api/types.ts';
import { EventPhaseChip, EventStateChip } from '../event-chips.tsx';
import { QueryNote } from '../query-note.tsx';
import { SeverityMark } from '../severity-mark.tsx';
import { useTexts } from '../use-texts.ts';
import { EventActions } from './event-actions.tsx';
import { EventClip } from './event-clip.tsx';
import { EventFacts } from './event-facts.tsx';
import { EventMedia } from './event-media.tsx';
import { EventReason } from './event-reason.tsx';
import { EventTimeline } from './event-timeline.tsx';
import './event.css';

function Title({ event }: { event: EventFull }) {
  const { pick } = useTexts();
  const device = event.camera ?? event.sensor;
  return (
    <div className="event-title">
      <SeverityMark severity={event.severity} size={30} />
      <span>
        {pick(event.typeName)}
        <small>{device?.name ?? event.gatewayId}</small>
      </span>
      <EventStateChip state={event.state} />
      <EventPhaseChip event={event} />
    </div>
  );
}

type Props = {
  /** null: closed. */
  eventId: string | null;
  onClose: () => void;
};

/** 事件详情: what was seen, what is seen now, why, and what has been done. Focus stays inside until it is closed. */
export function EventDrawer({ eventId, onClose }: Props) {
  const { t } = useTexts();
  const query = useQuery({ ...eventQuery(eventId ?? ''), enabled: eventId !== null });
  const event = eventId === null ? undefined : query.data;
  return (
    <Drawer
      open={eventId !== null}
      onClose={onClose}
      size="min(1180px, 100vw)"
      className="event-drawer"
      title={event === undefined ? t('event.title') : <Title event={event} />}
      closable={{ 'aria-label': t('common.close'), placement: 'end' }}
      footer={event === undefined ? null : <EventActions key={event.id} event={event} />}
      destroyOnHidden
      data-testid="event-drawer"
    >
      <QueryNote query={query} isEmpty={event === undefined}>
        {event !== undefined && (
          <div className="event-body">
            <EventMedia event={event} />
            {event.camera !== null && <EventClip key={event.id} event={event} />}
            <div className="event-columns">
              <EventReason event={event} />
              <EventTimeline steps={event.steps} />
              <EventFacts event={event} />
            </div>
          </div>
        )}
      </QueryNote>
    </Drawer>
  );
}
