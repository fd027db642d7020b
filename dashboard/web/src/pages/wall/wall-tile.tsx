import {
  CaretRightOutlined,
  CloseOutlined,
  ExpandOutlined,
  InfoCircleOutlined,
  ShrinkOutlined,
} from '@ant-design/icons';
import { FINDING_ADVICE } from '@pingan/models/contract';
import { Link } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import type { CameraItem } from '../../api/types.ts';
import { CameraStateChip, PictureChip } from '../../components/camera-chips.tsx';
import { CameraTrouble } from '../../components/camera-trouble.tsx';
import { useTexts } from '../../components/use-texts.ts';
import { LiveVideo } from '../../live/live-video.tsx';

type Props = {
  camera: CameraItem;
  now: number;
  isPlaying: boolean;
  isChosen: boolean;
  isMaximised: boolean;
  onChoose: () => void;
  onPlay: () => void;
  onStop: () => void;
  onMaximise: () => void;
};

function Tools({ camera, isPlaying, isMaximised, onStop, onMaximise }: Props) {
  const { t } = useTexts();
  const { id, name } = camera;
  return (
    <div className="wall-tile-tools">
      <Link to="/cameras/$id" params={{ id }} aria-label={t('wallPage.details', { name })}>
        <InfoCircleOutlined aria-hidden="true" />
      </Link>
      <button
        type="button"
        aria-label={isMaximised ? t('wallPage.restore') : t('wallPage.maximise', { name })}
        onClick={onMaximise}
      >
        {isMaximised ? <ShrinkOutlined aria-hidden="true" /> : <ExpandOutlined aria-hidden="true" />}
      </button>
      {isPlaying && (
        <button type="button" aria-label={t('wall.stop', { name })} onClick={onStop}>
          <CloseOutlined aria-hidden="true" />
        </button>
      )}
    </div>
  );
}

/** What is wrong with a picture that plays, and what to do. */
function PictureNote({ camera }: { camera: CameraItem }) {
  const { t, pick } = useTexts();
  const finding = camera.state.kind === 'streaming' ? camera.picture?.findings[0] : undefined;
  const advice = finding === undefined ? undefined : FINDING_ADVICE[finding];
  if (finding === undefined || advice === undefined) return null;
  return (
    <p className="wall-tile-note" role="status">
      <b>{t(`camera.finding.${finding}`)}</b> {pick(advice)}
    </p>
  );
}

/** One camera of the wall: the sub-stream in the grid, the main stream when it fills the page, or what is wrong and why. */
export function WallTile(props: Props) {
  const { camera, now, isPlaying, isChosen, isMaximised, onChoose, onPlay } = props;
  const { t } = useTexts();
  const element = useRef<HTMLElement>(null);
  const isStreaming = camera.state.kind === 'streaming';
  useEffect(() => {
    if (isChosen) element.current?.scrollIntoView({ block: 'nearest' });
  }, [isChosen]);
  return (
    <article
      ref={element}
      className={`wall-tile ${isChosen ? 'wall-tile-chosen' : ''}`}
      aria-label={camera.name}
      aria-current={isChosen}
      data-testid="wall-tile"
      data-camera-id={camera.id}
      data-state={camera.state.kind}
      onPointerDown={onChoose}
      onFocus={onChoose}
    >
      <div className="wall-tile-picture">
        {isPlaying && (
          <LiveVideo
            cameraId={camera.id}
            name={camera.name}
            request={{ reason: 'patrol', profile: isMaximised ? 'main' : 'sub' }}
            isActive={isStreaming}
          />
        )}
        {!isPlaying && isStreaming && (
          <button
            type="button"
            className="tile-play"
            aria-label={t('wall.play', { name: camera.name })}
            onClick={onPlay}
          >
            <span className="tile-play-sign" aria-hidden="true">
              <CaretRightOutlined />
            </span>
          </button>
        )}
        <CameraTrouble camera={camera} now={now} isFull={isMaximised} />
        <PictureNote camera={camera} />
        <Tools {...props} />
      </div>
      <div className="wall-tile-foot">
        <b title={camera.code}>{camera.name}</b>
        <PictureChip camera={camera} />
        <CameraStateChip camera={camera} />
      </div>
    </article>
  );
}
