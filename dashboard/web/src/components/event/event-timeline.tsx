import type { EventFull } from '../../api/types.ts';
import { timeText } from '../../i18n/format.ts';
import { useTexts } from '../use-texts.ts';

const ACTIONS = [
  'raised',
  'updated',
  'cleared',
  'acknowledge',
  'acknowledged',
  'false-alarm',
  'false',
  'close',
  'closed',
] as const;
const ACTORS = ['system', 'gateway'] as const;

/** Who did what and when, oldest first. */
export function EventTimeline({ steps }: { steps: EventFull['steps'] }) {
  const { t } = useTexts();
  const actionName = (action: string) => {
    const known = ACTIONS.find((one) => one === action);
    return known === undefined ? action : t(`event.step.${known}`);
  };
  const actorName = (actor: string) => {
    const known = ACTORS.find((one) => one === actor);
    return known === undefined ? actor : t(`event.actor.${known}`);
  };
  return (
    <section className="event-part" aria-labelledby="event-timeline">
      <h2 id="event-timeline" className="part-title">
        {t('event.timeline')}
      </h2>
      <ol className="timeline">
        {steps.map((step) => (
          <li key={`${step.at} ${step.action}`} className={`timeline-${step.action}`}>
            <div>
              <b>{actionName(step.action)}</b>
              {step.actor !== '' && <span>{actorName(step.actor)}</span>}
              <time dateTime={step.at}>{timeText(step.at)}</time>
            </div>
            {step.note !== '' && <p>{step.note}</p>}
          </li>
        ))}
      </ol>
    </section>
  );
}
