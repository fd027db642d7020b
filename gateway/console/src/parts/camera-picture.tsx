import { useState } from 'react';
import type { DeviceView } from '../../../src/console/interface.ts';
import { fill } from '../i18n/fill.ts';
import { useSpeech } from '../i18n/language.tsx';
import { timeText } from '../i18n/moments.ts';
import { usePicture } from '../state/use-picture.ts';
import { Button, ProblemNote } from './controls.tsx';
import { Icon } from './icon.tsx';

/** What a camera sees now, taken when it is shown and on demand. */
export function CameraPicture({ device, onShown }: { device: DeviceView; onShown?(): void }) {
  const { texts, language } = useSpeech();
  const [take, setTake] = useState(0);
  const picture = usePicture(device.id, take);
  return (
    <figure className="picture" data-state={picture.kind}>
      <div className="picture-frame">
        {picture.kind === 'shown' && (
          <img src={picture.url} alt={fill(texts.pictures.alt, { name: device.name })} onLoad={onShown} />
        )}
        {picture.kind === 'taking' && <p role="status">{texts.pictures.taking}</p>}
        {picture.kind === 'failed' && <ProblemNote error={picture.error} />}
      </div>
      <figcaption>
        <span>
          {picture.kind === 'shown' &&
            fill(texts.pictures.takenAt, { time: timeText(picture.takenAt, language) })}
        </span>
        <Button
          className="button-small"
          disabled={picture.kind === 'taking'}
          onClick={() => setTake((now) => now + 1)}
        >
          <Icon name="refresh" size={16} /> {texts.pictures.refresh}
        </Button>
      </figcaption>
    </figure>
  );
}
