import { CAMERA_FAULTS } from '@pingan/models/contract';
import { Button } from 'antd';
import { useState } from 'react';
import type { CameraHistory, HistoryInterval } from '../../api/camera-health-types.ts';
import { Chip, type Tone } from '../../components/chip.tsx';
import { useTexts } from '../../components/use-texts.ts';
import { timeText } from '../../i18n/format.ts';

const SHORT = 8;
/** The last report is a few seconds old at most while a camera is observed. */
const STILL_MS = 30_000;
const TONES: Record<HistoryInterval['kind'], Tone> = {
  good: 'good',
  poor: 'warn',
  streaming: 'info',
  down: 'bad',
};

function useWhy(): (interval: HistoryInterval) => string {
  const { t, pick } = useTexts();
  return ({ kind, cause, findings }) => {
    if (kind === 'down')
      return cause === null ? t('camera.stateKind.connecting') : pick(CAMERA_FAULTS[cause]);
    return findings.map((finding) => t(`camera.finding.${finding}`)).join(' · ');
  };
}

/** The states of a camera in words, the newest first. */
export function HistoryTable({ history }: { history: CameraHistory }) {
  const { t, span } = useTexts();
  const why = useWhy();
  const [isWhole, setWhole] = useState(false);
  const newest = history.intervals.toReversed();
  const shown = isWhole ? newest : newest.slice(0, SHORT);
  if (newest.length === 0) return <p className="quiet">{t('strip.empty')}</p>;
  return (
    <>
      <table className="history" aria-label={t('strip.list')}>
        <thead>
          <tr>
            <th>{t('strip.from')}</th>
            <th>{t('strip.to')}</th>
            <th>{t('strip.length')}</th>
            <th>{t('strip.what')}</th>
            <th>{t('strip.why')}</th>
          </tr>
        </thead>
        <tbody>
          {shown.map((interval) => {
            const isLast =
              interval === newest[0] && Date.parse(history.to) - Date.parse(interval.to) < STILL_MS;
            return (
              <tr key={interval.from}>
                <td>
                  <time dateTime={interval.from}>{timeText(interval.from)}</time>
                </td>
                <td>
                  {isLast ? t('strip.now') : <time dateTime={interval.to}>{timeText(interval.to)}</time>}
                </td>
                <td className="figure">
                  {span((Date.parse(interval.to) - Date.parse(interval.from)) / 1000)}
                </td>
                <td>
                  <Chip tone={TONES[interval.kind]}>{t(`strip.${interval.kind}`)}</Chip>
                </td>
                <td>{why(interval)}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
      {newest.length > shown.length && (
        <Button size="small" onClick={() => setWhole(true)}>
          {t('strip.all', { count: newest.length })}
        </Button>
      )}
      {history.truncated && <p className="quiet">{t('strip.older', { count: newest.length })}</p>}
    </>
  );
}
