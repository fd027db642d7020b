import { CheckOutlined, CloseCircleOutlined, EyeOutlined } from '@ant-design/icons';
import { Button, Input } from 'antd';
import { useState } from 'react';
import type { Disposal } from '../../api/endpoints.ts';
import type { EventItem } from '../../api/types.ts';
import { useMayDispose } from '../../shell/session.tsx';
import { useTexts } from '../use-texts.ts';
import { mayDispose, useDisposal } from './use-disposal.ts';

/** The note and the buttons at the foot of an event; one disposal at a time. */
export function EventActions({ event }: { event: EventItem }) {
  const { t } = useTexts();
  const [note, setNote] = useState('');
  const isAllowed = useMayDispose();
  const { mutate, isPending } = useDisposal();
  if (!isAllowed) return <p className="event-note">{t('event.readOnly')}</p>;
  if (!mayDispose(event, 'close')) return <p className="event-note">{t('event.ended')}</p>;
  const act = (disposal: Disposal) =>
    mutate({ event, disposal, note: note.trim() }, { onSuccess: () => setNote('') });
  return (
    <div className="event-actions">
      <Input.TextArea
        aria-label={t('event.note')}
        placeholder={t('event.notePlaceholder')}
        value={note}
        maxLength={500}
        rows={2}
        onChange={({ target }) => setNote(target.value)}
      />
      <div className="event-buttons">
        <Button
          type={event.state === 'new' ? 'primary' : 'default'}
          icon={<EyeOutlined />}
          disabled={isPending || !mayDispose(event, 'acknowledge')}
          onClick={() => act('acknowledge')}
          data-testid="event-acknowledge"
        >
          {t('alarms.acknowledge')} <kbd>A</kbd>
        </Button>
        <Button
          icon={<CloseCircleOutlined />}
          disabled={isPending}
          onClick={() => act('false')}
          data-testid="event-false"
        >
          {t('alarms.falseAlarm')} <kbd>F</kbd>
        </Button>
        <Button
          type={event.state === 'new' ? 'default' : 'primary'}
          icon={<CheckOutlined />}
          disabled={isPending}
          onClick={() => act('close')}
          data-testid="event-close"
        >
          {t('alarms.closeEvent')} <kbd>C</kbd>
        </Button>
      </div>
    </div>
  );
}
