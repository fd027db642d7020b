import { useEffect, useId, useRef, useState } from 'react';
import type { Summary } from '../../../src/console/interface.ts';
import { endpoints } from '../api/endpoints.ts';
import { fill } from '../i18n/fill.ts';
import { useSpeech } from '../i18n/language.tsx';
import { timeText } from '../i18n/moments.ts';
import { Button, ProblemNote } from '../parts/controls.tsx';
import { Icon } from '../parts/icon.tsx';
import { Confirm } from '../parts/sheet.tsx';
import { StepFrame } from '../parts/step-frame.tsx';
import { useVisit } from '../state/progress.tsx';
import { useAction } from '../state/use-action.ts';
import { SummarySheet } from './summary-sheet.tsx';

/** What was done here: to check, print, save and close. */
export function SummaryStep() {
  const { texts, language } = useSpeech();
  const { progress, change, begin, goTo } = useVisit();
  const [summary, setSummary] = useState<Summary | null>(null);
  const [isRestarting, setRestarting] = useState(false);
  const load = useAction(async () => setSummary(await endpoints.summary()));
  const restart = useAction(async () => begin(await endpoints.restartProgress()));
  const id = useId();
  const words = texts.summary;
  const begun = useRef(false);
  useEffect(() => {
    if (begun.current) return;
    begun.current = true;
    void load.run();
  });
  return (
    <StepFrame
      actions={
        progress.finishedAt ? (
          <>
            <Button onClick={() => change({ finished: false })}>{words.reopen}</Button>
            <Button kind="primary" onClick={() => setRestarting(true)}>
              {words.restart}
            </Button>
          </>
        ) : (
          <>
            <Button onClick={() => goTo('alarm')}>{texts.common.back}</Button>
            <Button
              kind="primary"
              onClick={() =>
                change({ finished: true, done: [...new Set([...progress.done, progress.step])] })
              }
            >
              <Icon name="check" /> {words.finish}
            </Button>
          </>
        )
      }
    >
      <ProblemNote error={load.error ?? restart.error} />
      {progress.finishedAt && (
        <p className="notice notice-good">
          <Icon name="check" /> {words.finished} ·{' '}
          {fill(words.finishedAt, { time: timeText(progress.finishedAt, language) })}
        </p>
      )}
      {summary && (
        <SummarySheet summary={summary} remark={progress.remark}>
          <div className="save-row">
            <Button onClick={() => window.print()}>
              <Icon name="print" /> {words.print}
            </Button>
            <a className="button button-plain" href={`/api/summary.csv?language=${language}`} download>
              <Icon name="file" /> {words.csv}
            </a>
            <a className="button button-plain" href="/api/summary.json" download>
              <Icon name="file" /> {words.json}
            </a>
          </div>
          <div className="field no-print">
            <label htmlFor={id}>
              {words.remark} <span className="quiet">· {texts.common.optional}</span>
            </label>
            <textarea
              id={id}
              rows={3}
              maxLength={1000}
              value={progress.remark}
              aria-describedby={`${id}-hint`}
              onChange={({ target }) => change({ remark: target.value })}
            />
            <p className="hint" id={`${id}-hint`}>
              {words.remarkHint}
            </p>
          </div>
        </SummarySheet>
      )}
      {isRestarting && (
        <Confirm
          question={words.restartSure}
          yes={words.restart}
          isRunning={restart.isRunning}
          onNo={() => setRestarting(false)}
          onYes={() => void restart.run()}
        />
      )}
    </StepFrame>
  );
}
