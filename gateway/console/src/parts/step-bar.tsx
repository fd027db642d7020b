import { STEPS } from '../../../src/console/interface.ts';
import { fill, useSpeech } from '../i18n/language.tsx';
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
              <button
                type="button"
                onClick={() => goTo(step)}
                aria-current={isCurrent ? 'step' : undefined}
                aria-label={`${fill(texts.common.stepOf, { step: index + 1, of: STEPS.length })}: ${texts.steps[step]}${
                  isDone ? ` (${texts.common.done})` : ''
                }`}
              >
                <span className="step-dot">
                  {isDone && !isCurrent ? <Icon name="check" size={16} /> : index + 1}
                </span>
                <span className="step-name">{texts.steps[step]}</span>
              </button>
            </li>
          );
        })}
      </ol>
    </nav>
  );
}
