import { useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { useEffect, useRef, useState } from 'react';
import { cameraEventsQuery } from '../../api/camera-health.ts';
import { useTexts } from '../../components/use-texts.ts';
import { timeText } from '../../i18n/format.ts';
import { LiveVideo } from '../../live/live-video.tsx';
import { useMayWatch } from '../../shell/session.tsx';

const LOOK_MS = 300;
const SNAPSHOTS = 20;
const DEFAULT_RATIO = 16 / 9;

export type Picture = {
  ratio: number;
  /** The picture itself, to be put behind a drawing. */
  layer: React.ReactNode;
  /** What picture it is, and how to get a fresh one. */
  caption: React.ReactNode;
};

/** Copies the first playing frame of the video in an element to a canvas; returns width / height, null while nothing plays. */
function grab(from: HTMLElement | null, to: HTMLCanvasElement | null): number | null {
  const video = from?.querySelector<HTMLVideoElement>('video[data-state="playing"]') ?? null;
  const context = to?.getContext('2d') ?? null;
  if (video === null || to === null || context === null || video.videoWidth === 0) return null;
  to.width = video.videoWidth;
  to.height = video.videoHeight;
  context.drawImage(video, 0, 0);
  return video.videoWidth / video.videoHeight;
}

/** What the camera sees: the snapshot of its last alarm, or on request a frame of the live video (which is logged). */
export function usePicture(camera: { id: string; name: string } | null): Picture {
  const { t } = useTexts();
  const mayWatch = useMayWatch();
  const { data } = useQuery({ ...cameraEventsQuery(camera?.id ?? '', SNAPSHOTS), enabled: camera !== null });
  const [isLive, setLive] = useState(false);
  const [fresh, setFresh] = useState<{ ratio: number; at: string } | null>(null);
  const live = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    if (!isLive) return;
    const timer = setInterval(() => {
      const ratio = grab(live.current, canvas.current);
      if (ratio === null) return;
      setFresh({ ratio, at: new Date().toISOString() });
      setLive(false);
    }, LOOK_MS);
    return () => clearInterval(timer);
  }, [isLive]);
  const last = data?.items.find(({ snapshotUrl }) => snapshotUrl !== null);
  const size = last?.snapshotSize;
  const oldRatio = size ? size.width / size.height : DEFAULT_RATIO;
  const text =
    fresh !== null
      ? t('rules.pictureFresh', { time: timeText(fresh.at) })
      : last === undefined
        ? t('rules.pictureNone')
        : t('rules.pictureOld', { time: timeText(last.occurredAt) });
  return {
    ratio: fresh?.ratio ?? oldRatio,
    layer: (
      <>
        {fresh === null && last?.snapshotUrl && (
          <img className="shape-picture" src={last.snapshotUrl} alt={text} />
        )}
        <canvas ref={canvas} className="shape-picture" hidden={fresh === null} aria-label={text} role="img" />
        {isLive && camera !== null && (
          <div ref={live}>
            <LiveVideo cameraId={camera.id} name={camera.name} request={{ reason: 'maintenance' }} isActive />
          </div>
        )}
      </>
    ),
    caption: (
      <div className="shape-caption">
        <span>{text}</span>
        {mayWatch && camera !== null && (
          <Button size="small" onClick={() => setLive(!isLive)} data-testid="fresh-picture">
            {t(isLive ? 'rules.cancel' : 'rules.fresh')}
          </Button>
        )}
      </div>
    ),
  };
}
