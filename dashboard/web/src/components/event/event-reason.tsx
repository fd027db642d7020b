import { EVENT_KINDS, REASON_MEASURES } from '@pingan/models/contract';
import type { EventItem } from '../../api/types.ts';
import { percentText } from '../../i18n/format.ts';
import { useTexts } from '../use-texts.ts';
import { OutageCameras } from './outage-cameras.tsx';
import { VerdictPanel } from './verdict-form.tsx';

const KNOWN_OBJECTS = ['person', 'bicycle', 'car', 'motorcycle', 'bus', 'truck', 'dog'] as const;

function useObjectName(): (label: string) => string {
  const { t } = useTexts();
  return (label) => {
    const known = KNOWN_OBJECTS.find((one) => one === label);
    return known === undefined ? label : t(`event.objects.${known}`);
  };
}

type Measure = NonNullable<EventItem['detail']['measures']>[number];

/** What was measured, in words; a measure of a newer gateway is named as it came. */
function useMeasure() {
  const { pick } = useTexts();
  return ({ kind, value, limit }: Measure) => {
    const known = Object.entries(REASON_MEASURES).find(([name]) => name === kind)?.[1];
    const unit = known === undefined || known.unit === '' ? '' : ` ${known.unit}`;
    const figure = (number: number) => `${Math.round(number * 10) / 10}${unit}`;
    return { measure: known === undefined ? kind : pick(known), value: figure(value), limit: figure(limit) };
  };
}

/** One sentence: why it fired. Null when the gateway gave no detail. */
function useReason(): (event: EventItem) => string | null {
  const { t, span } = useTexts();
  const objectName = useObjectName();
  const measureOf = useMeasure();
  return ({ detail }) => {
    const { track, zone, fault, outage, picture, reading, line, direction, measures = [] } = detail;
    if (line !== undefined && track !== undefined) {
      const values = { label: objectName(track.label), line: line.name };
      return direction === undefined
        ? t('reason.crossedPlain', values)
        : t('reason.crossed', { ...values, direction: t(`reason.${direction}`) });
    }
    if (measures.length > 0) {
      const text = measures.map((one) => t('reason.measured', measureOf(one))).join(' · ');
      return zone === undefined ? text : t('reason.inZone', { zone: zone.name, text });
    }
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

/** More figures behind the reason: the line, what was measured, who else was concerned. */
function RuleFigures({ detail }: { detail: EventItem['detail'] }) {
  const { t } = useTexts();
  const objectName = useObjectName();
  const measureOf = useMeasure();
  const { line, direction, measures = [], tracks = [], track } = detail;
  const others = tracks.filter(({ id }) => id !== track?.id);
  const figures: [string, string][] = [
    ...(line === undefined ? [] : [[t('reason.line'), line.name] satisfies [string, string]]),
    ...(direction === undefined
      ? []
      : [[t('reason.direction'), t(`reason.${direction}`)] satisfies [string, string]]),
    ...measures
      .map(measureOf)
      .map(({ measure, value, limit }): [string, string] => [
        measure,
        `${value} (${t('reason.limit', { value: limit })})`,
      ]),
    ...(others.length === 0
      ? []
      : [
          [
            t('reason.others'),
            others
              .map(({ label, confidence }) => `${objectName(label)} ${percentText(confidence)}`)
              .join(' · '),
          ] satisfies [string, string],
        ]),
  ];
  return figures.map(([name, value]) => (
    <li key={name}>
      <span>{name}</span>
      <b>{value}</b>
    </li>
  ));
}

/** The name of a kind of rule; of one that only a newer gateway knows, as it came. */
function useKindName(): (kind: string) => string {
  const { pick } = useTexts();
  return (kind) => {
    const known = Object.entries(EVENT_KINDS).find(([name]) => name === kind)?.[1];
    return known === undefined ? kind : pick(known);
  };
}

/** Why it fired: the sentence, then the figures behind it. */
export function EventReason({ event }: { event: EventItem }) {
  const { t, span } = useTexts();
  const sentence = useReason()(event);
  const objectName = useObjectName();
  const kindName = useKindName();
  const { track, zone, rule } = event.detail;
  if (sentence === null && rule === undefined) return null;
  return (
    <section className="event-part" aria-labelledby="event-why">
      <h2 id="event-why" className="part-title">
        {t('event.why')}
      </h2>
      {sentence !== null && <p className="event-sentence">{sentence}</p>}
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
        <RuleFigures detail={event.detail} />
        {event.detail.outage !== undefined && <OutageCameras outage={event.detail.outage} />}
        {rule !== undefined && (
          <li>
            <span>{t('event.rule')}</span>
            <b>{rule.id}</b>
            <small>{kindName(rule.kind)}</small>
          </li>
        )}
      </ul>
      {rule !== undefined && <VerdictPanel alarmId={event.id} />}
    </section>
  );
}
