import {
  CloudDownloadOutlined,
  FileProtectOutlined,
  PlayCircleOutlined,
  SafetyOutlined,
} from '@ant-design/icons';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Button, Progress, Tooltip } from 'antd';
import { useState } from 'react';
import {
  type EventEvidence,
  evidenceQuery,
  evidenceUrl,
  type KeptEvidence,
  requestEvidence,
} from '../../api/evidence.ts';
import type { EventItem } from '../../api/types.ts';
import { numberText, percentText } from '../../i18n/format.ts';
import { useMayWatch } from '../../shell/session.tsx';
import { useAction } from '../use-action.ts';
import { useTexts } from '../use-texts.ts';
import { ClipPlayer, CODEC_NAMES } from './clip-player.tsx';
import './event-clip.css';

/** Why there is nothing to watch yet, and the button that changes it. */
function Request({ eventId, standing }: { eventId: string; standing: EventEvidence }) {
  const { t, pick } = useTexts();
  const client = useQueryClient();
  const { isBusy, run } = useAction();
  const { state, reason, progress, isGatewayOnline } = standing;
  if (state === 'receiving' || state === 'asked') {
    const share = progress ?? 0;
    return (
      <div className="clip-request" role="status">
        <p>
          {state === 'asked' ? t('evidence.asked') : t('evidence.receiving', { percent: percentText(share) })}
        </p>
        {state === 'receiving' && (
          <Progress percent={Math.round(share * 100)} showInfo={false} aria-label={t('evidence.progress')} />
        )}
      </div>
    );
  }
  const words =
    reason === null ? t(state === 'removed' ? 'evidence.removed' : 'evidence.none') : pick(reason);
  const ask = () =>
    run(async () => {
      client.setQueryData(evidenceQuery(eventId).queryKey, await requestEvidence(eventId));
      return null;
    });
  return (
    <div className="clip-request">
      <p>{isGatewayOnline ? words : t('evidence.offline')}</p>
      <Button
        type="primary"
        icon={<CloudDownloadOutlined />}
        loading={isBusy}
        disabled={!isGatewayOnline}
        onClick={() => void ask()}
        data-testid="clip-request"
      >
        {t(state === 'none' ? 'evidence.request' : 'evidence.requestAgain')}
      </Button>
    </div>
  );
}

/** What is known of the clip, said beside the player. */
function Facts({ evidence }: { evidence: KeptEvidence }) {
  const { t } = useTexts();
  const { clip, gatewayId, alarms, clockTrusted } = evidence;
  const facts = clip && {
    seconds: numberText(clip.durationMs / 1000),
    width: clip.width,
    height: clip.height,
    codec: CODEC_NAMES[clip.codec],
  };
  return (
    <ul className="clip-facts">
      <li className="clip-good">
        <Tooltip title={t('evidence.verifiedHint', { gateway: gatewayId })}>
          <span>
            <SafetyOutlined aria-hidden /> {t('evidence.verified')}
          </span>
        </Tooltip>
      </li>
      {facts && (
        <li>
          {t('evidence.facts', facts)} · {t(clip.profile === 'main' ? 'evidence.main' : 'evidence.sub')}
        </li>
      )}
      {clip?.masked === true && <li>{t('evidence.masked')}</li>}
      {alarms.length > 1 && <li>{t('evidence.shared', { count: alarms.length })}</li>}
      {clip?.complete === false && <li className="clip-warn">{t('evidence.incomplete')}</li>}
      {!clockTrusted && <li className="clip-warn">{t('evidence.clockUntrusted')}</li>}
    </ul>
  );
}

function Stored({ event, evidence }: { event: EventItem; evidence: KeptEvidence }) {
  const { t } = useTexts();
  const [isWatched, setWatched] = useState(false);
  const { clip, clipMissing } = evidence;
  return (
    <>
      {clip === null && <p className="note">{t(`evidence.noClip.${clipMissing ?? 'no-stream'}`)}</p>}
      {clip !== null && isWatched && (
        <ClipPlayer evidence={evidence} clip={clip} poster={event.snapshotUrl} />
      )}
      <Facts evidence={evidence} />
      <div className="clip-buttons">
        {clip !== null && !isWatched && (
          <Button
            type="primary"
            icon={<PlayCircleOutlined />}
            onClick={() => setWatched(true)}
            data-testid="clip-watch"
          >
            {t('evidence.watch')}
          </Button>
        )}
        {clip !== null && (
          <Button
            icon={<CloudDownloadOutlined />}
            href={evidenceUrl(evidence, 'clip.mp4', true)}
            data-testid="clip-download"
          >
            {t('evidence.download')}
          </Button>
        )}
        <Button
          icon={<FileProtectOutlined />}
          href={evidenceUrl(evidence, 'manifest.json', true)}
          data-testid="manifest-download"
        >
          {t('evidence.manifest')}
        </Button>
      </div>
    </>
  );
}

/** 取证录像: get it from the gateway, watch it, save it with what proves it. */
export function EventClip({ event }: { event: EventItem }) {
  const { t, problem } = useTexts();
  const mayWatch = useMayWatch();
  const { data, error } = useQuery({ ...evidenceQuery(event.id), enabled: mayWatch });
  return (
    <section
      className="event-part event-clip"
      aria-labelledby="event-clip"
      data-testid="event-clip"
      data-state={data?.state}
    >
      <div className="clip-head">
        <h2 id="event-clip" className="part-title">
          {t('evidence.title')}
        </h2>
        <small>{t('evidence.span')}</small>
        <small>{t('evidence.logged')}</small>
      </div>
      {!mayWatch && <p className="note">{t('evidence.mayNotWatch')}</p>}
      {error !== null && <p className="note">{problem(error)}</p>}
      {data?.state === 'stored' && data.evidence !== null && (
        <Stored event={event} evidence={data.evidence} />
      )}
      {data !== undefined && data.state !== 'stored' && <Request eventId={event.id} standing={data} />}
    </section>
  );
}
