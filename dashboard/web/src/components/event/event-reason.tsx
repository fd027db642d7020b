import type { EventItem } from '../../api/types.ts';
import { percentText } from '../../i18n/format.ts';
import { useTexts } from '../use-texts.ts';
import { OutageCameras } from './outage-cameras.tsx';

const KNOWN_OBJECTS = ['person', 'bicycle', 'car', 'motorcycle', 'bus', 'truck', 'dog'] as const;

function useObjectName(): (label: string) => string {
  const { t } = useTexts();
  return (label) => {
    const known = KNOWN_OBJECTS.find((one) => one === label);
    return known === undefined ? label : t(`event.objects.${known}`);
  };
}

/** One sentence: why it fired. Null when the gateway gave no detail. */
function useReason(): (event: EventItem) => string | null {
  const { t, span } = useTexts();
  const objectName = useObjectName();
  return ({ detail }) => {
    const { track, zone, fault, outage, picture, reading } = detail;
    if (track !== undefined) {
      const values = { label: objectName(track.label), dwell: span(track.dwellSeconds) };
      return zone === undefined
        ? t('event.sentence.trackPlain', values)
        : t('event.sentence.track', { ...values, zone: zone.name });
    }
    if (fault !== undefined) return t('event.sentence.fault', { message: fault.message });
    if (outage !== undefined)
      return t(`outage.${outage.scope}`, {
        network: outage.network,
        fallen: outage.fallen,
        total: outage.total,
      });
    if (picture !== undefined)
      return picture.map(({ finding }) => t(`camera.finding.${finding}`)).join(' · ');
    if (reading !== undefined) return t('event.sentence.reading', { value: reading.value });
    return null;
  };
}

/** Why it fired: the sentence, then the figures behind it. */
export function EventReason({ event }: { event: EventItem }) {
  const { t, span } = useTexts();
  const sentence = useReason()(event);
  const objectName = useObjectName();
  const { track, zone, rule } = event.detail;
  if (sentence === null) return null;
  return (
    <section className="event-part" aria-labelledby="event-why">
      <h2 id="event-why" className="part-title">
        {t('event.why')}
      </h2>
      <p className="event-sentence">{sentence}</p>
      <ul className="figures">
        {zone !== undefined && (
          <li>
            <span>{t('event.zone')}</span>
            <b>{zone.name}</b>
          </li>
        )}
        {track !== undefined && (
          <>
            <li>
              <span>{t('event.target')}</span>
              <b>{objectName(track.label)}</b>
            </li>
            <li>
              <span>{t('event.dwell')}</span>
              <b>{span(track.dwellSeconds)}</b>
            </li>
            <li>
              <span>{t('event.confidence')}</span>
              <b>{percentText(track.confidence)}</b>
            </li>
          </>
        )}
        {event.detail.outage !== undefined && <OutageCameras outage={event.detail.outage} />}
        {rule !== undefined && (
          <li>
            <span>{t('event.rule')}</span>
            <b>{rule.id}</b>
          </li>
        )}
      </ul>
    </section>
  );
}
