import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Button, Table, type TableColumnsType } from 'antd';
import { useMemo, useState } from 'react';
import { cameraPageQuery } from '../../api/queries.ts';
import type { CameraItem } from '../../api/types.ts';
import { CameraStateChip, PictureChip } from '../../components/camera-chips.tsx';
import { Page } from '../../components/page.tsx';
import { QueryNote } from '../../components/query-note.tsx';
import { useTexts } from '../../components/use-texts.ts';
import { bitrateText, numberText, percentText } from '../../i18n/format.ts';
import { CameraDrawer } from './camera-drawer.tsx';
import './cameras.css';

const PAGE_SIZE = 50;

function useColumns(onOpen: (camera: CameraItem) => void): TableColumnsType<CameraItem> {
  const { t, pick, place } = useTexts();
  return useMemo(() => {
    const figure = (camera: CameraItem, text: (packets: NonNullable<CameraItem['packets']>) => string) =>
      camera.packets === null || camera.state.kind !== 'streaming' ? t('common.none') : text(camera.packets);
    return [
      {
        title: t('camera.name'),
        render: (_, camera) => (
          <button type="button" className="link" onClick={() => onOpen(camera)}>
            {camera.name}
          </button>
        ),
      },
      { title: t('camera.state'), width: 104, render: (_, camera) => <CameraStateChip camera={camera} /> },
      {
        title: t('camera.cause'),
        width: 180,
        render: (_, camera) =>
          camera.state.kind === 'streaming' ? t('common.none') : pick(camera.stateText),
      },
      { title: t('camera.picture'), width: 130, render: (_, camera) => <PictureChip camera={camera} /> },
      {
        title: t('camera.code'),
        width: 190,
        render: (_, { code }) => <span className="figure">{code}</span>,
      },
      { title: t('camera.address'), width: 160, render: (_, { address }) => address ?? t('common.none') },
      {
        title: t('camera.area'),
        render: (_, { area }) => (area === null ? t('common.none') : place(area.path, 3)),
      },
      {
        title: t('camera.fps'),
        width: 76,
        align: 'right',
        render: (_, camera) => figure(camera, ({ fps }) => numberText(fps)),
      },
      {
        title: t('camera.bitrate'),
        width: 96,
        align: 'right',
        render: (_, camera) => figure(camera, ({ bitrateKbps }) => bitrateText(bitrateKbps)),
      },
      {
        title: t('camera.loss'),
        width: 76,
        align: 'right',
        render: (_, camera) => figure(camera, ({ lossRatio }) => percentText(lossRatio)),
      },
    ];
  }, [t, pick, place, onOpen]);
}

/** 摄像机: the list, page by page from the server, and each one's drawer with live video. */
export function CamerasPage() {
  const { t } = useTexts();
  const [cursors, setCursors] = useState<(string | null)[]>([null]);
  const [openId, setOpenId] = useState<string | null>(null);
  const query = useQuery({
    ...cameraPageQuery(PAGE_SIZE, cursors.at(-1) ?? null),
    placeholderData: keepPreviousData,
  });
  const cameras = query.data?.items ?? [];
  const next = query.data?.next ?? null;
  const columns = useColumns(
    useMemo(
      () =>
        ({ id }: CameraItem) =>
          setOpenId(id),
      [],
    ),
  );
  const online = cameras.filter(({ state }) => state.kind === 'streaming').length;
  return (
    <Page title={t('camera.title')} count={t('camera.total', { online, total: cameras.length })}>
      <QueryNote query={query} isEmpty={cameras.length === 0} empty={t('wall.emptyHint')}>
        <Table<CameraItem>
          rowKey="id"
          size="small"
          columns={columns}
          dataSource={cameras}
          pagination={false}
          scroll={{ x: 1240 }}
          aria-label={t('camera.list')}
        />
        {(cursors.length > 1 || next !== null) && (
          <div className="page-more">
            <Button disabled={cursors.length === 1} onClick={() => setCursors(cursors.slice(0, -1))}>
              {t('common.previous')}
            </Button>
            <span>{t('common.page', { page: cursors.length })}</span>
            <Button disabled={next === null} onClick={() => setCursors([...cursors, next])}>
              {t('common.next')}
            </Button>
          </div>
        )}
      </QueryNote>
      <CameraDrawer
        camera={cameras.find(({ id }) => id === openId) ?? null}
        onClose={() => setOpenId(null)}
      />
    </Page>
  );
}
