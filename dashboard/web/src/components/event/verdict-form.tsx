import { VERDICT_REASONS, type VerdictReason } from '@pingan/models/contract';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Button, Input, Select } from 'antd';
import { useState } from 'react';
import { sayVerdict, verdictQuery } from '../../api/rules.ts';
import { timeText } from '../../i18n/format.ts';
import { useMayDispose } from '../../shell/session.tsx';
import { useAction } from '../use-action.ts';
import { useTexts } from '../use-texts.ts';

const REASONS = Object.entries(VERDICT_REASONS).map(([code, texts]) => ({
  code: code as VerdictReason,
  ...texts,
}));
const fits = (isTrue: boolean) => REASONS.filter((one) => one.isTrue === null || one.isTrue === isTrue);

function useSay(alarmId: string) {
  const { t } = useTexts();
  const client = useQueryClient();
  const { isBusy, run } = useAction();
  const say = (body: Parameters<typeof sayVerdict>[1]) =>
    run(async () => {
      await sayVerdict(alarmId, body);
      await Promise.all(
        ['verdict', 'rule-figures', 'trials'].map((key) => client.invalidateQueries({ queryKey: [key] })),
      );
      return t('verdict.saved');
    });
  return { isBusy, say };
}

/** True or false, why, and a word more. */
export function VerdictForm({ alarmId, isCompact = false }: { alarmId: string; isCompact?: boolean }) {
  const { t, pick } = useTexts();
  const isAllowed = useMayDispose();
  const { isBusy, say } = useSay(alarmId);
  const [isTrue, setTrue] = useState<boolean | null>(null);
  const [reason, setReason] = useState<VerdictReason | null>(null);
  const [note, setNote] = useState('');
  if (!isAllowed) return null;
  const choose = (value: boolean) => {
    setTrue(value);
    setReason(fits(value)[0]?.code ?? 'other');
  };
  return (
    <div className="verdict-form">
      <div className="verdict-row">
        {[true, false].map((value) => (
          <Button
            key={String(value)}
            size="small"
            type={isTrue === value ? 'primary' : 'default'}
            aria-pressed={isTrue === value}
            onClick={() => choose(value)}
            data-testid={`verdict-${value}`}
          >
            {t(value ? 'verdict.true' : 'verdict.false')}
          </Button>
        ))}
      </div>
      {isTrue !== null && reason !== null && (
        <div className="verdict-row">
          <Select
            size="small"
            aria-label={t('verdict.reason')}
            value={reason}
            options={fits(isTrue).map((one) => ({ value: one.code, label: pick(one) }))}
            onChange={setReason}
          />
          {!isCompact && (
            <Input
              size="small"
              aria-label={t('verdict.note')}
              placeholder={t('verdict.note')}
              value={note}
              maxLength={500}
              onChange={({ target }) => setNote(target.value)}
            />
          )}
          <Button
            size="small"
            type="primary"
            loading={isBusy}
            data-testid="verdict-save"
            onClick={() =>
              void say({ isTrue, reason, note: note.trim() }).then((done) => done && setTrue(null))
            }
          >
            {t('verdict.save')}
          </Button>
        </div>
      )}
    </div>
  );
}

/** What was said of an event, and the way to say it. Only for events of a rule: the verdict is on the rule. */
export function VerdictPanel({ alarmId }: { alarmId: string }) {
  const { t, pick } = useTexts();
  const { data } = useQuery(verdictQuery(alarmId));
  const verdict = data?.verdict ?? null;
  const reason = REASONS.find(({ code }) => code === verdict?.reason);
  return (
    <div className="verdict" data-testid="event-verdict">
      <h3 className="part-title">
        {t('verdict.title')} <small>{t('verdict.hint')}</small>
      </h3>
      {verdict !== null && (
        <p>
          {t('verdict.by', {
            verdict: t(verdict.isTrue ? 'verdict.true' : 'verdict.false'),
            reason: reason === undefined ? verdict.reason : pick(reason),
            actor: verdict.actor,
            time: timeText(verdict.at),
          })}
          {verdict.note !== '' && <q>{verdict.note}</q>}
        </p>
      )}
      <VerdictForm key={alarmId} alarmId={alarmId} />
    </div>
  );
}
