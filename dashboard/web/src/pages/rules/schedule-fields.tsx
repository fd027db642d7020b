import type { Rule, Schedule } from '@pingan/models/contract';
import { Button, Checkbox, Input, Segmented } from 'antd';
import { useTexts } from '../../components/use-texts.ts';

const DAYS = [1, 2, 3, 4, 5, 6, 7] as const;
const NIGHT: Schedule = {
  timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
  windows: [{ days: [...DAYS], from: '22:00', to: '06:00' }],
};
type Window = Schedule['windows'][number];
type Props = {
  rule: Rule;
  onChange: (change: { schedule: Schedule | undefined }) => void;
  isReadOnly: boolean;
};

/** When a rule is armed: always, or in windows of weekdays and hours. Holidays are kept as they are. */
export function ScheduleFields({ rule, onChange, isReadOnly }: Props) {
  const { t } = useTexts();
  const { schedule } = rule;
  const windows = schedule?.windows ?? [];
  const numbered = windows.map((one, index) => ({ one, index }));
  const set = (next: Window[]) => onChange({ schedule: { ...(schedule ?? NIGHT), windows: next } });
  const change = (index: number, part: Partial<Window>) =>
    set(windows.map((one, at) => (at === index ? { ...one, ...part } : one)));
  return (
    <fieldset className="rule-schedule" disabled={isReadOnly}>
      <legend>{t('rules.schedule')}</legend>
      <Segmented
        size="small"
        disabled={isReadOnly}
        value={windows.length === 0 ? 'always' : 'windows'}
        options={[
          { value: 'always', label: t('rules.always') },
          { value: 'windows', label: t('rules.windows') },
        ]}
        onChange={(kind) => (kind === 'always' ? onChange({ schedule: undefined }) : set(NIGHT.windows))}
      />
      {numbered.map(({ one, index }) => (
        <div className="rule-window" key={index}>
          <Checkbox.Group
            aria-label={t('rules.days')}
            value={one.days}
            options={DAYS.map((value) => ({ value, label: t(`rules.day.d${value}`) }))}
            onChange={(days) => change(index, { days: days.toSorted() })}
          />
          <Input
            size="small"
            type="time"
            aria-label={t('rules.from')}
            value={one.from}
            onChange={({ target }) => change(index, { from: target.value })}
          />
          <Input
            size="small"
            type="time"
            aria-label={t('rules.to')}
            value={one.to}
            onChange={({ target }) => change(index, { to: target.value })}
          />
          {windows.length > 1 && (
            <Button size="small" onClick={() => set(windows.filter((_, at) => at !== index))}>
              {t('rules.removeWindow')}
            </Button>
          )}
        </div>
      ))}
      {windows.length > 0 && windows.length < 32 && (
        <Button size="small" onClick={() => set([...windows, ...NIGHT.windows])}>
          {t('rules.addWindow')}
        </Button>
      )}
    </fieldset>
  );
}
