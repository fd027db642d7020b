import { useEffect, useRef } from 'react';
import type { Check } from '../../../src/console/interface.ts';
import { endpoints } from '../api/endpoints.ts';
import { fill } from '../i18n/fill.ts';
import { useSpeech } from '../i18n/language.tsx';
import { timeText } from '../i18n/moments.ts';
import { Button, ProblemNote } from '../parts/controls.tsx';
import { Icon, type IconName } from '../parts/icon.tsx';
import { StepFrame } from '../parts/step-frame.tsx';
import { useVisit } from '../state/progress.tsx';
import { useAction } from '../state/use-action.ts';

const ICONS: Readonly<Record<Check['state'], IconName>> = {
  ok: 'check',
  warning: 'warning',
  failed: 'failed',
  unknown: 'unknown',
};

/** Is the gateway itself well? Runs by itself the first time. */
export function CheckStep() {
  const { texts, language } = useSpeech();
  const { progress, take, goTo } = useVisit();
  const action = useAction(async () => {
    await endpoints.selfCheck();
    take(await endpoints.progress());
  });
  const { selfCheck } = progress;
  const begun = useRef(false);
  useEffect(() => {
    if (begun.current || selfCheck) return;
    begun.current = true;
    void action.run();
  });
  const hasFailed = selfCheck?.checks.some(({ state }) => state === 'failed') ?? false;
  return (
    <StepFrame
      actions={
        <>
          <Button disabled={action.isRunning} onClick={() => void action.run()}>
            <Icon name="refresh" /> {action.isRunning ? texts.check.running : texts.check.again}
          </Button>
          <Button kind="primary" disabled={!selfCheck} onClick={() => goTo('discover', 'check')}>
            {hasFailed ? texts.check.goOn : texts.common.next}
          </Button>
        </>
      }
    >
      <ProblemNote error={action.error} />
      {!selfCheck && <p className="quiet">{texts.check.running}</p>}
      {selfCheck && (
        <>
          <ul className="card checks" aria-busy={action.isRunning}>
            {selfCheck.checks.map((check) => (
              <CheckRow key={check.id} check={check} />
            ))}
          </ul>
          <p className="quiet">{fill(texts.check.at, { time: timeText(selfCheck.at, language) })}</p>
        </>
      )}
    </StepFrame>
  );
}

function CheckRow({ check: { id, state, cause, reading } }: { check: Check }) {
  const { texts } = useSpeech();
  const words = cause === null ? null : texts.check.causes[cause];
  return (
    <li className={`check check-${state}`} data-testid="check" data-check={id} data-state={state}>
      <span className="check-mark">
        <Icon name={ICONS[state]} size={18} />
      </span>
      <div>
        <p className="check-head">
          <strong>{texts.check.names[id]}</strong>
          <span className="check-state">{texts.check[state]}</span>
        </p>
        {reading !== '' && <p className="reading">{reading}</p>}
        {words && (
          <>
            <p>{words.what}</p>
            <p className="advice-next">
              {texts.check.remedy}
              {words.remedy}
            </p>
          </>
        )}
      </div>
    </li>
  );
}
