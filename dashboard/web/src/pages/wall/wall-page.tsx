import { useInfiniteQuery } from '@tanstack/react-query';
import { Button, Segmented, Tooltip } from 'antd';
import { useEffect, useMemo, useState } from 'react';
import { camerasQuery } from '../../api/queries.ts';
import type { CameraItem } from '../../api/types.ts';
import { QueryNote } from '../../components/query-note.tsx';
import { useNow } from '../../components/use-now.ts';
import { useTexts } from '../../components/use-texts.ts';
import { useWallKeys } from './use-wall-keys.ts';
import './wall.css';
import { LAYOUT_KEYS, moveTo, pagesOf, tilesOn, WALL_LAYOUTS, type WallLayout } from './wall-grid.ts';
import { WallTile } from './wall-tile.tsx';

const STORED = 'pingan.wall-layout';

function storedLayout(): WallLayout {
  const stored = Number(localStorage.getItem(STORED));
  return WALL_LAYOUTS.find((one) => one === stored) ?? 9;
}

/** All cameras, read to the last page that is shown. */
function useCameras(wanted: number) {
  const query = useInfiniteQuery(camerasQuery);
  const cameras = useMemo(() => query.data?.pages.flatMap(({ items }) => items) ?? [], [query.data]);
  const { hasNextPage, fetchNextPage, isFetchingNextPage } = query;
  useEffect(() => {
    if (cameras.length <= wanted && hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [cameras.length, wanted, hasNextPage, isFetchingNextPage, fetchNextPage]);
  return { query, cameras };
}

function useWall() {
  const [layout, setLayoutState] = useState<WallLayout>(storedLayout);
  const [wantedPage, setPage] = useState(0);
  const [at, choose] = useState(0);
  const [maximisedId, setMaximised] = useState<string | null>(null);
  const [playing, setPlaying] = useState<ReadonlySet<string>>(new Set());
  const { query, cameras } = useCameras((wantedPage + 1) * layout);
  const pages = pagesOf(cameras.length, layout);
  const page = Math.min(wantedPage, pages - 1);
  const shown = tilesOn(cameras, page, layout);
  const setLayout = (next: WallLayout) => {
    localStorage.setItem(STORED, String(next));
    setLayoutState(next);
    setPage(Math.floor((page * layout) / next));
    choose(0);
    setMaximised(null);
  };
  const turnTo = (next: number) => {
    setPage(Math.min(pages - 1, Math.max(0, next)));
    choose(0);
    setMaximised(null);
  };
  const play = (list: readonly CameraItem[]) =>
    setPlaying((known) => new Set([...known, ...list.map(({ id }) => id)]));
  const stop = (list: readonly CameraItem[]) => {
    const ids = new Set(list.map(({ id }) => id));
    setPlaying((known) => new Set([...known].filter((id) => !ids.has(id))));
  };
  const maximise = (camera: CameraItem | undefined) => {
    if (camera === undefined) return;
    setMaximised(maximisedId === camera.id ? null : camera.id);
    play([camera]);
  };
  return {
    query,
    cameras,
    layout,
    setLayout,
    page,
    pages,
    turnTo,
    shown,
    at: Math.min(at, Math.max(0, shown.length - 1)),
    choose,
    playing,
    play,
    stop,
    maximised: shown.find(({ id }) => id === maximisedId),
    maximise,
  };
}
type Wall = ReturnType<typeof useWall>;

const isAllPlaying = ({ shown, playing }: Wall): boolean =>
  shown.length > 0 && shown.every(({ id, state }) => playing.has(id) || state.kind !== 'streaming');
const toggleAll = (wall: Wall) => (isAllPlaying(wall) ? wall.stop(wall.shown) : wall.play(wall.shown));

function keysOf(wall: Wall): Record<string, () => void> {
  const { at, shown, layout, page } = wall;
  const chosen = shown[at];
  const go = (direction: 'left' | 'right' | 'up' | 'down') => () =>
    wall.choose(moveTo(at, direction, { shown: shown.length, layout }));
  return {
    ...Object.fromEntries(Object.entries(LAYOUT_KEYS).map(([key, one]) => [key, () => wall.setLayout(one)])),
    ArrowLeft: go('left'),
    ArrowRight: go('right'),
    ArrowUp: go('up'),
    ArrowDown: go('down'),
    Enter: () => chosen && (wall.playing.has(chosen.id) ? wall.stop([chosen]) : wall.play([chosen])),
    f: () => wall.maximise(wall.maximised ?? chosen),
    p: () => toggleAll(wall),
    '[': () => wall.turnTo(page - 1),
    ']': () => wall.turnTo(page + 1),
    ...(wall.maximised === undefined ? {} : { Escape: () => wall.maximise(wall.maximised) }),
  };
}

function Tools({ wall }: { wall: Wall }) {
  const { t } = useTexts();
  return (
    <div className="page-tools wall-page-tools">
      <Tooltip title={t('wallPage.keyHint')}>
        <Button aria-label={`${t('wallPage.keys')}: ${t('wallPage.keyHint')}`}>{t('wallPage.keys')}</Button>
      </Tooltip>
      {wall.pages > 1 && (
        <span className="wall-page-pages">
          <Button
            disabled={wall.page === 0}
            aria-label={t('common.previous')}
            onClick={() => wall.turnTo(wall.page - 1)}
          >
            ‹
          </Button>
          {t('wall.page', { page: wall.page + 1, pages: wall.pages })}
          <Button
            disabled={wall.page >= wall.pages - 1}
            aria-label={t('common.next')}
            onClick={() => wall.turnTo(wall.page + 1)}
          >
            ›
          </Button>
        </span>
      )}
      <Segmented<WallLayout>
        aria-label={t('wall.layout')}
        value={wall.layout}
        options={[...WALL_LAYOUTS]}
        onChange={wall.setLayout}
      />
      <Button type="primary" onClick={() => toggleAll(wall)} data-testid="wall-page-play-all">
        {isAllPlaying(wall) ? t('wall.stopAll') : t('wall.playAll')}
      </Button>
    </div>
  );
}

/** 视频墙: 1, 4, 9 or 16 cameras on the whole page, worked by keys; one of them maximised with its main stream. */
export function WallPage() {
  const { t } = useTexts();
  const wall = useWall();
  const now = useNow(1000);
  useWallKeys(keysOf(wall), true);
  const { maximised, shown, playing } = wall;
  const tiles = maximised === undefined ? shown : [maximised];
  const online = wall.cameras.filter(({ state }) => state.kind === 'streaming').length;
  return (
    <main className="page wall-page" id="main">
      <div className="page-head">
        <h1>
          {t('wallPage.title')}{' '}
          <span className="panel-count">{t('camera.total', { online, total: wall.cameras.length })}</span>
        </h1>
        <Tools wall={wall} />
      </div>
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
        <div className={`wall-grid wall-grid-${maximised === undefined ? wall.layout : 1}`}>
          {tiles.map((camera) => (
            <WallTile
              key={camera.id}
              camera={camera}
              now={now}
              isPlaying={playing.has(camera.id)}
              isChosen={shown[wall.at]?.id === camera.id}
              isMaximised={maximised?.id === camera.id}
              onChoose={() => wall.choose(shown.indexOf(camera))}
              onPlay={() => wall.play([camera])}
              onStop={() => wall.stop([camera])}
              onMaximise={() => wall.maximise(camera)}
            />
          ))}
        </div>
      </QueryNote>
    </main>
  );
}
