import { type FormEvent, useState } from 'react';
import type { DeviceView } from '../../../src/console/interface.ts';
import { endpoints } from '../api/endpoints.ts';
import { useSpeech } from '../i18n/language.tsx';
import { CameraPicture } from '../parts/camera-picture.tsx';
import { CameraWalk } from '../parts/camera-walk.tsx';
import { Button, Field, ProblemNote } from '../parts/controls.tsx';
import { DirectionPad } from '../parts/direction-pad.tsx';
import { Icon } from '../parts/icon.tsx';
import { StandingAdvice } from '../parts/standing.tsx';
import { StepFrame } from '../parts/step-frame.tsx';
import { useDraft, useVisit } from '../state/progress.tsx';
import { useAction } from '../state/use-action.ts';
import { type OneByOne, useOneByOne } from '../state/use-one-by-one.ts';

const FORM_ID = 'names-form';

/** What is each camera called, where is it and where does it look? One at a time; every letter is kept as a draft. */
export function NamesStep() {
  const { texts } = useSpeech();
  const { goTo } = useVisit();
  const walk = useOneByOne('all', 'names');
  const [isSaving, setSaving] = useState(false);
  const { device, at, ids, counts } = walk;
  const isLast = at >= ids.length - 1;
  const next = () => goTo('alarm', 'names');
  return (
    <StepFrame
      actions={
        <>
          <Button kind={device ? 'plain' : 'primary'} onClick={next}>
            {texts.common.next}
          </Button>
          {device && (
            <Button kind="primary" type="submit" form={FORM_ID} disabled={isSaving}>
              {isSaving ? texts.names.saving : isLast ? texts.names.saveLast : texts.names.save}
            </Button>
          )}
        </>
      }
    >
      {counts && ids.length === 0 && (
        <div className="empty">
          <Icon name="camera" size={40} />
          <p>{texts.discover.none}</p>
        </div>
      )}
      {device && (
        <CameraForm
          key={device.id}
          device={device}
          walk={walk}
          onSaving={setSaving}
          onSaved={isLast ? next : () => walk.goTo(at + 1)}
        />
      )}
    </StepFrame>
  );
}

type CameraFormProps = {
  device: DeviceView;
  walk: OneByOne;
  onSaving(isSaving: boolean): void;
  onSaved(): void;
};

function CameraForm({ device, walk, onSaving, onSaved }: CameraFormProps) {
  const { texts } = useSpeech();
  const words = texts.names;
  const name = useDraft(`name:${device.id}`, device.name);
  const place = useDraft(`place:${device.id}`, device.place);
  const direction = useDraft(`direction:${device.id}`, String(device.direction ?? ''));
  const [isMissing, setMissing] = useState(false);
  const action = useAction(async () => {
    await endpoints.describe(device.id, {
      name: name.text.trim(),
      place: place.text.trim(),
      direction: direction.text === '' ? null : Number(direction.text),
    });
    for (const draft of [name, place, direction]) draft.forget();
    walk.refresh();
  });
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setMissing(name.text.trim() === '');
    if (name.text.trim() === '') return;
    onSaving(true);
    const isSaved = await action.run();
    onSaving(false);
    if (isSaved) onSaved();
  };
  return (
    <form id={FORM_ID} className="card review" onSubmit={submit}>
      <CameraWalk at={walk.at} total={walk.ids.length} onGo={walk.goTo} />
      <h2 className="visually-hidden">{device.name}</h2>
      <div className="beside">
        {device.atWork ? <CameraPicture device={device} /> : <NoPicture device={device} />}
        <div>
          <ProblemNote error={action.error} />
          <Field
            label={words.name}
            hint={words.nameHint}
            error={isMissing ? words.nameMissing : null}
            value={name.text}
            maxLength={64}
            onChange={({ target }) => name.set(target.value)}
          />
          <Field
            label={words.place}
            hint={words.placeHint}
            value={place.text}
            maxLength={128}
            onChange={({ target }) => place.set(target.value)}
          />
          <DirectionPad value={direction.text} onChange={direction.set} />
        </div>
      </div>
    </form>
  );
}

function NoPicture({ device }: { device: DeviceView }) {
  const { texts } = useSpeech();
  return (
    <div className="empty">
      <p>{texts.pictures.noneOfIt}</p>
      <StandingAdvice standing={device.standing} />
    </div>
  );
}
