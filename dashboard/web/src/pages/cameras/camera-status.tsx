import { CAUSE_LADDER } from '@pingan/models/contract';
import type { CameraItem } from '../../api/types.ts';
import { useNow } from '../../components/use-now.ts';
import { useTexts } from '../../components/use-texts.ts';
import { timeText } from '../../i18n/format.ts';

function toneOf({ state, picture }: CameraItem): 'good' | 'warn' | 'bad' | 'quiet' {
  if (state.kind === 'failed') return 'bad';
  if (state.kind !== 'streaming') return 'quiet';
  return picture !== null && picture.findings.length > 0 ? 'warn' : 'good';
}

/** What is wrong and why, in one line. */
function useHeadline(camera: CameraItem): string {
  const { t, pick } = useTexts();
  const { state, picture } = camera;
  if (state.kind === 'failed') return `${t('trouble.failed')} · ${pick(camera.stateText)}`;
  if (state.kind !== 'streaming') return t(`trouble.${state.kind}`);
  const findings = picture?.findings ?? [];
  if (findings.length === 0) return t('trouble.fine');
  return `${t('trouble.picture')} · ${findings.map((finding) => t(`camera.finding.${finding}`)).join(' · ')}`;
}

/** The state of a camera in words: what, why, since when, and what to do. */
export function CameraStatus({ camera }: { camera: CameraItem }) {
  const { t, pick, age } = useTexts();
  const now = useNow(1000);
  const headline = useHeadline(camera);
  const { state, nextStep, causes, maintenance } = camera;
  const retryS =
    state.kind === 'failed' && state.retryAt !== null ? (Date.parse(state.retryAt) - now) / 1000 : 0;
  return (
    <section className={`status status-${toneOf(camera)}`} role="status" data-testid="camera-status">
      <h2>{headline}</h2>
      {nextStep !== null && (
        <p>
          <b>{t('trouble.next')}</b> {pick(nextStep)}
        </p>
      )}
      {maintenance !== null && (
        <p>{t('trouble.maintenance', { time: timeText(maintenance.until), reason: maintenance.reason })}</p>
      )}
      <p className="quiet">
        {t('trouble.since', { time: timeText(state.since), age: age(state.since, now) })}
        {state.kind === 'failed' &&
          ` · ${retryS <= 0 ? t('trouble.retrying') : t('trouble.retry', { seconds: Math.ceil(retryS) })}`}
        {causes.length > 0 &&
          ` · ${t('trouble.layer')}: ${causes.map((cause) => pick(CAUSE_LADDER[cause])).join(' · ')}`}
      </p>
      {state.kind === 'failed' && state.message !== '' && (
        <p className="quiet status-message">
          {t('trouble.message')}: {state.message}
        </p>
      )}
    </section>
  );
}
