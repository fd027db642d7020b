import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { LiveRequest } from '../api/types.ts';
import { useNow } from '../components/use-now.ts';
import { isLiveRefusal, type LiveState } from './live-state.ts';
import { useLive } from './use-live.ts';

type Props = { cameraId: string; name: string; request: LiveRequest; isActive: boolean };

/** The state in words, or null while pictures play. */
function useStateText(state: LiveState): string | null {
  const { t } = useTranslation();
  const now = useNow(state.kind === 'failed' && state.retryAtMs !== null ? 1000 : null);
  switch (state.kind) {
    case 'playing':
      return null;
    case 'unsupported':
      return t('live.state.unsupported', { codec: state.codec });
    case 'failed': {
      const cause = isLiveRefusal(state.cause)
        ? t(`liveRefusal.${state.cause}`)
        : t(`live.cause.${state.cause}`);
      if (state.retryAtMs === null) return t('live.state.failedForGood', { cause });
      const seconds = Math.max(0, Math.ceil((state.retryAtMs - now) / 1000));
      return t('live.state.failed', { cause, seconds });
    }
    default:
      return t(`live.state.${state.kind}`);
  }
}

/** Copies the measured latency from the element once a second: often enough to read, too seldom to cost. */
function useLatency(video: HTMLVideoElement | null, isPlaying: boolean): number | null {
  const [latencyMs, setLatencyMs] = useState<number | null>(null);
  useEffect(() => {
    if (!isPlaying || video === null) {
      setLatencyMs(null);
      return;
    }
    const timer = setInterval(() => {
      const text = video.dataset['latencyMs'];
      setLatencyMs(text === undefined ? null : Number(text));
    }, 1000);
    return () => clearInterval(timer);
  }, [video, isPlaying]);
  return latencyMs;
}

/** Live video with its state in words. `data-state` and `data-latency-ms` on the element say the same to programs. */
export function LiveVideo({ cameraId, name, request, isActive }: Props) {
  const { t } = useTranslation();
  const { ref, state, mainCodec } = useLive({ cameraId, request, isActive });
  const text = useStateText(state);
  const latencyMs = useLatency(ref.current, state.kind === 'playing');
  const isBusy = state.kind === 'connecting' || state.kind === 'stalled';
  return (
    <div className="live" data-state={state.kind}>
      <video
        ref={ref}
        className="live-picture"
        data-testid="live-video"
        data-state={state.kind}
        aria-label={t('live.video', { name })}
        muted
        autoPlay
        playsInline
        disablePictureInPicture
      />
      {text !== null && isActive && (
        <p className={`live-text live-text-${state.kind}`} role="status">
          {isBusy && <span className="spinner" aria-hidden="true" />}
          {text}
        </p>
      )}
      {mainCodec !== null && state.kind === 'playing' && (
        <p className="live-fallback" role="status">
          {t('liveMain', { codec: mainCodec })}
        </p>
      )}
      {latencyMs !== null && (
        <span className="live-latency">
          <span className="live-dot" aria-hidden="true" />
          {t('live.latency', { ms: latencyMs })}
        </span>
      )}
    </div>
  );
}
