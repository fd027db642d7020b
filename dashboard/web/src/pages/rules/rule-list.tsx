import { EVENT_KINDS, type Rule } from '@pingan/models/contract';
import { Button } from 'antd';
import type { RuleFigures, RulePrecision } from '../../api/rules.ts';
import type { CameraItem } from '../../api/types.ts';
import { Chip } from '../../components/chip.tsx';
import { useTexts } from '../../components/use-texts.ts';
import { percentText, timeText } from '../../i18n/format.ts';

type Fault = { path: string; message: string };
type Props = {
  rules: readonly Rule[];
  cameras: readonly CameraItem[];
  figures: RuleFigures | undefined;
  faults: readonly Fault[];
  selected: string | null;
  onSelect: (id: string) => void;
  onTrial: ((rule: Rule) => void) | null;
};

function Precision({
  one,
  settings,
  name,
}: {
  one: RulePrecision;
  settings: RuleFigures['settings'];
  name: string;
}) {
  const { t } = useTexts();
  const { confirmed, refuted, precision, standing } = one;
  const total = confirmed + refuted;
  return (
    <span className="rule-precision">
      {name} · {t('rules.precision')}{' '}
      {precision === null
        ? t('rules.collecting', { total, minimum: settings.minimumVerdicts })
        : t('rules.precisionText', { share: percentText(precision), confirmed, total })}
      {standing === 'proposed' && (
        <Chip tone="warn">{t('rules.proposed', { share: percentText(settings.proposeBelowPrecision) })}</Chip>
      )}
    </span>
  );
}

/** The rules with what is known of each: cameras, trial, faults, precision. */
export function RuleList({ rules, cameras, figures, faults, selected, onSelect, onTrial }: Props) {
  const { t, pick } = useTexts();
  const nameOf = (key: string) =>
    key === '*'
      ? t('rules.allCameras')
      : (cameras.find(({ id, code }) => code === key || id.endsWith(`:${key}`))?.name ?? key);
  return (
    <ul className="rule-list" aria-label={t('rules.list')}>
      {rules.map((rule, index) => {
        const own = faults.filter(({ path }) => new RegExp(`^/rules/${index}(/|$)`).test(path));
        const precision = figures?.precision.filter(({ ruleId }) => ruleId === rule.id) ?? [];
        const isOnTrial = rule.trialUntil !== undefined && Date.parse(rule.trialUntil) > Date.now();
        return (
          <li key={rule.id} className={rule.id === selected ? 'rule-item rule-selected' : 'rule-item'}>
            <button
              type="button"
              className="rule-open"
              aria-current={rule.id === selected}
              onClick={() => onSelect(rule.id)}
            >
              <b>{pick(EVENT_KINDS[rule.kind])}</b>
              <span className="quiet">{rule.id}</span>
              <span className="quiet">{rule.cameras.map(nameOf).join(' · ')}</span>
            </button>
            {isOnTrial && rule.trialUntil !== undefined && (
              <Chip tone="info">{t('rules.trialUntil', { time: timeText(rule.trialUntil) })}</Chip>
            )}
            {own.map(({ path, message }) => (
              <p key={path + message} className="rule-fault" role="alert">
                {path.split('/').slice(3).join('.')} {message}
              </p>
            ))}
            {figures !== undefined &&
              precision.map((one) => (
                <Precision
                  key={one.cameraId}
                  one={one}
                  settings={figures.settings}
                  name={nameOf(one.cameraId)}
                />
              ))}
            {onTrial !== null && !isOnTrial && precision.some(({ standing }) => standing === 'proposed') && (
              <Button size="small" onClick={() => onTrial(rule)}>
                {t('rules.toTrial')}
              </Button>
            )}
          </li>
        );
      })}
    </ul>
  );
}
