import { fill } from '../i18n/fill.ts';
import { useSpeech } from '../i18n/language.tsx';
import { Button } from './controls.tsx';
import { Icon } from './icon.tsx';

export type CameraWalkProps = { at: number; total: number; onGo(at: number): void };

/** To the camera before and the one after. */
export function CameraWalk({ at, total, onGo }: CameraWalkProps) {
  const { texts } = useSpeech();
  return (
    <div className="pager">
      <Button aria-label={texts.pictures.previous} disabled={at === 0} onClick={() => onGo(at - 1)}>
        <Icon name="back" />
      </Button>
      <span aria-live="polite">{fill(texts.pictures.position, { at: at + 1, of: total })}</span>
      <Button aria-label={texts.pictures.following} disabled={at >= total - 1} onClick={() => onGo(at + 1)}>
        <Icon name="next" />
      </Button>
    </div>
  );
}
