import { ArrowLeftOutlined } from '@ant-design/icons';
import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { Segmented } from 'antd';
import { useState } from 'react';
import { cameraEventsQuery, cameraHistoryQuery, cameraQuery } from '../../api/camera-health.ts';
import { sessionQuery } from '../../api/queries.ts';
import type { CameraItem } from '../../api/types.ts';
import { CameraStateChip, PictureChip } from '../../components/camera-chips.tsx';
import { EventDrawer } from '../../components/event/event-drawer.tsx';
import { FigureCards } from '../../components/health-figure.tsx';
import { Panel } from '../../components/panel.tsx';
import { QueryNote } from '../../components/query-note.tsx';
import { SeverityMark } from '../../components/severity-mark.tsx';
import { useTexts } from '../../components/use-texts.ts';
import { timeText } from '../../i18n/format.ts';
import { useCameraFacts } from './camera-facts.ts';
import { CameraStatus } from './camera-status.tsx';
import { CameraViewing } from './camera-viewing.tsx';
import './cameras.css';
import { HealthStrip } from './health-strip.tsx';
import { HistoryTable } from './history-table.tsx';
import { MaintenancePanel } from './maintenance-panel.tsx';

const EVENTS = 8;
/** Spans of the history, in hours. */
const SPANS = { hour: 1, day: 24, week: 168 } as const;
type Span = keyof typeof SPANS;
const SPAN_NAMES: readonly Span[] = ['hour', 'day', 'week'];

function Facts({ title, rows }: { title: string; rows: [string, string][] }) {
  return (
    <Panel title={title}>
      <dl className="facts">
        {rows.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </Panel>
  );
}

function Events({ cameraId }: { cameraId: string }) {
  const { t, pick } = useTexts();
  const query = useQuery(cameraEventsQuery(cameraId, EVENTS));
  const [openId, setOpenId] = useState<string | null>(null);
  const items = query.data?.items ?? [];
  return (
    <Panel title={t('cameraPage.events')}>
      <QueryNote query={query} isEmpty={items.length === 0} empty={t('cameraPage.noEvents')}>
        <ul className="camera-events">
          {items.map((event) => (
            <li key={event.id}>
              <SeverityMark severity={event.severity} size={18} />
              <button type="button" className="link" onClick={() => setOpenId(event.id)}>
                {pick(event.typeName)}
              </button>
              <time dateTime={event.receivedAt}>{timeText(event.receivedAt)}</time>
            </li>
          ))}
        </ul>
      </QueryNote>
      <EventDrawer eventId={openId} onClose={() => setOpenId(null)} />
    </Panel>
  );
}

/** The health of a camera over time with its figures, and its maintenance, which is cut out of them. */
function Health({ camera }: { camera: CameraItem }) {
  const { t } = useTexts();
  const [span, setSpan] = useState<Span>('day');
  const query = useQuery(cameraHistoryQuery(camera.id, SPANS[span]));
  const session = useQuery(sessionQuery);
  const role = session.data?.user.role;
  const history = query.data;
  const range = (
    <Segmented<Span>
      size="small"
      aria-label={t('cameraPage.range')}
      value={span}
      options={SPAN_NAMES.map((one) => ({ value: one, label: t(`cameraPage.${one}`) }))}
      onChange={setSpan}
    />
  );
  return (
    <>
      <Panel title={t('cameraPage.history')} extra={range} className="camera-history">
        <QueryNote query={query} isEmpty={history === undefined}>
          {history !== undefined && (
            <>
              <HealthStrip history={history} name={camera.name} />
              <HistoryTable history={history} />
            </>
          )}
        </QueryNote>
      </Panel>
      <Panel title={t('cameraPage.figures')}>
        <QueryNote query={query} isEmpty={history === undefined}>
          {history !== undefined && <FigureCards figures={history.figures} />}
        </QueryNote>
      </Panel>
      <MaintenancePanel
        camera={camera}
        entries={history?.maintenance ?? []}
        mayEdit={role === 'admin' || role === 'operator'}
      />
    </>
  );
}

function Body({ camera }: { camera: CameraItem }) {
  const { t } = useTexts();
  const { health, identity } = useCameraFacts(camera);
  return (
    <div className="camera-grid">
      <CameraStatus camera={camera} />
      <div className="camera-column">
        <Panel title={t('cameraPage.live')}>
          <CameraViewing camera={camera} />
        </Panel>
        <Facts title={t('cameraPage.facts')} rows={health} />
        <Facts title={t('cameraPage.device')} rows={identity} />
      </div>
      <div className="camera-column">
        <Health camera={camera} />
        <Events cameraId={camera.id} />
      </div>
    </div>
  );
}

/** 摄像机: one camera, what it shows, how it is and was, what it is. */
export function CameraPage() {
  const { t } = useTexts();
  const { id } = useParams({ from: '/inside/cameras/$id' });
  const query = useQuery(cameraQuery(id));
  const camera = query.data;
  return (
    <main className="page" id="main">
      <div className="page-head">
        <h1 className="camera-title">
          <Link to="/cameras" className="camera-back" aria-label={t('cameraPage.back')}>
            <ArrowLeftOutlined aria-hidden="true" />
          </Link>
          {camera?.name ?? id}
          {camera !== undefined && <CameraStateChip camera={camera} />}
          {camera !== undefined && <PictureChip camera={camera} />}
        </h1>
      </div>
      <div className="page-body">
        <QueryNote query={query} isEmpty={camera === undefined}>
          {camera !== undefined && <Body key={camera.id} camera={camera} />}
        </QueryNote>
      </div>
    </main>
  );
}
