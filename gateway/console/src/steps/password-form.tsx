import { type FormEvent, useState } from 'react';
import type { CredentialsRequest, DevicePage } from '../../../src/console/interface.ts';
import { fill } from '../i18n/fill.ts';
import { useSpeech } from '../i18n/language.tsx';
import { Button, Field } from '../parts/controls.tsx';
import { useDraft } from '../state/progress.tsx';

/** Whom the password is for. */
export type Choice = CredentialsRequest['group'];

export type PasswordFormProps = {
  formId: string;
  choice: Choice;
  list: DevicePage | null;
  onChoice(choice: Choice): void;
  onFilled(isFilled: boolean): void;
  /** Resolves with whether it was saved: then the password is forgotten here. */
  onSave(request: CredentialsRequest): Promise<boolean>;
};

/** User name and password of a group. The password stays in this form alone until it is saved, and is gone afterwards. */
export function PasswordForm({ formId, choice, list, onChoice, onFilled, onSave }: PasswordFormProps) {
  const { texts } = useSpeech();
  const words = texts.passwords;
  const username = useDraft('passwords:username', 'admin');
  const [password, setPassword] = useState('');
  const [isShown, setShown] = useState(false);
  const [mustChoose, setMustChoose] = useState(false);
  const enter = (text: string) => {
    setPassword(text);
    onFilled(text !== '');
  };
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const isEmpty = choice.kind === 'devices' && choice.ids.length === 0;
    setMustChoose(isEmpty);
    if (isEmpty || password === '' || username.text === '') return;
    if (await onSave({ group: choice, username: username.text, password })) enter('');
  };
  return (
    <form id={formId} className="card" onSubmit={submit}>
      <GroupChoice choice={choice} list={list} onChoice={onChoice} />
      {mustChoose && <p className="error">{words.choose}</p>}
      <Field
        label={words.username}
        value={username.text}
        maxLength={64}
        onChange={({ target }) => username.set(target.value)}
      />
      <Field
        label={words.password}
        hint={words.notKept}
        type={isShown ? 'text' : 'password'}
        autoComplete="new-password"
        value={password}
        maxLength={128}
        onChange={({ target }) => enter(target.value)}
        beside={
          <Button className="button-small" aria-pressed={isShown} onClick={() => setShown(!isShown)}>
            {isShown ? words.hide : words.show}
          </Button>
        }
      />
    </form>
  );
}

type GroupChoiceProps = Pick<PasswordFormProps, 'choice' | 'list' | 'onChoice'>;

function GroupChoice({ choice, list, onChoice }: GroupChoiceProps) {
  const { texts } = useSpeech();
  const words = texts.passwords;
  const chosenMaker = choice.kind === 'maker' ? choice.maker : null;
  const count = list?.counts['needs-password'] ?? 0;
  return (
    <fieldset className="choices">
      <legend>{words.whom}</legend>
      <ChoiceRow
        isChosen={choice.kind === 'site'}
        name={words.site}
        hint={fill(words.siteHint, { count })}
        onChoose={() => onChoice({ kind: 'site' })}
      />
      {(list?.makers ?? []).map(({ maker, count: ofMaker }) => (
        <ChoiceRow
          key={maker}
          isChosen={chosenMaker === maker}
          name={fill(words.maker, { maker })}
          hint={fill(words.makerHint, { count: ofMaker })}
          onChoose={() => onChoice({ kind: 'maker', maker })}
        />
      ))}
      {count > 0 && (
        <ChoiceRow
          isChosen={choice.kind === 'devices'}
          name={words.selected}
          hint={fill(words.selectedHint, { count: choice.kind === 'devices' ? choice.ids.length : 0 })}
          onChoose={() => onChoice({ kind: 'devices', ids: [] })}
        />
      )}
    </fieldset>
  );
}

type ChoiceRowProps = { isChosen: boolean; name: string; hint: string; onChoose(): void };

function ChoiceRow({ isChosen, name, hint, onChoose }: ChoiceRowProps) {
  return (
    <label className="choice" data-checked={isChosen}>
      <input type="radio" name="group" checked={isChosen} onChange={onChoose} />
      <span>
        <strong>{name}</strong>
        <span className="quiet">{hint}</span>
      </span>
    </label>
  );
}
