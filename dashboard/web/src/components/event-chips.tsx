import type { EventItem, EventState } from '../api/types.ts';
import { Chip, type Tone } from './chip.tsx';
import { useTexts } from './use-texts.ts';

const TONE: Record<EventState, Tone> = {
  new: 'bad',
  acknowledged: 'info',
  closed: 'good',
  'false-alarm': 'quiet',
};

export function EventStateChip({ state }: { state: EventState }) {
  const { t } = useTexts();
  return <Chip tone={TONE[state]}>{t(`eventState.${state}`)}</Chip>;
}

/** Whether the cause still lasts, apart from what people have done about it. */
export function EventPhaseChip({ event }: { event: EventItem }) {
  const { t } = useTexts();
  return event.active ? (
    <Chip tone="warn">
      <span className="chip-dot" aria-hidden="true" />
      {t('eventPhase.active')}
    </Chip>
  ) : (
    <Chip tone="quiet">{t('eventPhase.cleared')}</Chip>
  );
}
