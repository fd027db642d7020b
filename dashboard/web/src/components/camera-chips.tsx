import type { CameraItem } from '../api/types.ts';
import { Chip, type Tone } from './chip.tsx';
import { useTexts } from './use-texts.ts';

const STATE_TONE: Record<CameraItem['state']['kind'], Tone> = {
  streaming: 'good',
  connecting: 'info',
  failed: 'bad',
  stopped: 'quiet',
  unknown: 'quiet',
};

export function CameraStateChip({ camera }: { camera: CameraItem }) {
  const { t } = useTexts();
  return (
    <Chip tone={STATE_TONE[camera.state.kind]}>
      <span className="chip-dot" aria-hidden="true" />
      {t(`camera.stateKind.${camera.state.kind}`)}
    </Chip>
  );
}

/** 视频质量诊断 in a few words; nothing while the camera is not streaming. */
export function PictureChip({ camera }: { camera: CameraItem }) {
  const { t } = useTexts();
  if (camera.state.kind !== 'streaming') return null;
  if (camera.picture === null) return <Chip tone="quiet">{t('camera.unjudged')}</Chip>;
  const { findings, good } = camera.picture;
  if (good && findings.length === 0) return <Chip tone="good">{t('camera.good')}</Chip>;
  return <Chip tone="warn">{findings.map((finding) => t(`camera.finding.${finding}`)).join(' · ')}</Chip>;
}
