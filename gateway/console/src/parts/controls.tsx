import { type ComponentProps, type ReactNode, useId } from 'react';
import { sayProblem } from '../api/problem.ts';
import { useSpeech } from '../i18n/language.tsx';

type ButtonProps = ComponentProps<'button'> & { kind?: 'primary' | 'plain' | 'danger' };

/** A button of at least 48 CSS pixels. */
export function Button({ kind = 'plain', className = '', type = 'button', ...rest }: ButtonProps) {
  return <button type={type} className={`button button-${kind} ${className}`} {...rest} />;
}

type FieldProps = Omit<ComponentProps<'input'>, 'id'> & {
  label: string;
  hint?: string | undefined;
  error?: string | null;
  isOptional?: boolean;
  beside?: ReactNode;
};

/** A labelled input; the hint and the error belong to it for those who do not see. */
export function Field({ label, hint, error, isOptional = false, beside, ...input }: FieldProps) {
  const id = useId();
  const { texts } = useSpeech();
  const described = [hint ? `${id}-hint` : '', error ? `${id}-error` : ''].filter(Boolean).join(' ');
  return (
    <div className="field">
      <label htmlFor={id}>
        {label}
        {isOptional && <span className="quiet"> · {texts.common.optional}</span>}
      </label>
      <div className="field-row">
        <input
          id={id}
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          aria-invalid={error ? true : undefined}
          aria-describedby={described === '' ? undefined : described}
          {...input}
        />
        {beside}
      </div>
      {hint && (
        <p className="hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
      {error && (
        <p className="error" id={`${id}-error`}>
          {error}
        </p>
      )}
    </div>
  );
}

/** What went wrong, in words; nothing while nothing did. */
export function ProblemNote({ error }: { error: unknown }) {
  const { texts } = useSpeech();
  if (error === null || error === undefined) return null;
  const { text, detail } = sayProblem(error, texts.problems);
  return (
    <div className="notice notice-failed" role="alert">
      <p>{text}</p>
      {detail && (
        <p className="detail" lang="en">
          {detail}
        </p>
      )}
    </div>
  );
}

export function Progress({ label, value, most }: { label: string; value: number | null; most: number }) {
  return (
    <progress className="progress" aria-label={label} max={most} {...(value === null ? {} : { value })} />
  );
}
