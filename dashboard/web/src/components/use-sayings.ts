import { useCallback } from 'react';
import { ProblemError } from '../api/problem.ts';
import { useTexts } from './use-texts.ts';

const SAYINGS = {
  'same-person': 'sayings.secondPerson',
  'already-exists': 'sayings.taken',
  'too-large': 'sayings.tooLarge',
  'fonts-missing': 'sayings.fontMissing',
} as const;

/** Answers whose message names the remedy for what was sent. */
const SPEAKING: readonly number[] = [400, 409, 422, 501];

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
      const saysMore = error.code !== 'conflict' || !error.message.startsWith('The state has changed');
      return SPEAKING.includes(error.status) && saysMore ? error.message : problem(error);
    },
    [t, problem],
  );
}
