import { memo } from 'react';
import type { Disposal } from '../../api/endpoints.ts';
import type { EventItem } from '../../api/types.ts';
import { mayDispose } from '../../components/event/use-disposal.ts';
import { EventPhaseChip, EventStateChip } from '../../components/event-chips.tsx';
import { SeverityMark, severityOf } from '../../components/severity-mark.tsx';
import { useTexts } from '../../components/use-texts.ts';
import { clockText } from '../../i18n/format.ts';

type Props = {
  event: EventItem;
  now: number;
  isSelected: boolean;
  mayAct: boolean;
  onOpen: (event: EventItem) => void;
  onDispose: (event: EventItem, disposal: Disposal) => void;
};

const BUTTONS = [
  { disposal: 'acknowledge', text: 'alarms.acknowledge', key: 'A' },
  { disposal: 'false', text: 'alarms.falseAlarm', key: 'F' },
  { disposal: 'close', text: 'alarms.closeEvent', key: 'C' },
] as const;

function Thumbnail({ event, ageText }: { event: EventItem; ageText: string }) {
  const { t } = useTexts();
  return (
    <span className="alarm-thumb">
      {event.snapshotUrl === null ? (
        <span className="alarm-blank">{t('alarms.noSnapshot')}</span>
      ) : (
        <img src={event.snapshotUrl} alt="" loading="lazy" decoding="async" />
      )}
      <span className="alarm-age">{ageText}</span>
    </span>
  );
}

/** One alarm of the queue. The selected one shows its buttons; it flashes only while nobody has acknowledged it. */
export const AlarmItem = memo(function AlarmItem(props: Props) {
  const { event, now, isSelected, mayAct, onOpen, onDispose } = props;
  const { t, pick, place, age } = useTexts();
  const type = pick(event.typeName);
  const source = event.camera?.name ?? event.sensor?.name ?? event.gatewayId;
  const ageText = age(event.occurredAt, now);
  const buttons = mayAct && isSelected ? BUTTONS.filter(({ disposal }) => mayDispose(event, disposal)) : [];
  const isUrgent = event.state === 'new' && event.severity <= 2;
  const className = `alarm alarm-${severityOf(event.severity)} ${isUrgent ? 'alarm-flash' : ''}`;
  return (
    <li className={className} data-testid="alarm-item" data-event-id={event.id} data-state={event.state}>
      <button type="button" className="alarm-open" aria-current={isSelected} onClick={() => onOpen(event)}>
        <SeverityMark severity={event.severity} />
        <Thumbnail event={event} ageText={ageText} />
        <span className="alarm-text">
          <span className="alarm-title">
            <b>{type}</b>
            <time dateTime={event.occurredAt}>{clockText(event.occurredAt)}</time>
          </span>
          <span className="alarm-source">{source}</span>
          <span className="alarm-place">
            {event.area === null ? event.gatewayId : place(event.area.path, 2)}
          </span>
          <span className="alarm-chips">
            <EventStateChip state={event.state} />
            <EventPhaseChip event={event} />
          </span>
        </span>
      </button>
      {buttons.length > 0 && (
        <div className="alarm-buttons">
          {buttons.map(({ disposal, text, key }) => (
            <button key={disposal} type="button" className="mini" onClick={() => onDispose(event, disposal)}>
              {t(text)} <kbd>{key}</kbd>
            </button>
          ))}
        </div>
      )}
    </li>
  );
});
