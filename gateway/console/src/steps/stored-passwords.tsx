import { useState } from 'react';
import type { CredentialList } from '../../../src/console/interface.ts';
import { endpoints } from '../api/endpoints.ts';
import { fill } from '../i18n/fill.ts';
import { useSpeech } from '../i18n/language.tsx';
import { timeText } from '../i18n/moments.ts';
import { Button, ProblemNote } from '../parts/controls.tsx';
import { Confirm } from '../parts/sheet.tsx';
import { useAction } from '../state/use-action.ts';

type StoredSet = CredentialList['sets'][number];
export type StoredPasswordsProps = {
  sets: readonly StoredSet[];
  onChange(list: CredentialList): void;
};

/** Which logins the gateway keeps: whom they are for and the user name, never the password. */
export function StoredPasswords({ sets, onChange }: StoredPasswordsProps) {
  const { texts, language } = useSpeech();
  const words = texts.passwords;
  const [forgetting, setForgetting] = useState<StoredSet | null>(null);
  const action = useAction(async (id: string) => onChange(await endpoints.forgetCredentials(id)));
  if (sets.length === 0) return null;
  const forWhom = ({ group, deviceName }: StoredSet) => {
    if (group.kind === 'site') return words.storedFor.site;
    if (group.kind === 'maker') return fill(words.storedFor.maker, { maker: group.maker });
    return fill(words.storedFor.device, { name: deviceName ?? group.id });
  };
  return (
    <section>
      <h2>{words.stored}</h2>
      <ProblemNote error={action.error} />
      <ul className="card rows">
        {sets.map((set) => (
          <li key={set.id}>
            <span className="row-text">
              <strong>{forWhom(set)}</strong>
              <span className="quiet">
                {set.username} · {timeText(set.setAtMs, language)}
              </span>
            </span>
            <Button className="button-small" onClick={() => setForgetting(set)}>
              {words.forget}
            </Button>
          </li>
        ))}
      </ul>
      {forgetting && (
        <Confirm
          question={fill(words.forgetSure, { username: forgetting.username })}
          yes={words.forget}
          onNo={() => setForgetting(null)}
          onYes={() => {
            setForgetting(null);
            void action.run(forgetting.id);
          }}
        />
      )}
    </section>
  );
}
