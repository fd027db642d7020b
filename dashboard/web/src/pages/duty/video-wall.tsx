import { useQuery } from '@tanstack/react-query';
import { Button, Segmented, Switch } from 'antd';
import { useMemo } from 'react';
import { recentEventsQuery } from '../../api/queries.ts';
import type { CameraItem, EventItem } from '../../api/types.ts';
import { Panel } from '../../components/panel.tsx';
import { QueryNote } from '../../components/query-note.tsx';
import { useNow } from '../../components/use-now.ts';
import { useTexts } from '../../components/use-texts.ts';
import { CameraTile, type TileAlarms } from './camera-tile.tsx';
import type { Wall } from './use-wall.ts';
import { LAYOUTS, type Layout } from './wall-plan.ts';

const NO_ALARMS: TileAlarms = { count: 0, severity: 4, latest: undefined };

/** Per camera: how many of the recent alarms nobody has acknowledged, the gravest of them, and the latest picture. */
function useAlarmsByCamera(): ReadonlyMap<string, TileAlarms> {
  const { data } = useQuery(recentEventsQuery);
  return useMemo(() => {
    const byCamera = new Map<string, TileAlarms>();
    for (const event of data?.items ?? []) {
      if (event.camera === null) continue;
      const known = byCamera.get(event.camera.id) ?? NO_ALARMS;
      const isNew = event.state === 'new';
      byCamera.set(event.camera.id, {
        count: known.count + (isNew ? 1 : 0),
        severity: isNew ? Math.min(known.severity, event.severity) : known.severity,
        latest: known.latest ?? (event.snapshotUrl === null ? undefined : event),
      });
    }
    return byCamera;
  }, [data]);
}

function Tools({ wall }: { wall: Wall }) {
  const { t } = useTexts();
  const playable = wall.shown.filter(({ id, state }) => state.kind === 'streaming' && !wall.playing.has(id));
  const isAllPlaying = playable.length === 0 && wall.shown.some(({ id }) => wall.playing.has(id));
  return (
    <div className="wall-tools">
      <span className="wall-follow">
        <Switch
          size="small"
          checked={wall.isFollowing}
          onChange={wall.setFollowing}
          aria-labelledby="wall-follow"
        />
        <span id="wall-follow">{t('wall.follow')}</span>
      </span>
      <Button
        size="small"
        disabled={playable.length === 0 && !isAllPlaying}
        onClick={() => (isAllPlaying ? wall.stop(wall.shown) : wall.play(playable, { reason: 'patrol' }))}
        data-testid="wall-play-all"
      >
        {isAllPlaying ? t('wall.stopAll') : t('wall.playAll')}
      </Button>
      {wall.pages > 1 && (
        <span className="wall-pages">
          <Button
            size="small"
            disabled={wall.page === 0}
            aria-label={t('common.previous')}
            onClick={() => wall.setPage(wall.page - 1)}
          >
            ‹
          </Button>
          {t('wall.page', { page: wall.page + 1, pages: wall.pages })}
          <Button
            size="small"
            disabled={wall.page >= wall.pages - 1}
            aria-label={t('common.next')}
            onClick={() => wall.setPage(wall.page + 1)}
          >
            ›
          </Button>
        </span>
      )}
      <Segmented<Layout>
        size="small"
        aria-label={t('wall.layout')}
        value={wall.layout}
        options={[...LAYOUTS]}
        onChange={wall.setLayout}
      />
    </div>
  );
}

type Props = { wall: Wall; selected: EventItem | undefined; coveredCameraId: string | null };

/** 视频墙: 1, 4 or 9 cameras; plays on a click, and follows the selected alarm. */
export function VideoWall({ wall, selected, coveredCameraId }: Props) {
  const { t } = useTexts();
  const now = useNow(10_000);
  const alarms = useAlarmsByCamera();
  const online = wall.cameras.filter(({ state }) => state.kind === 'streaming').length;
  const onPlay = (camera: CameraItem) => wall.play([camera], { reason: 'patrol' });
  return (
    <Panel
      className="wall"
      title={
        <>
          {t('wall.title')}{' '}
          <span className="panel-count">{t('camera.total', { online, total: wall.cameras.length })}</span>
        </>
      }
      extra={<Tools wall={wall} />}
    >
      <QueryNote
        query={wall.query}
        isEmpty={wall.cameras.length === 0}
        empty={
          <>
            <strong>{t('wall.empty')}</strong>
            <span>{t('wall.emptyHint')}</span>
          </>
        }
      >
        <div className={`tiles tiles-${wall.layout}`}>
          {wall.shown.map((camera) => (
            <CameraTile
              key={camera.id}
              camera={camera}
              alarms={alarms.get(camera.id) ?? NO_ALARMS}
              now={now}
              isSelected={selected?.camera?.id === camera.id}
              request={wall.playing.get(camera.id) ?? null}
              isCovered={coveredCameraId === camera.id}
              onPlay={onPlay}
              onStop={(one) => wall.stop([one])}
            />
          ))}
        </div>
      </QueryNote>
    </Panel>
  );
}
