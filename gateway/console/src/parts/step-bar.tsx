import { STEPS } from '../../../src/console/interface.ts';
import { useSpeech } from '../i18n/language.tsx';
import { useVisit } from '../state/progress.tsx';
import { Icon } from './icon.tsx';

/** The way through the visit: where one is, what is done; every step can be gone to. */
export function StepBar() {
  const { progress, goTo } = useVisit();
  const { texts } = useSpeech();
  return (
    <nav className="step-bar" aria-label={texts.common.steps}>
      <ol>
        {STEPS.map((step, index) => {
          const isCurrent = step === progress.step;
          const isDone = progress.done.includes(step);
          return (
            <li key={step} data-state={isCurrent ? 'current' : isDone ? 'done' : 'open'}>
              <button type="button" onClick={() => goTo(step)} aria-current={isCurrent ? 'step' : undefined}>
                <span className="step-dot">
                  {isDone && !isCurrent ? <Icon name="check" size={16} /> : index + 1}
                </span>
                <span className="step-name">
                  {texts.steps[step]}
                  {isDone && <span className="visually-hidden"> ({texts.common.done})</span>}
                </span>
              </button>
            </li>
          );
        })}
      </ol>
    </nav>
  );
}
