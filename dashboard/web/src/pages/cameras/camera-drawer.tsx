import { CaretRightOutlined } from '@ant-design/icons';
import { Button, Drawer, Select } from 'antd';
import { useState } from 'react';
import type { CameraItem, LiveRequest } from '../../api/types.ts';
import { CameraStateChip, PictureChip } from '../../components/camera-chips.tsx';
import { useTexts } from '../../components/use-texts.ts';
import { LiveVideo } from '../../live/live-video.tsx';
import { useCameraFacts } from './camera-facts.ts';

const REASONS = ['patrol', 'maintenance', 'alarm', 'other'] as const;
type Reason = LiveRequest['reason'];

/** Live video on demand, with the reason that goes into the viewing log. */
function Viewing({ camera }: { camera: CameraItem }) {
  const { t } = useTexts();
  const [reason, setReason] = useState<Reason>('patrol');
  const [isPlaying, setPlaying] = useState(false);
  return (
    <>
      <div className="camera-frame">
        <LiveVideo cameraId={camera.id} name={camera.name} request={{ reason }} isActive={isPlaying} />
        {!isPlaying && (
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
        <Button onClick={() => setPlaying(!isPlaying)}>{t(isPlaying ? 'live.stop' : 'live.play')}</Button>
      </div>
    </>
  );
}

function Facts({ title, rows }: { title: string; rows: [string, string][] }) {
  return (
    <section className="event-part">
      <h2 className="part-title">{title}</h2>
      <dl className="facts">
        {rows.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

function Body({ camera }: { camera: CameraItem }) {
  const { t, pick } = useTexts();
  const { health, identity } = useCameraFacts(camera);
  return (
    <div className="camera-body">
      {camera.state.kind !== 'streaming' && <p className="camera-cause">{pick(camera.stateText)}</p>}
      <Viewing camera={camera} />
      <Facts title={t('camera.health')} rows={health} />
      <Facts title={t('camera.identity')} rows={identity} />
    </div>
  );
}

/** One camera: what it shows, how it is, what it is. */
export function CameraDrawer({ camera, onClose }: { camera: CameraItem | null; onClose: () => void }) {
  const { t } = useTexts();
  return (
    <Drawer
      open={camera !== null}
      onClose={onClose}
      size="min(680px, 100vw)"
      destroyOnHidden
      closable={{ 'aria-label': t('common.close'), placement: 'end' }}
      data-testid="camera-drawer"
      title={
        camera !== null && (
          <div className="camera-title">
            {camera.name}
            <CameraStateChip camera={camera} />
            <PictureChip camera={camera} />
          </div>
        )
      }
    >
      {camera !== null && <Body key={camera.id} camera={camera} />}
    </Drawer>
  );
}
