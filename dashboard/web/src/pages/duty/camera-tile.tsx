import { CaretRightOutlined, CloseOutlined } from '@ant-design/icons';
import type { CameraItem, EventItem, LiveRequest } from '../../api/types.ts';
import { CameraStateChip, PictureChip } from '../../components/camera-chips.tsx';
import { CameraTrouble } from '../../components/camera-trouble.tsx';
import { SeverityMark } from '../../components/severity-mark.tsx';
import { useTexts } from '../../components/use-texts.ts';
import { bitrateText, numberText } from '../../i18n/format.ts';
import { LiveVideo } from '../../live/live-video.tsx';

export type TileAlarms = { count: number; severity: number; latest: EventItem | undefined };

type Props = {
  camera: CameraItem;
  alarms: TileAlarms;
  now: number;
  isSelected: boolean;
  /** null: not asked for. */
  request: LiveRequest | null;
  /** The same camera plays in front of the wall. */
  isCovered: boolean;
  onPlay: (camera: CameraItem) => void;
  onStop: (camera: CameraItem) => void;
};

function Still({ camera, alarms, now, onPlay }: Props) {
  const { t, age } = useTexts();
  const { latest } = alarms;
  const mayPlay = camera.state.kind === 'streaming' || camera.state.kind === 'connecting';
  return (
    <>
      {latest?.snapshotUrl != null && (
        <img
          className={mayPlay ? 'tile-still' : 'tile-still tile-still-old'}
          src={latest.snapshotUrl}
          alt=""
          loading="lazy"
        />
      )}
      {mayPlay ? (
        <button type="button" className="tile-play" onClick={() => onPlay(camera)} data-testid="tile-play">
          <span className="tile-play-sign" aria-hidden="true">
            <CaretRightOutlined />
          </span>
          <span className="tile-play-text">{t('wall.play', { name: camera.name })}</span>
        </button>
      ) : (
        <CameraTrouble camera={camera} now={now} />
      )}
      {mayPlay && latest?.snapshotUrl != null && (
        <span className="tile-still-age">
          {t('event.snapshot')} · {age(latest.occurredAt, now)}
        </span>
      )}
    </>
  );
}

/** One camera of the wall: its last snapshot or its live video, and how it is. */
export function CameraTile(props: Props) {
  const { camera, alarms, isSelected, request, isCovered, onStop } = props;
  const { t } = useTexts();
  const { packets } = camera;
  const className = `tile ${isSelected ? 'tile-selected' : ''} ${alarms.count > 0 ? `tile-alarm-${alarms.severity}` : ''}`;
  return (
    <article
      className={className}
      aria-label={camera.name}
      data-testid="camera-tile"
      data-camera-id={camera.id}
    >
      <div className="tile-picture">
        {request === null ? (
          <Still {...props} />
        ) : (
          <>
            <LiveVideo
              cameraId={camera.id}
              name={camera.name}
              request={request}
              isActive={!isCovered && camera.state.kind === 'streaming'}
            />
            <CameraTrouble camera={camera} now={props.now} />
            <button
              type="button"
              className="tile-stop"
              aria-label={t('wall.stop', { name: camera.name })}
              onClick={() => onStop(camera)}
            >
              <CloseOutlined aria-hidden="true" />
            </button>
          </>
        )}
        {alarms.count > 0 && (
          <span className="tile-alarms">
            <SeverityMark severity={alarms.severity} size={20} />
            {t('wall.alarm', { count: alarms.count })}
          </span>
        )}
      </div>
      <div className="tile-foot">
        <b title={camera.code}>{camera.name}</b>
        {packets !== null && camera.state.kind === 'streaming' && (
          <span className="tile-figures">
            {numberText(packets.fps)} fps · {bitrateText(packets.bitrateKbps)}
          </span>
        )}
        <PictureChip camera={camera} />
        <CameraStateChip camera={camera} />
      </div>
    </article>
  );
}
