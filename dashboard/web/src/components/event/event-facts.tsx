import type { EventItem } from '../../api/types.ts';
import { timeText } from '../../i18n/format.ts';
import { useTexts } from '../use-texts.ts';

/** Where, when and by what: the plain facts of an event. */
export function EventFacts({ event }: { event: EventItem }) {
  const { t, place, span } = useTexts();
  const device = event.camera ?? event.sensor;
  const delaySeconds = (Date.parse(event.receivedAt) - Date.parse(event.occurredAt)) / 1000;
  const rows: [string, string][] = [
    [t('event.occurredAt'), timeText(event.occurredAt)],
    [t('event.receivedAt'), timeText(event.receivedAt)],
  ];
  if (event.clockTrusted && delaySeconds >= 0) rows.push([t('event.delay'), span(delaySeconds)]);
  if (event.clearedAt !== null) rows.push([t('event.clearedAt'), timeText(event.clearedAt)]);
  if (device !== null) {
    rows.push([t(event.camera === null ? 'event.sensor' : 'event.camera'), device.name]);
    rows.push([t('event.code'), device.code]);
  }
  rows.push([t('event.gateway'), event.gatewayId]);
  if (event.area !== null) rows.push([t('event.area'), place(event.area.path)]);
  return (
    <section className="event-part" aria-labelledby="event-facts">
      <h2 id="event-facts" className="part-title">
        {t('event.facts')}
      </h2>
      <dl className="facts">
        {rows.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {!event.clockTrusted && <p className="event-warning">{t('alarms.clockUntrusted')}</p>}
    </section>
  );
}
