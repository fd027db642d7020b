import type { Rule } from '@pingan/models/contract';
import { Alert, Button, Input, InputNumber, Select } from 'antd';
import { useId, useState } from 'react';
import type { CameraItem } from '../../api/types.ts';
import { useTexts } from '../../components/use-texts.ts';
import { timeText } from '../../i18n/format.ts';
import { changed, fieldsOf, type RuleField } from './rule-fields.ts';
import { ScheduleFields } from './schedule-fields.tsx';
import { useNames } from './use-names.ts';

type Props = {
  rule: Rule;
  others: readonly Rule[];
  cameras: readonly CameraItem[];
  onChange: (rule: Rule) => void;
  onRemove: () => void;
  isReadOnly: boolean;
};
type Change = (change: Record<string, unknown>) => void;
const HOUR_MS = 3_600_000;
const round = (value: number) => Math.round(value * 1000) / 1000;

function Field({
  field,
  rule,
  change,
  isReadOnly,
}: {
  field: RuleField;
  rule: Rule;
  change: Change;
  isReadOnly: boolean;
}) {
  const id = useId();
  const names = useNames();
  const value: unknown = Object.entries(rule).find(([name]) => name === field.name)?.[1];
  const label = names.field(field.name);
  const set = (next: unknown) => change({ [field.name]: next });
  const shared = { id, size: 'small' as const, disabled: isReadOnly };
  return (
    <div className="rule-field">
      <label htmlFor={id}>{label}</label>
      {field.input === 'number' && (
        <InputNumber
          {...shared}
          min={field.minimum}
          max={field.maximum}
          step={field.maximum <= 1 ? 0.05 : 1}
          {...(field.isInteger ? { precision: 0 } : {})}
          value={typeof value === 'number' ? value : null}
          onChange={(next) => set(next ?? (field.isOptional ? undefined : value))}
        />
      )}
      {field.input === 'choice' && (
        <Select
          {...shared}
          value={typeof value === 'string' ? value : undefined}
          options={field.options.map((one) => ({ value: one, label: names.choice(one) }))}
          onChange={set}
        />
      )}
      {field.input === 'list' && (
        <Select
          {...shared}
          mode="multiple"
          value={Array.isArray(value) ? value.map(String) : []}
          options={field.options.map((one) => ({ value: one, label: names.label(one) }))}
          onChange={set}
        />
      )}
    </div>
  );
}

function TrialFields({ rule, change, isReadOnly }: { rule: Rule; change: Change; isReadOnly: boolean }) {
  const { t } = useTexts();
  const [hours, setHours] = useState(24);
  const isOn = rule.trialUntil !== undefined && Date.parse(rule.trialUntil) > Date.now();
  return (
    <fieldset className="rule-trial">
      <legend>{t('rules.trial')}</legend>
      <p className="quiet">{t('rules.trialHint')}</p>
      {rule.trialUntil !== undefined && (
        <p>{isOn ? t('rules.trialUntil', { time: timeText(rule.trialUntil) }) : t('rules.trialOver')}</p>
      )}
      {!isReadOnly && (
        <div className="rule-row">
          {!isOn && (
            <InputNumber
              size="small"
              min={1}
              max={720}
              aria-label={t('rules.trialHours')}
              addonAfter="h"
              value={hours}
              onChange={(next) => setHours(next ?? hours)}
            />
          )}
          <Button
            size="small"
            data-testid="rule-trial"
            onClick={() =>
              change({
                trialUntil: isOn ? undefined : new Date(Date.now() + hours * HOUR_MS).toISOString(),
              })
            }
          >
            {t(isOn ? 'rules.trialEnd' : 'rules.trialStart')}
          </Button>
        </div>
      )}
    </fieldset>
  );
}

/** The form of a rule: what its schema asks, when it is armed, and whether it is on trial. */
export function RuleForm({ rule, others, cameras, onChange, onRemove, isReadOnly }: Props) {
  const { t } = useTexts();
  const ids = { id: useId(), cameras: useId(), shape: useId(), angle: useId() };
  const [id, setId] = useState(rule.id);
  const change: Change = (part) => {
    const next = changed(rule, part);
    if (next !== null) onChange(next);
  };
  const isIdGood = id !== '' && !others.some((one) => one.id === id) && changed(rule, { id }) !== null;
  const shape = 'zone' in rule ? rule.zone : 'line' in rule ? rule.line : null;
  return (
    <div className="rule-form">
      <div className="rule-field">
        <label htmlFor={ids.id}>{t('rules.id')}</label>
        <Input
          id={ids.id}
          size="small"
          disabled={isReadOnly}
          value={id}
          maxLength={128}
          status={isIdGood ? '' : 'error'}
          onChange={({ target }) => {
            setId(target.value);
            if (!others.some((one) => one.id === target.value)) change({ id: target.value });
          }}
        />
        {!isIdGood && <small role="alert">{t('rules.idTaken')}</small>}
      </div>
      <div className="rule-field">
        <label htmlFor={ids.cameras}>{t('rules.cameras')}</label>
        <Select
          id={ids.cameras}
          size="small"
          mode="multiple"
          disabled={isReadOnly}
          value={rule.cameras}
          options={[
            { value: '*', label: t('rules.allCameras') },
            ...cameras.map(({ code, name }) => ({ value: code, label: name })),
          ]}
          onChange={(next) => change({ cameras: next })}
        />
      </div>
      {shape !== null && (
        <div className="rule-field">
          <label htmlFor={ids.shape}>{t('rules.shapeName')}</label>
          <Input
            id={ids.shape}
            size="small"
            disabled={isReadOnly}
            value={shape.name}
            maxLength={60}
            onChange={({ target }) =>
              change({ ['zone' in rule ? 'zone' : 'line']: { ...shape, name: target.value } })
            }
          />
        </div>
      )}
      {'allowed' in rule && (
        <div className="rule-field">
          <label htmlFor={ids.angle}>{t('rules.angle')}</label>
          <InputNumber
            id={ids.angle}
            size="small"
            min={0}
            max={359}
            step={15}
            disabled={isReadOnly}
            value={(Math.round((Math.atan2(rule.allowed[1], rule.allowed[0]) * 180) / Math.PI) + 360) % 360}
            onChange={(next) => {
              const angle = ((next ?? 0) * Math.PI) / 180;
              change({ allowed: [round(Math.cos(angle)), round(Math.sin(angle))] });
            }}
          />
        </div>
      )}
      {fieldsOf(rule.kind).map((field) => (
        <Field key={field.name} field={field} rule={rule} change={change} isReadOnly={isReadOnly} />
      ))}
      {'experimental' in rule && <Alert type="warning" title={t('rules.experimental')} showIcon />}
      <ScheduleFields rule={rule} onChange={change} isReadOnly={isReadOnly} />
      <TrialFields rule={rule} change={change} isReadOnly={isReadOnly} />
      {!isReadOnly && (
        <Button size="small" danger onClick={onRemove}>
          {t('rules.remove')}
        </Button>
      )}
    </div>
  );
}
