import { DisconnectOutlined, QuestionCircleOutlined, StopOutlined, SyncOutlined } from '@ant-design/icons';
import { CAUSE_LADDER } from '@pingan/models/contract';
import type { CameraItem } from '../api/types.ts';
import { clockText } from '../i18n/format.ts';
import './camera-trouble.css';
import { useTexts } from './use-texts.ts';

type TroubleKind = Exclude<CameraItem['state']['kind'], 'streaming'>;

const ICONS = {
  failed: DisconnectOutlined,
  connecting: SyncOutlined,
  stopped: StopOutlined,
  unknown: QuestionCircleOutlined,
} as const satisfies Record<TroubleKind, unknown>;

/** Since when, and when the gateway tries again. */
function Times({ camera, now }: { camera: CameraItem; now: number }) {
  const { t, age } = useTexts();
  const { state } = camera;
  const since = t('trouble.since', { time: clockText(state.since), age: age(state.since, now) });
  if (state.kind !== 'failed') return <small>{since}</small>;
  const waitMs = state.retryAt === null ? 0 : Date.parse(state.retryAt) - now;
  const retry =
    waitMs <= 0 ? t('trouble.retrying') : t('trouble.retry', { seconds: Math.ceil(waitMs / 1000) });
  return (
    <small>
      {since} · {retry}
    </small>
  );
}

/**
 * What is wrong with a camera that gives no picture, why, and what to do about it; nothing while it streams.
 * `isFull` adds the layer at fault and what the gateway reports.
 */
export function CameraTrouble({
  camera,
  now,
  isFull = false,
}: {
  camera: CameraItem;
  now: number;
  isFull?: boolean;
}) {
  const { t, pick } = useTexts();
  const { state, stateText, nextStep, causes, maintenance } = camera;
  if (state.kind === 'streaming') return null;
  const Icon = ICONS[state.kind];
  const layer = causes[0];
  return (
    <div className={`trouble trouble-${state.kind}`} role="status" data-testid="camera-trouble">
      <Icon aria-hidden="true" className="trouble-icon" />
      <strong>
        {t(`trouble.${state.kind}`)}
        {state.kind === 'failed' && ` · ${pick(stateText)}`}
      </strong>
      {nextStep !== null && (
        <span className="trouble-next">
          {t('trouble.next')}
          {': '}
          {pick(nextStep)}
        </span>
      )}
      {maintenance !== null && (
        <span className="trouble-maintenance">
          {t('trouble.maintenance', { time: clockText(maintenance.until), reason: maintenance.reason })}
        </span>
      )}
      <Times camera={camera} now={now} />
      {isFull && layer !== undefined && (
        <small>
          {t('trouble.layer')}
          {': '}
          {pick(CAUSE_LADDER[layer])}
        </small>
      )}
      {isFull && state.kind === 'failed' && state.message !== '' && (
        <small className="trouble-message">
          {t('trouble.message')}
          {': '}
          {state.message}
        </small>
      )}
    </div>
  );
}
