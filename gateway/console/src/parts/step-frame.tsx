import { type ReactNode, useEffect, useRef } from 'react';
import { STEPS } from '../../../src/console/interface.ts';
import { fill } from '../i18n/fill.ts';
import { useSpeech } from '../i18n/language.tsx';
import { useVisit } from '../state/progress.tsx';

export type StepFrameProps = {
  children: ReactNode;
  /** The one large action, and what stands beside it. */
  actions: ReactNode;
};

/** A step: its name and purpose, its content, and its action within reach of the thumb. Focus begins at the heading. */
export function StepFrame({ children, actions }: StepFrameProps) {
  const { progress, saving } = useVisit();
  const { step } = progress;
  const { texts } = useSpeech();
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    heading.current?.focus({ preventScroll: true });
    window.scrollTo({ top: 0 });
  }, []);
  const saved = { saved: texts.common.saved, saving: texts.common.saving, failed: texts.common.notSaved };
  return (
    <>
      <main className="step" data-step={step}>
        <p className="step-count">
          {fill(texts.common.stepOf, { step: STEPS.indexOf(step) + 1, of: STEPS.length })}
          <span className="saving" data-state={saving} aria-live="polite">
            {saved[saving]}
          </span>
        </p>
        <h1 ref={heading} tabIndex={-1}>
          {texts.steps[step]}
        </h1>
        <p className="lead">{texts[step].lead}</p>
        {children}
      </main>
      <footer className="actions">
        <div className="actions-row">{actions}</div>
      </footer>
    </>
  );
}
