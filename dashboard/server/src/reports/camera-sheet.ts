import { PICTURE_FINDINGS } from '@pingan/models/contract';
import type { CameraItem } from '../routes/schemas.ts';
import { writeCsv } from './csv-text.ts';

export type SheetLanguage = 'zh-CN' | 'en';

const HEADS = {
  'zh-CN': [
    '编号',
    '名称',
    '设备编码',
    '网关',
    '区域',
    '地址',
    '厂商',
    '型号',
    '编码',
    '分辨率',
    '状态',
    '自',
    '画面',
    '下一步',
    '帧率',
    '码率 kb/s',
    '丢包率',
    '时钟偏差 s',
    '维护至',
    '更新时间',
  ],
  en: [
    'Id',
    'Name',
    'Device code',
    'Gateway',
    'Area',
    'Address',
    'Maker',
    'Model',
    'Codec',
    'Resolution',
    'State',
    'Since',
    'Picture',
    'Next step',
    'Frames/s',
    'kb/s',
    'Loss',
    'Clock offset s',
    'Maintenance until',
    'Updated',
  ],
} as const satisfies Record<SheetLanguage, readonly string[]>;
const GOOD = { 'zh-CN': '良好', en: 'good' } as const;

const figure = (value: number | null | undefined, digits: number): string =>
  value === null || value === undefined ? '' : String(Number(value.toFixed(digits)));

function rowOf(camera: CameraItem, language: SheetLanguage): string[] {
  const pick = ({ zh, en }: { zh: string; en: string }) => (language === 'en' ? en : zh);
  const { packets, picture } = camera;
  const isLive = camera.state.kind === 'streaming';
  const findings = picture?.findings.map((finding) => pick(PICTURE_FINDINGS[finding])) ?? [];
  return [
    camera.id,
    camera.name,
    camera.code,
    camera.gatewayId,
    camera.area?.path.map(pick).join(' / ') ?? '',
    camera.address ?? '',
    camera.manufacturer ?? '',
    camera.model ?? '',
    camera.codec ?? '',
    camera.width === null || camera.height === null ? '' : `${camera.width}×${camera.height}`,
    pick(camera.stateText),
    camera.state.since,
    !isLive || picture === null ? '' : findings.length === 0 ? GOOD[language] : findings.join('、'),
    camera.nextStep === null ? '' : pick(camera.nextStep),
    isLive ? figure(packets?.fps, 1) : '',
    isLive ? figure(packets?.bitrateKbps, 0) : '',
    isLive ? figure(packets?.lossRatio, 4) : '',
    figure(packets?.clockOffsetMs == null ? null : packets.clockOffsetMs / 1000, 1),
    camera.maintenance?.until ?? '',
    camera.updatedAt,
  ];
}

/** The cameras as a spreadsheet reads them: CSV with a head, one row each. */
export const cameraSheet = (cameras: readonly CameraItem[], language: SheetLanguage): Buffer =>
  writeCsv([HEADS[language], ...cameras.map((camera) => rowOf(camera, language))]);
