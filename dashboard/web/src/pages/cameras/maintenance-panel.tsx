import { useQueryClient } from '@tanstack/react-query';
import { Button, Input, Select } from 'antd';
import { type FormEvent, useState } from 'react';
import { addMaintenance, endMaintenance } from '../../api/camera-health.ts';
import type { Maintenance } from '../../api/camera-health-types.ts';
import type { CameraItem } from '../../api/types.ts';
import { Chip } from '../../components/chip.tsx';
import { Panel } from '../../components/panel.tsx';
import { useAction } from '../../components/use-action.ts';
import { useNow } from '../../components/use-now.ts';
import { useTexts } from '../../components/use-texts.ts';
import { timeText } from '../../i18n/format.ts';

const LENGTHS_MINUTES = [30, 60, 120, 240, 480, 1440, 4320] as const;
type Scope = 'camera' | 'gateway';

const phaseOf = ({ from, to }: Maintenance, now: number) =>
  Date.parse(to) <= now ? 'over' : Date.parse(from) <= now ? 'running' : 'planned';
const TONES = { running: 'info', planned: 'quiet', over: 'quiet' } as const;

function useRefresh(camera: CameraItem): () => Promise<void> {
  const client = useQueryClient();
  return async () => {
    await Promise.all([
      client.invalidateQueries({ queryKey: ['camera-history', camera.id] }),
      client.invalidateQueries({ queryKey: ['camera', camera.id] }),
    ]);
  };
}

function Entry({ one, camera }: { one: Maintenance; camera: CameraItem }) {
  const { t } = useTexts();
  const now = useNow(10_000);
  const { isBusy, run } = useAction();
  const refresh = useRefresh(camera);
  const phase = phaseOf(one, now);
  const end = () =>
    run(async () => {
      await endMaintenance(one.id);
      await refresh();
      return t('maintenance.ended');
    });
  return (
    <li>
      <Chip tone={TONES[phase]}>{t(`maintenance.${phase}`)}</Chip>
      <span className="maintenance-text">
        <b>{one.reason}</b>
        <span>{t('maintenance.span', { from: timeText(one.from), to: timeText(one.to) })}</span>
        <span className="quiet">
          {t(`maintenance.${one.scope}`)} · {t('maintenance.by', { actor: one.actor })}
        </span>
      </span>
      {phase !== 'over' && (
        <Button size="small" loading={isBusy} onClick={end}>
          {t(phase === 'running' ? 'maintenance.end' : 'maintenance.takeBack')}
        </Button>
      )}
    </li>
  );
}

function NewEntry({ camera }: { camera: CameraItem }) {
  const { t } = useTexts();
  const { isBusy, run } = useAction();
  const refresh = useRefresh(camera);
  const [start, setStart] = useState('');
  const [minutes, setMinutes] = useState<number>(120);
  const [scope, setScope] = useState<Scope>('camera');
  const [reason, setReason] = useState('');
  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    const fromMs = start === '' ? Date.now() : new Date(start).getTime();
    const body = {
      scope,
      reason: reason.trim(),
      from: new Date(fromMs).toISOString(),
      to: new Date(fromMs + minutes * 60_000).toISOString(),
    };
    void run(async () => {
      await addMaintenance(camera.id, body);
      await refresh();
      setReason('');
      setStart('');
      return t('maintenance.added');
    });
  };
  const lengthText = (one: number) =>
    one < 60 ? t('maintenance.minutes', { count: one }) : t('maintenance.hours', { count: one / 60 });
  return (
    <form className="maintenance-form" onSubmit={onSubmit}>
      <label htmlFor="maintenance-start">{t('maintenance.start')}</label>
      <Input
        id="maintenance-start"
        type="datetime-local"
        value={start}
        onChange={({ target }) => setStart(target.value)}
        suffix={start === '' ? t('maintenance.now') : <span />}
      />
      <label htmlFor="maintenance-length">{t('maintenance.length')}</label>
      <Select<number>
        id="maintenance-length"
        value={minutes}
        options={LENGTHS_MINUTES.map((one) => ({ value: one, label: lengthText(one) }))}
        onChange={setMinutes}
      />
      <label htmlFor="maintenance-scope">{t('maintenance.scope')}</label>
      <Select<Scope>
        id="maintenance-scope"
        value={scope}
        options={(['camera', 'gateway'] as const).map((one) => ({
          value: one,
          label: t(`maintenance.${one}`),
        }))}
        onChange={setScope}
      />
      <label htmlFor="maintenance-reason">{t('maintenance.reason')}</label>
      <Input
        id="maintenance-reason"
        value={reason}
        maxLength={200}
        required
        placeholder={t('maintenance.reasonPlaceholder')}
        onChange={({ target }) => setReason(target.value)}
      />
      <Button htmlType="submit" type="primary" loading={isBusy} disabled={reason.trim() === ''}>
        {t('maintenance.add')}
      </Button>
    </form>
  );
}

type Props = { camera: CameraItem; entries: readonly Maintenance[]; mayEdit: boolean };

/** Planned maintenance of a camera: what there is, and a new entry. */
export function MaintenancePanel({ camera, entries, mayEdit }: Props) {
  const { t } = useTexts();
  return (
    <Panel title={t('maintenance.title')}>
      {entries.length === 0 ? (
        <p className="quiet">{t('maintenance.none')}</p>
      ) : (
        <ul className="maintenance-list">
          {entries.map((one) => (
            <Entry key={one.id} one={one} camera={camera} />
          ))}
        </ul>
      )}
      {mayEdit && <NewEntry camera={camera} />}
      <p className="quiet maintenance-hint">{t('maintenance.hint')}</p>
    </Panel>
  );
}
