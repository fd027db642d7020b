import { useState } from 'react';
import type { CredentialList, CredentialsRequest, DevicePage } from '../../../src/console/interface.ts';
import { endpoints } from '../api/endpoints.ts';
import { fill } from '../i18n/fill.ts';
import { useSpeech } from '../i18n/language.tsx';
import { Button, ProblemNote } from '../parts/controls.tsx';
import { Icon } from '../parts/icon.tsx';
import { NextDeed } from '../parts/next-deed.tsx';
import { Pager } from '../parts/pager.tsx';
import { StandingAdvice, StandingChip } from '../parts/standing.tsx';
import { StepFrame } from '../parts/step-frame.tsx';
import { useVisit } from '../state/progress.tsx';
import { useAction } from '../state/use-action.ts';
import { usePoll } from '../state/use-poll.ts';
import { type Choice, PasswordForm } from './password-form.tsx';
import { StoredPasswords } from './stored-passwords.tsx';

const POLL_MS = 1500;
const STORED_POLL_MS = 10_000;
const SIZE = 20;
const FORM_ID = 'password-form';

/** Passwords for groups of cameras, until every camera has let us in. */
export function PasswordsStep() {
  const { texts } = useSpeech();
  const { goTo } = useVisit();
  const [page, setPage] = useState(0);
  const [choice, setChoice] = useState<Choice>({ kind: 'site' });
  const [isFilled, setFilled] = useState(false);
  const [hasTried, setTried] = useState(false);
  const waiting = usePoll<DevicePage>(endpoints.devicesPath('needs-password', page, SIZE), POLL_MS);
  const stored = usePoll<CredentialList>(endpoints.credentialsPath, STORED_POLL_MS);
  const save = useAction(async (request: CredentialsRequest) => {
    stored.put(await endpoints.saveCredentials(request));
    setTried(true);
    if (request.group.kind === 'devices') setChoice({ kind: 'site' });
    waiting.refresh();
  });
  const left = waiting.value?.counts['needs-password'] ?? 0;
  const next = () => goTo('pictures', 'passwords');
  const isDone = waiting.value !== null && left === 0;
  const form = (
    <PasswordForm
      formId={FORM_ID}
      choice={choice}
      list={waiting.value}
      onChoice={setChoice}
      onFilled={setFilled}
      onSave={save.run}
    />
  );
  return (
    <StepFrame
      actions={
        isDone && !isFilled ? (
          <Button kind="primary" onClick={next}>
            {texts.common.next}
          </Button>
        ) : (
          <>
            <Button onClick={next}>{isDone ? texts.common.next : texts.passwords.skip}</Button>
            <Button kind="primary" type="submit" form={FORM_ID} disabled={!isFilled || save.isRunning}>
              {save.isRunning ? texts.passwords.submitting : texts.passwords.submit}
            </Button>
          </>
        )
      }
    >
      {isDone && (
        <p className="notice notice-good">
          <Icon name="check" /> {texts.passwords.allIn}
        </p>
      )}
      {isDone ? (
        <details className="card">
          <summary>{texts.passwords.more}</summary>
          {form}
        </details>
      ) : (
        form
      )}
      <ProblemNote error={save.error} />
      {hasTried && !isDone && !save.isRunning && save.error === null && (
        <output className="notice notice-good">{texts.passwords.tried}</output>
      )}
      {left > 0 && waiting.value && (
        <Waiting
          list={waiting.value}
          choice={choice}
          onChoice={setChoice}
          onPage={setPage}
          onChange={waiting.refresh}
        />
      )}
      {stored.value && <StoredPasswords sets={stored.value.sets} onChange={stored.put} />}
    </StepFrame>
  );
}

type WaitingProps = {
  list: DevicePage;
  choice: Choice;
  onChoice(choice: Choice): void;
  onPage(page: number): void;
  onChange(): void;
};

/** Those that did not let us in, each with its cause; selected one by one when the password is for some of them. */
function Waiting({ list, choice, onChoice, onPage, onChange }: WaitingProps) {
  const { texts } = useSpeech();
  const words = texts.passwords;
  const chosen = choice.kind === 'devices' ? choice.ids : null;
  const toggle = (id: string) => {
    if (!chosen) return;
    onChoice({
      kind: 'devices',
      ids: chosen.includes(id) ? chosen.filter((one) => one !== id) : [...chosen, id],
    });
  };
  return (
    <section>
      <h2>
        {words.waiting} <span className="count">{list.total}</span>
      </h2>
      <ul className="devices">
        {list.items.map((device) => (
          <li key={device.id} className="device" data-testid="waiting">
            {chosen ? (
              <label className="device-head">
                <input
                  type="checkbox"
                  className="checkbox"
                  checked={chosen.includes(device.id)}
                  aria-label={fill(words.selectDevice, { name: device.name })}
                  onChange={() => toggle(device.id)}
                />
                <WaitingHead device={device} />
              </label>
            ) : (
              <div className="device-head">
                <WaitingHead device={device} />
              </div>
            )}
            <StandingAdvice standing={device.standing} />
            <NextDeed device={device} onChange={onChange} />
          </li>
        ))}
      </ul>
      <Pager page={list.page} size={SIZE} total={list.total} onPage={onPage} />
    </section>
  );
}

function WaitingHead({ device }: { device: DevicePage['items'][number] }) {
  return (
    <>
      <span className="device-name">
        <strong>{device.name}</strong>
        <span>{device.address}</span>
      </span>
      <StandingChip standing={device.standing} />
    </>
  );
}
