import { type FormEvent, useState } from 'react';
import type { Site } from '../../../src/console/interface.ts';
import { endpoints } from '../api/endpoints.ts';
import { useSpeech } from '../i18n/language.tsx';
import { Button, Field, ProblemNote } from '../parts/controls.tsx';
import { useAction } from '../state/use-action.ts';

const GROUP = 4;
const LENGTH = 8;

/** Upper case in two groups, as the code is shown. */
function grouped(typed: string): string {
  const plain = typed
    .toUpperCase()
    .replace(/[^0-9A-Z]/g, '')
    .slice(0, LENGTH);
  return plain.length > GROUP ? `${plain.slice(0, GROUP)}-${plain.slice(GROUP)}` : plain;
}

/** The first screen: a code that only somebody at the gateway can have. */
export function PairStep({ onPaired }: { onPaired(site: Site): void }) {
  const { texts } = useSpeech();
  const [code, setCode] = useState('');
  const action = useAction(async () => {
    const { site } = await endpoints.pair(code);
    if (site) onPaired(site);
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void action.run();
  };
  return (
    <main className="step step-pair">
      <h1>{texts.pair.heading}</h1>
      <p className="lead">{texts.pair.lead}</p>
      <pre className="command">npm run -s gateway -- console-code</pre>
      <form onSubmit={submit}>
        <Field
          label={texts.pair.code}
          hint={texts.pair.hint}
          className="code-input"
          value={code}
          maxLength={LENGTH + 1}
          inputMode="text"
          onChange={({ target }) => {
            action.clear();
            setCode(grouped(target.value));
          }}
        />
        <ProblemNote error={action.error} />
        <Button kind="primary" type="submit" disabled={code.length <= LENGTH || action.isRunning}>
          {action.isRunning ? texts.pair.submitting : texts.pair.submit}
        </Button>
      </form>
      <p className="quiet">{texts.pair.note}</p>
    </main>
  );
}
