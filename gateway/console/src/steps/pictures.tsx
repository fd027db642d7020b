import { useState } from 'react';
import { type DeviceView, PICTURE_FLAW_WORDS, VERDICT_WORDS } from '../../../src/console/interface.ts';
import { fill } from '../i18n/fill.ts';
import { useSpeech } from '../i18n/language.tsx';
import { CameraPicture } from '../parts/camera-picture.tsx';
import { CameraWalk } from '../parts/camera-walk.tsx';
import { Button } from '../parts/controls.tsx';
import { Icon } from '../parts/icon.tsx';
import { StandingAdvice } from '../parts/standing.tsx';
import { StepFrame } from '../parts/step-frame.tsx';
import { useVisit } from '../state/progress.tsx';
import { useOneByOne } from '../state/use-one-by-one.ts';
import { MarkSheet } from './mark-sheet.tsx';

/** Is each picture fit for use? One camera at a time, accepted or marked. */
export function PicturesStep() {
  const { texts, language } = useSpeech();
  const { progress, change, goTo } = useVisit();
  const walk = useOneByOne('viewable', 'pictures');
  /** Only a picture that was on the screen can be accepted. */
  const [seen, setSeen] = useState<string | null>(null);
  const [marking, setMarking] = useState<DeviceView | null>(null);
  const { device, at, ids, counts } = walk;
  const verdicts = new Map(progress.pictures.map((picture) => [picture.cameraId, picture]));
  const reviewed = ids.filter((id) => verdicts.has(id)).length;
  /** To the next camera without a verdict, after this one or from the beginning. */
  const onward = (judged: string) => {
    const rest = [...ids.slice(at + 1), ...ids.slice(0, at)];
    const next = rest.find((id) => id !== judged && !verdicts.has(id));
    if (next !== undefined) walk.goTo(ids.indexOf(next));
  };
  const next = () => goTo('names', 'pictures');
  const accept = () => {
    if (!device) return;
    change({ pictures: [{ cameraId: device.id, verdict: 'accepted', flaw: null, note: '' }] });
    onward(device.id);
  };
  const verdict = device ? verdicts.get(device.id) : undefined;
  const isOver = counts !== null && reviewed === ids.length;
  const words = texts.pictures;
  const accepted = ids.filter((id) => verdicts.get(id)?.verdict === 'accepted').length;
  return (
    <StepFrame
      actions={
        isOver ? (
          <Button kind="primary" onClick={next}>
            {texts.common.next}
          </Button>
        ) : (
          <>
            <Button disabled={!device} onClick={() => setMarking(device)}>
              {words.mark}
            </Button>
            <Button kind="primary" disabled={!device || seen !== device.id} onClick={accept}>
              <Icon name="check" /> {words.accept}
            </Button>
          </>
        )
      }
    >
      {device && (
        <section className="card review">
          <CameraWalk at={at} total={ids.length} onGo={walk.goTo} />
          <div className="review-head">
            <h2>{device.name}</h2>
            <span
              className={`chip chip-${verdict ? (verdict.verdict === 'accepted' ? 'good' : 'warning') : 'quiet'}`}
            >
              {verdict ? VERDICT_WORDS[verdict.verdict][language] : words.open}
            </span>
          </div>
          <CameraPicture key={device.id} device={device} onShown={() => setSeen(device.id)} />
          {verdict?.flaw && (
            <p className="advice">
              {PICTURE_FLAW_WORDS[verdict.flaw][language]} {verdict.note}
            </p>
          )}
          <StandingAdvice standing={device.standing} />
          {isOver && (
            <div className="device-actions">
              {verdict?.verdict === 'marked' && (
                <Button disabled={seen !== device.id} onClick={accept}>
                  {words.accept}
                </Button>
              )}
              <Button onClick={() => setMarking(device)}>{words.mark}</Button>
            </div>
          )}
          <p className="quiet">
            {fill(words.counts, {
              accepted,
              marked: reviewed - accepted,
              open: ids.length - reviewed,
            })}
          </p>
        </section>
      )}
      {!device && counts && counts.viewable === 0 && (
        <div className="empty">
          <Icon name="camera" size={40} />
          <p>{words.none}</p>
          <p className="quiet">{words.noneHint}</p>
        </div>
      )}
      {counts && counts.all > counts.viewable && (
        <p className="notice notice-warning">
          {fill(words.without, { count: counts.all - counts.viewable })}
        </p>
      )}
      {marking && (
        <MarkSheet
          device={marking}
          onClose={() => setMarking(null)}
          onMark={(flaw, note) => {
            change({ pictures: [{ cameraId: marking.id, verdict: 'marked', flaw, note }] });
            setMarking(null);
            onward(marking.id);
          }}
        />
      )}
    </StepFrame>
  );
}
