import { useCallback } from 'react';
import { ProblemError } from '../api/problem.ts';
import { useTexts } from './use-texts.ts';

const SAYINGS = {
  'second-person': 'sayings.secondPerson',
  'already-exists': 'sayings.taken',
  'too-large': 'sayings.tooLarge',
  'font-missing': 'sayings.fontMissing',
} as const;

const isKnown = (code: string): code is keyof typeof SAYINGS => Object.hasOwn(SAYINGS, code);

/**
 * As `problem` of useTexts, for forms and actions: what the server says of the field at fault or of the rule that was
 * broken is shown, because it names the remedy.
 */
export function useSayings(): (error: unknown) => string {
  const { t, problem } = useTexts();
  return useCallback(
    (error) => {
      if (!(error instanceof ProblemError)) return problem(error);
      if (isKnown(error.code)) return t(SAYINGS[error.code]);
      if (error.field !== undefined) {
        const field = error.field.replace(/^body\.?/, '');
        return field === '' ? error.message : t('sayings.field', { field, message: error.message });
      }
      const isOurs =
        error.status === 400 || error.status === 409 || error.status === 422 || error.status === 501;
      return isOurs && error.code !== 'conflict' ? error.message : problem(error);
    },
    [t, problem],
  );
}
