import { type FormEvent, useState } from 'react';
import {
  type DeviceView,
  PICTURE_FLAW_WORDS,
  PICTURE_FLAWS,
  type PictureVerdict,
} from '../../../src/console/interface.ts';
import { useSpeech } from '../i18n/language.tsx';
import { Button, Field } from '../parts/controls.tsx';
import { Sheet } from '../parts/sheet.tsx';
import { useDraft } from '../state/progress.tsx';

type Flaw = NonNullable<PictureVerdict['flaw']>;
export type MarkSheetProps = {
  device: DeviceView;
  onClose(): void;
  onMark(flaw: Flaw, note: string): void;
};

/** What is wrong with a picture, for whoever comes back to mend it. */
export function MarkSheet({ device, onClose, onMark }: MarkSheetProps) {
  const { texts, language } = useSpeech();
  const words = texts.pictures;
  const [flaw, setFlaw] = useState<Flaw>('blurred');
  const note = useDraft(`mark:${device.id}`);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onMark(flaw, note.text.trim());
    note.forget();
  };
  return (
    <Sheet title={`${words.mark} · ${device.name}`} onClose={onClose}>
      <form onSubmit={submit}>
        <fieldset className="choices">
          <legend>{words.flaw}</legend>
          {PICTURE_FLAWS.map((one) => (
            <label key={one} className="choice" data-checked={one === flaw}>
              <input type="radio" name="flaw" checked={one === flaw} onChange={() => setFlaw(one)} />
              <strong>{PICTURE_FLAW_WORDS[one][language]}</strong>
            </label>
          ))}
        </fieldset>
        <Field
          label={words.note}
          isOptional
          value={note.text}
          maxLength={200}
          onChange={({ target }) => note.set(target.value)}
        />
        <Button kind="primary" type="submit">
          {words.save}
        </Button>
      </form>
    </Sheet>
  );
}
