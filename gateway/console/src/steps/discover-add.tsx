import { type FormEvent, useId, useState } from 'react';
import { endpoints } from '../api/endpoints.ts';
import { fill } from '../i18n/fill.ts';
import { useSpeech } from '../i18n/language.tsx';
import { Button, Field, ProblemNote } from '../parts/controls.tsx';
import { Sheet } from '../parts/sheet.tsx';
import { useDraft } from '../state/progress.tsx';
import { useAction } from '../state/use-action.ts';

export type AddSheetProps = {
  onClose(): void;
  onAdded(): void;
  onScan(networks: readonly string[]): void;
};

/** For cameras that multicast does not reach: by address, or by asking a network address by address. */
export function AddSheet({ onClose, onAdded, onScan }: AddSheetProps) {
  const { texts } = useSpeech();
  return (
    <Sheet title={texts.discover.more} onClose={onClose}>
      <AddForm onAdded={onAdded} />
      <hr />
      <NetworksForm onScan={onScan} />
    </Sheet>
  );
}

function AddForm({ onAdded }: { onAdded(): void }) {
  const { texts } = useSpeech();
  const words = texts.discover;
  const address = useDraft('add:address');
  const name = useDraft('add:name');
  const [added, setAdded] = useState<string | null>(null);
  const action = useAction(async () => {
    const device = await endpoints.addDevice(address.text.trim(), name.text.trim());
    setAdded(device.name);
    address.forget();
    name.forget();
    onAdded();
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setAdded(null);
    void action.run();
  };
  return (
    <form onSubmit={submit}>
      <h3>{words.manual}</h3>
      <p className="quiet">{words.manualLead}</p>
      <Field
        label={words.address}
        hint={words.addressHint}
        value={address.text}
        maxLength={512}
        inputMode="url"
        onChange={({ target }) => address.set(target.value)}
      />
      <Field
        label={words.name}
        isOptional
        value={name.text}
        maxLength={64}
        onChange={({ target }) => name.set(target.value)}
      />
      <ProblemNote error={action.error} />
      {added !== null && <output className="notice notice-good">{fill(words.added, { name: added })}</output>}
      <Button kind="primary" type="submit" disabled={address.text.trim() === '' || action.isRunning}>
        {action.isRunning ? words.adding : words.add}
      </Button>
    </form>
  );
}

const NETWORK = /^\d{1,3}(\.\d{1,3}){3}\/\d{1,2}$/;

function NetworksForm({ onScan }: { onScan(networks: readonly string[]): void }) {
  const { texts } = useSpeech();
  const words = texts.discover;
  const id = useId();
  const draft = useDraft('scan:networks');
  const networks = draft.text
    .split(/[\s,;，；]+/)
    .map((part) => part.trim())
    .filter((part) => part !== '');
  const wrong = networks.find((network) => !NETWORK.test(network));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onScan(networks);
  };
  return (
    <form onSubmit={submit}>
      <h3>{words.scan}</h3>
      <p className="quiet">{words.scanLead}</p>
      <div className="field">
        <label htmlFor={id}>{words.networks}</label>
        <textarea
          id={id}
          rows={2}
          maxLength={400}
          value={draft.text}
          aria-describedby={`${id}-hint`}
          onChange={({ target }) => draft.set(target.value)}
        />
        <p className="hint" id={`${id}-hint`}>
          {words.networksHint}
        </p>
        {wrong !== undefined && <p className="error">{fill(words.networksWrong, { text: wrong })}</p>}
      </div>
      <Button kind="primary" type="submit" disabled={networks.length === 0 || wrong !== undefined}>
        {words.scanStart}
      </Button>
    </form>
  );
}
