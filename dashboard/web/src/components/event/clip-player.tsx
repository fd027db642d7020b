import { Button } from 'antd';
import { useRef, useState } from 'react';
import { type EvidenceClip, evidenceUrl, type KeptEvidence } from '../../api/evidence.ts';
import { clockText } from '../../i18n/format.ts';
import { useTexts } from '../use-texts.ts';

/** Names of codecs for people. */
export const CODEC_NAMES = { h264: 'H.264', h265: 'H.265' } as const;

/** Whether this browser can play the clip; some say yes to H.265 and some no. */
function canPlay({ mimeCodec }: EvidenceClip): boolean {
  return document.createElement('video').canPlayType(`video/mp4; codecs="${mimeCodec}"`) !== '';
}

type Moment = { id: string; atS: number; occurredAt: string };

/** Where in the clip each of its alarms happened, seconds; those outside of it are left out. */
export function momentsOf(
  evidence: Pick<KeptEvidence, 'alarms'>,
  clip: Pick<EvidenceClip, 'from' | 'durationMs'>,
): Moment[] {
  return evidence.alarms
    .map(({ id, occurredAt }) => ({
      id,
      occurredAt,
      atS: (Date.parse(occurredAt) - Date.parse(clip.from)) / 1000,
    }))
    .filter(({ atS }) => atS >= 0 && atS * 1000 <= clip.durationMs)
    .sort((a, b) => a.atS - b.atS);
}

type Props = { evidence: KeptEvidence; clip: EvidenceClip; poster: string | null };

/** Plays a clip with the browser's own controls; the marks below lead to the moments of alarm. */
export function ClipPlayer({ evidence, clip, poster }: Props) {
  const { t } = useTexts();
  const video = useRef<HTMLVideoElement>(null);
  const [hasFailed, setFailed] = useState(false);
  if (!canPlay(clip)) {
    return <p className="note">{t('evidence.cannotPlay', { codec: CODEC_NAMES[clip.codec] })}</p>;
  }
  if (hasFailed) return <p className="note">{t('evidence.failed')}</p>;
  const seek = (atS: number) => {
    const element = video.current;
    if (element === null) return;
    element.currentTime = atS;
    void element.play().catch(() => undefined);
  };
  return (
    <div className="clip-player">
      <div className="event-frame">
        <video
          ref={video}
          className="clip-video"
          src={evidenceUrl(evidence, 'clip.mp4')}
          {...(poster === null ? {} : { poster })}
          aria-label={t('evidence.player')}
          controls
          autoPlay
          muted
          playsInline
          onError={() => setFailed(true)}
          data-testid="clip-video"
        />
      </div>
      <ul className="clip-moments" aria-label={t('evidence.moments')}>
        {momentsOf(evidence, clip).map(({ id, atS, occurredAt }) => (
          <li key={id}>
            <Button size="small" onClick={() => seek(atS)} data-testid="clip-moment">
              {t('evidence.moment', { time: clockText(occurredAt) })}
            </Button>
          </li>
        ))}
      </ul>
    </div>
  );
}
