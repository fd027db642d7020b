import { CaretRightOutlined } from '@ant-design/icons';
import { Button, Segmented, Select } from 'antd';
import { useState } from 'react';
import type { CameraItem, LiveRequest } from '../../api/types.ts';
import { CameraTrouble } from '../../components/camera-trouble.tsx';
import { useNow } from '../../components/use-now.ts';
import { useTexts } from '../../components/use-texts.ts';
import { LiveVideo } from '../../live/live-video.tsx';

const REASONS = ['patrol', 'maintenance', 'alarm', 'other'] as const;
type Reason = LiveRequest['reason'];
type Profile = NonNullable<LiveRequest['profile']>;

/** Live video on demand, with the reason that goes into the viewing log; what is wrong instead while there is none. */
export function CameraViewing({ camera }: { camera: CameraItem }) {
  const { t } = useTexts();
  const now = useNow(1000);
  const [reason, setReason] = useState<Reason>('patrol');
  const [profile, setProfile] = useState<Profile>('main');
  const [isPlaying, setPlaying] = useState(false);
  const isStreaming = camera.state.kind === 'streaming';
  return (
    <>
      <div className="camera-frame">
        <LiveVideo
          cameraId={camera.id}
          name={camera.name}
          request={{ reason, profile }}
          isActive={isPlaying && isStreaming}
        />
        {!isPlaying && isStreaming && (
          <button
            type="button"
            className="tile-play"
            aria-label={t('live.play')}
            onClick={() => setPlaying(true)}
          >
            <span className="tile-play-sign" aria-hidden="true">
              <CaretRightOutlined />
            </span>
          </button>
        )}
        <CameraTrouble camera={camera} now={now} />
      </div>
      <div className="camera-viewing">
        <label htmlFor="view-reason">{t('camera.viewReason')}</label>
        <Select<Reason>
          id="view-reason"
          value={reason}
          disabled={isPlaying}
          options={REASONS.map((one) => ({ value: one, label: t(`camera.reason.${one}`) }))}
          onChange={setReason}
        />
        <Segmented<Profile>
          aria-label={t('cameraPage.profile')}
          value={profile}
          options={(['main', 'sub'] as const).map((one) => ({ value: one, label: t(`cameraPage.${one}`) }))}
          onChange={setProfile}
        />
        <Button type={isPlaying ? 'default' : 'primary'} onClick={() => setPlaying(!isPlaying)}>
          {t(isPlaying ? 'live.stop' : 'live.play')}
        </Button>
      </div>
    </>
  );
}
