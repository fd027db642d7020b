import { useInfiniteQuery } from '@tanstack/react-query';
import { useEffect, useMemo, useState } from 'react';
import { camerasQuery } from '../../api/queries.ts';
import type { CameraItem, EventItem, LiveRequest } from '../../api/types.ts';
import { type Layout, onPage, pageCount, pageOfCamera } from './wall-plan.ts';

/** Long enough that stepping through the queue does not open (and log) a viewing of every camera passed. */
const FOLLOW_AFTER_MS = 600;

type Playing = ReadonlyMap<string, LiveRequest>;

/** Shows and plays the camera of the alarm that stays selected. */
function useFollow(
  selected: EventItem | undefined,
  isFollowing: boolean,
  show: (cameraId: string, request: LiveRequest) => void,
): void {
  const eventId = selected?.id;
  const cameraId = selected?.camera?.id;
  useEffect(() => {
    if (!isFollowing || eventId === undefined || cameraId === undefined) return;
    const timer = setTimeout(() => show(cameraId, { reason: 'alarm', eventId }), FOLLOW_AFTER_MS);
    return () => clearTimeout(timer);
  }, [eventId, cameraId, isFollowing, show]);
}

/** The wall: its cameras, layout and page, and what has been asked to play and why. */
export function useWall(selected: EventItem | undefined) {
  const query = useInfiniteQuery(camerasQuery);
  const cameras = useMemo(() => query.data?.pages.flatMap(({ items }) => items) ?? [], [query.data]);
  const [layout, setLayout] = useState<Layout>(4);
  const [wantedPage, setPage] = useState(0);
  const [playing, setPlaying] = useState<Playing>(new Map());
  const [isFollowing, setFollowing] = useState(true);
  const pages = pageCount(cameras.length, layout);
  const page = Math.min(wantedPage, pages - 1);
  const shown = useMemo(() => onPage(cameras, page, layout), [cameras, page, layout]);

  const { hasNextPage, fetchNextPage, isFetchingNextPage } = query;
  useEffect(() => {
    if (page >= pages - 1 && hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [page, pages, hasNextPage, isFetchingNextPage, fetchNextPage]);

  const play = (list: readonly CameraItem[], request: LiveRequest) =>
    setPlaying((known) => new Map([...known, ...list.map(({ id }) => [id, request] as const)]));
  const stop = (list: readonly CameraItem[]) => {
    const ids = new Set(list.map(({ id }) => id));
    setPlaying((known) => new Map([...known].filter(([id]) => !ids.has(id))));
  };

  const show = useMemo(() => {
    const ids = cameras.map(({ id }) => id);
    return (cameraId: string, request: LiveRequest) => {
      const at = pageOfCamera(ids, cameraId, layout);
      if (at === null) return;
      setPage(at);
      setPlaying((known) => (known.has(cameraId) ? known : new Map([...known, [cameraId, request]])));
    };
  }, [cameras, layout]);
  useFollow(selected, isFollowing, show);

  return {
    query,
    cameras,
    shown,
    layout,
    setLayout: (next: Layout) => {
      setLayout(next);
      setPage(Math.floor((page * layout) / next));
    },
    page,
    pages,
    setPage,
    playing,
    play,
    stop,
    isFollowing,
    setFollowing,
  };
}

export type Wall = ReturnType<typeof useWall>;
