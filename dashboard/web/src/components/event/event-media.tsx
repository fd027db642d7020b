import { Image } from 'antd';
import { useState } from 'react';
import type { EventItem } from '../../api/types.ts';
import { LiveVideo } from '../../live/live-video.tsx';
import { useTexts } from '../use-texts.ts';

function Snapshot({ event }: { event: EventItem }) {
  const { t, pick } = useTexts();
  const [hasFailed, setFailed] = useState(false);
  if (event.snapshotUrl === null) return <p className="note">{t('event.snapshotMissing')}</p>;
  if (hasFailed) return <p className="note">{t('event.snapshotFailed')}</p>;
  return (
    <Image
      className="event-snapshot"
      src={event.snapshotUrl}
      alt={t('alarms.snapshotOf', { type: pick(event.typeName) })}
      preview={{ cover: t('event.zoom') }}
      onError={() => setFailed(true)}
      data-testid="event-snapshot"
    />
  );
}

/** The snapshot of the moment and, beside it, what the camera sees now. */
export function EventMedia({ event }: { event: EventItem }) {
  const { t } = useTexts();
  const { camera } = event;
  return (
    <div className="event-media">
      <figure>
        <figcaption>{t('event.snapshot')}</figcaption>
        <div className="event-frame">
          <Snapshot key={event.id} event={event} />
        </div>
      </figure>
      <figure>
        <figcaption>
          {t('event.live')}
          {camera !== null && <small>{t('event.liveLogged')}</small>}
        </figcaption>
        <div className="event-frame">
          {camera === null ? (
            <p className="note">{t('event.noCamera')}</p>
          ) : (
            <LiveVideo
              key={camera.id}
              cameraId={camera.id}
              name={camera.name}
              request={{ reason: 'alarm', eventId: event.id }}
              isActive
            />
          )}
        </div>
      </figure>
    </div>
  );
}
