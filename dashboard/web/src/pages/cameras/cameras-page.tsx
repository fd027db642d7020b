import { DownloadOutlined, LineChartOutlined } from '@ant-design/icons';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { Button, Table, type TableColumnsType } from 'antd';
import { useMemo } from 'react';
import { cameraListQuery, exportUrl } from '../../api/camera-health.ts';
import type { CameraFilter } from '../../api/camera-health-types.ts';
import type { CameraItem } from '../../api/types.ts';
import { CameraStateChip, PictureChip } from '../../components/camera-chips.tsx';
import { Chip } from '../../components/chip.tsx';
import { Page } from '../../components/page.tsx';
import { Pager, usePages } from '../../components/pager.tsx';
import { QueryNote } from '../../components/query-note.tsx';
import { useTexts } from '../../components/use-texts.ts';
import { bitrateText, numberText, percentText } from '../../i18n/format.ts';
import { CameraFilters } from './camera-filters.tsx';
import './cameras.css';

const PAGE_SIZE = 50;

function Why({ camera }: { camera: CameraItem }) {
  const { t, pick } = useTexts();
  if (camera.nextStep === null && camera.state.kind === 'streaming') return t('common.none');
  return (
    <span className="why">
      {camera.state.kind !== 'streaming' && <b>{pick(camera.stateText)}</b>}
      {camera.nextStep !== null && <small>{pick(camera.nextStep)}</small>}
    </span>
  );
}

function useColumns(): TableColumnsType<CameraItem> {
  const { t, place } = useTexts();
  return useMemo(() => {
    const figure = (camera: CameraItem, text: (packets: NonNullable<CameraItem['packets']>) => string) =>
      camera.packets === null || camera.state.kind !== 'streaming' ? t('common.none') : text(camera.packets);
    return [
      {
        title: t('camera.name'),
        width: 170,
        render: (_, { id, name }) => (
          <Link to="/cameras/$id" params={{ id }} className="link">
            {name}
          </Link>
        ),
      },
      {
        title: t('camera.state'),
        width: 112,
        render: (_, camera) => (
          <span className="chips">
            <CameraStateChip camera={camera} />
            {camera.maintenance !== null && (
              <Chip tone="info" title={camera.maintenance.reason}>
                {t('cameraList.maintenance')}
              </Chip>
            )}
          </span>
        ),
      },
      { title: t('camera.picture'), width: 130, render: (_, camera) => <PictureChip camera={camera} /> },
      {
        title: `${t('camera.cause')} · ${t('cameraList.next')}`,
        width: 300,
        render: (_, camera) => <Why camera={camera} />,
      },
      {
        title: t('camera.code'),
        width: 190,
        render: (_, { code }) => <span className="figure">{code}</span>,
      },
      { title: t('camera.address'), width: 150, render: (_, { address }) => address ?? t('common.none') },
      {
        title: t('camera.area'),
        render: (_, { area }) => (area === null ? t('common.none') : place(area.path, 2)),
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
  }, [t, place]);
}

/** 摄像机: the list, filtered and page by page from the server; the filter is in the address. */
export function CamerasPage() {
  const { t, language } = useTexts();
  const filter = useSearch({ from: '/inside/cameras' });
  const navigate = useNavigate();
  const pages = usePages();
  const query = useQuery(cameraListQuery(filter, PAGE_SIZE, pages.cursor));
  const cameras = query.data?.items ?? [];
  const columns = useColumns();
  const onChange = (next: CameraFilter) => {
    pages.restart();
    void navigate({ to: '/cameras', search: next });
  };
  const isFiltered = Object.keys(filter).length > 0;
  return (
    <Page
      title={t('camera.title')}
      count={t('camera.total', { online: query.data?.online ?? 0, total: query.data?.total ?? 0 })}
      tools={
        <>
          <Link to="/health" className="button-link">
            <LineChartOutlined aria-hidden="true" /> {t('figures.title')}
          </Link>
          <Button href={exportUrl(filter, language)} icon={<DownloadOutlined />} download>
            {t('cameraList.export')}
          </Button>
        </>
      }
    >
      <search className="camera-filters">
        <CameraFilters filter={filter} onChange={onChange} />
      </search>
      <QueryNote
        query={query}
        isEmpty={cameras.length === 0}
        empty={isFiltered ? t('cameraList.none') : t('wall.emptyHint')}
      >
        <Table<CameraItem>
          rowKey="id"
          size="small"
          columns={columns}
          dataSource={cameras}
          pagination={false}
          scroll={{ x: 1340 }}
          aria-label={t('camera.list')}
        />
        <Pager pages={pages} next={query.data?.next ?? null} />
      </QueryNote>
    </Page>
  );
}
