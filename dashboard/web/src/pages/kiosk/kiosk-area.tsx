import type { AreaResult, PublicationHead } from '../../api/safety-index-types.ts';
import { ranked, withoutSample } from '../../components/area-tree.ts';
import { Chip } from '../../components/chip.tsx';
import { IndexGauge } from '../../components/index-gauge.tsx';
import { Panel } from '../../components/panel.tsx';
import { CompositionPanel, RadarPanel } from '../../components/safety/pillars-panel.tsx';
import { intervalOf, tiedCodes } from '../../components/safety/ranking-order.ts';
import { TrendPanel } from '../../components/safety/trend-panel.tsx';
import { Whiskers } from '../../components/safety/whiskers.tsx';
import { useTexts } from '../../components/use-texts.ts';
import { timeText } from '../../i18n/format.ts';

/** As many as can be read from afar. */
const SHOWN = 12;
const TEXT_PX = 16;

function Row({ area, count, isTied }: { area: AreaResult; count: number; isTied: boolean }) {
  const { t, pick } = useTexts();
  return (
    <li>
      <span className="kiosk-place">{area.rank ?? '—'}</span>
      <span className="kiosk-name">
        {withoutSample(pick(area.name))} {isTied && <Chip tone="info">{t('safety.tied')}</Chip>}
      </span>
      <Whiskers area={area} count={count} colour={area.band?.colour ?? '#5f7699'} />
      <b className={area.score === null ? 'kiosk-figure kiosk-none' : 'kiosk-figure'}>
        {area.score === null ? t('safety.insufficient') : area.score.toFixed(1)}
      </b>
    </li>
  );
}

type Props = { head: PublicationHead; area: AreaResult; below: readonly AreaResult[]; position: string };

/** One stop of the tour: score, ranking of what lies below, trend and pillars. */
export function KioskArea({ head, area, below, position }: Props) {
  const { t, pick } = useTexts();
  const tied = tiedCodes(below);
  const count = Math.max(1, ...below.flatMap((one) => intervalOf(one)));
  const { publishedAt, version } = head;
  const standing =
    publishedAt === null
      ? t('kiosk.provisional')
      : t('kiosk.published', { version, time: timeText(publishedAt).slice(0, 16) });
  return (
    <div className="kiosk-grid" data-testid="kiosk-area">
      <div className="kiosk-column">
        <Panel
          title={pick(area.name)}
          className="kiosk-score"
          extra={<span className="quiet">{position}</span>}
        >
          <IndexGauge area={area} />
          <p className="kiosk-standing">
            <Chip tone={publishedAt === null ? 'warn' : 'good'}>{standing}</Chip>
          </p>
        </Panel>
        <RadarPanel area={area} above={null} textPx={TEXT_PX} />
      </div>
      <Panel title={t('safety.ranking')} className="kiosk-ranking">
        {below.length === 0 ? (
          <div className="note">{t('safety.noBelow')}</div>
        ) : (
          <ol>
            {ranked(below)
              .slice(0, SHOWN)
              .map((one) => (
                <Row key={one.code} area={one} count={count} isTied={tied.has(one.code)} />
              ))}
          </ol>
        )}
      </Panel>
      <div className="kiosk-column">
        <TrendPanel area={area} kind={head.period.kind} textPx={TEXT_PX} />
        <CompositionPanel area={area} />
      </div>
    </div>
  );
}
