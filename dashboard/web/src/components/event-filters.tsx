import { EVENT_KINDS, EVENT_TYPES } from '@pingan/models/contract';
import { Select } from 'antd';
import type { EventFilter, EventState, EventType, Severity } from '../api/types.ts';

import { useTexts } from './use-texts.ts';

export const SEVERITIES: Severity[] = [1, 2, 3, 4];
export const EVENT_STATES: EventState[] = ['new', 'acknowledged', 'closed', 'false-alarm'];

type Change = { [K in keyof EventFilter]: EventFilter[K] | undefined };

/** The filter with some fields changed; undefined takes a field out. */
export function changeFilter(filter: EventFilter, change: Change): EventFilter {
  const { state, type, severity } = { ...filter, ...change };
  return {
    ...(state === undefined ? {} : { state }),
    ...(type === undefined ? {} : { type }),
    ...(severity === undefined ? {} : { severity }),
  };
}

type Props = { filter: EventFilter; onChange: (filter: EventFilter) => void; size?: 'small' | 'middle' };

export function TypeSelect({ filter, onChange, size = 'middle' }: Props) {
  const { t, pick } = useTexts();
  return (
    <Select<EventType | null>
      size={size}
      className="filter-type"
      aria-label={t('alarms.filterType')}
      value={filter.type ?? null}
      options={[
        { value: null, label: t('alarms.allTypes') },
        ...EVENT_TYPES.map((one) => ({ value: one, label: pick(EVENT_KINDS[one]) })),
      ]}
      onChange={(type) => onChange(changeFilter(filter, { type: type ?? undefined }))}
    />
  );
}

export function SeveritySelect({ filter, onChange, size = 'middle' }: Props) {
  const { t } = useTexts();
  return (
    <Select<Severity | null>
      size={size}
      className="filter-severity"
      aria-label={t('alarms.filterSeverity')}
      value={filter.severity ?? null}
      options={[
        { value: null, label: t('alarms.allSeverities') },
        ...SEVERITIES.map((level) => ({ value: level, label: `${level} · ${t(`severity.level${level}`)}` })),
      ]}
      onChange={(severity) => onChange(changeFilter(filter, { severity: severity ?? undefined }))}
    />
  );
}

export function StateSelect({ filter, onChange, size = 'middle' }: Props) {
  const { t } = useTexts();
  return (
    <Select<EventState | null>
      size={size}
      className="filter-state"
      aria-label={t('alarms.filterState')}
      value={filter.state ?? null}
      options={[
        { value: null, label: t('common.all') },
        ...EVENT_STATES.map((one) => ({ value: one, label: t(`eventState.${one}`) })),
      ]}
      onChange={(state) => onChange(changeFilter(filter, { state: state ?? undefined }))}
    />
  );
}
