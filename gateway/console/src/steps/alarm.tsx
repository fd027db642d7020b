import { useId } from 'react';
import type { DevicePage } from '../../../src/console/interface.ts';
import { endpoints } from '../api/endpoints.ts';
import { fill } from '../i18n/fill.ts';
import { useSpeech } from '../i18n/language.tsx';
import { timeText } from '../i18n/moments.ts';
import { Button, ProblemNote, Progress } from '../parts/controls.tsx';
import { Icon } from '../parts/icon.tsx';
import { StepFrame } from '../parts/step-frame.tsx';
import { useDraft, useVisit } from '../state/progress.tsx';
import { useAction } from '../state/use-action.ts';
import { usePoll } from '../state/use-poll.ts';

const POLL_MS = 5000;
const MOST = 100;

/** Does an alarm reach the centre? One is sent the real way. */
export function AlarmStep() {
  const { texts } = useSpeech();
  const { progress, take, goTo } = useVisit();
  const { value: list } = usePoll<DevicePage>(endpoints.devicesPath('viewable', 0, MOST), POLL_MS);
  const chosen = useDraft('alarm:camera');
  const action = useAction(async (cameraId: string) => take(await endpoints.testAlarm(cameraId)));
  const id = useId();
  const cameras = list?.items ?? [];
  const cameraId = cameras.find((camera) => camera.id === chosen.text)?.id ?? cameras[0]?.id;
  const { alarm } = progress;
  const words = texts.alarm;
  const send = () => {
    if (cameraId !== undefined) void action.run(cameraId);
  };
  return (
    <StepFrame
      actions={
        <>
          <Button
            kind={alarm ? 'plain' : 'primary'}
            disabled={cameraId === undefined || action.isRunning}
            onClick={send}
          >
            <Icon name="bell" /> {alarm ? words.again : words.send}
          </Button>
          <Button kind={alarm ? 'primary' : 'plain'} onClick={() => goTo('summary', 'alarm')}>
            {texts.common.next}
          </Button>
        </>
      }
    >
      {list && cameras.length === 0 && (
        <div className="empty">
          <Icon name="bell" size={40} />
          <p>{words.none}</p>
          <p className="quiet">{words.noneHint}</p>
        </div>
      )}
      {cameras.length > 0 && (
        <div className="card">
          <div className="field">
            <label htmlFor={id}>{words.camera}</label>
            <select id={id} value={cameraId} onChange={({ target }) => chosen.set(target.value)}>
              {cameras.map((camera) => (
                <option key={camera.id} value={camera.id}>
                  {camera.name}
                </option>
              ))}
            </select>
          </div>
        </div>
      )}
      <ProblemNote error={action.error} />
      {action.isRunning && (
        <section className="card scanning" aria-live="polite">
          <p>{words.sending}</p>
          <Progress label={words.sending} value={null} most={1} />
        </section>
      )}
      {alarm && !action.isRunning && (
        <AlarmResult
          alarm={alarm}
          cameraName={cameras.find((camera) => camera.id === alarm.cameraId)?.name ?? alarm.cameraId}
        />
      )}
    </StepFrame>
  );
}

type AlarmResultProps = {
  alarm: { receipted: boolean; at: string; eventId: string };
  cameraName: string;
};

function AlarmResult({ alarm, cameraName }: AlarmResultProps) {
  const { texts, language } = useSpeech();
  const words = texts.alarm;
  return (
    <section className="card" aria-live="polite" data-testid="alarm-result" data-receipted={alarm.receipted}>
      <ul className="stages">
        <li data-state="good">
          <span className="check-mark">
            <Icon name="check" size={18} />
          </span>
          {words.stageKept}
        </li>
        <li data-state={alarm.receipted ? 'good' : 'warning'}>
          <span className="check-mark">
            <Icon name={alarm.receipted ? 'check' : 'warning'} size={18} />
          </span>
          {words.stageSent}
        </li>
      </ul>
      <p>
        <strong>{alarm.receipted ? words.receipted : words.queued}</strong>
      </p>
      <p className="quiet">{alarm.receipted ? words.receiptedHint : words.queuedHint}</p>
      <p className="quiet">{fill(words.at, { time: timeText(alarm.at, language), camera: cameraName })}</p>
      <p className="reading">{alarm.eventId}</p>
    </section>
  );
}
