import { LADDER_CAUSES, LADDER_STATES, VIEW_DIRECTIONS } from '@pingan/models/contract';
import type { RosterDevice } from '../pipeline-roster.ts';
import {
  PICTURE_FLAW_WORDS,
  type Progress,
  type Site,
  type Summary,
  type SummaryCamera,
  VERDICT_WORDS,
} from './interface.ts';

function cameraOf(device: RosterDevice, progress: Progress): SummaryCamera {
  const { id, code, name, place, direction, address, mac, serial, manufacturer, model, standing } = device;
  const [profile] = device.profiles.toSorted((a, b) => b.width * b.height - a.width * a.height);
  const verdict = progress.pictures.find(({ cameraId }) => cameraId === id);
  const { cameraId: _, ...picture } = verdict ?? { cameraId: '' };
  return {
    ...{ id, code, name, place, direction, address, mac, serial, manufacturer, model },
    state: standing.state,
    cause: standing.cause,
    clockOffsetMs: device.clockOffsetMs,
    codec: profile?.codec ?? null,
    size: profile ? `${profile.width}×${profile.height}` : null,
    picture: 'verdict' in picture ? picture : null,
  };
}

/** Puts together what the roster and the progress know now. */
export function summaryOf(
  devices: readonly RosterDevice[],
  progress: Progress,
  { site, madeAt }: { site: Site; madeAt: string },
): Summary {
  const cameras = devices
    .toSorted((a, b) => a.code.localeCompare(b.code))
    .map((device) => cameraOf(device, progress));
  const count = (fits: (camera: SummaryCamera) => boolean) => cameras.filter(fits).length;
  const { startedAt, finishedAt, selfCheck, alarm, remark } = progress;
  const alarmCamera = cameras.find(({ id }) => id === alarm?.cameraId);
  return {
    ...{ site, startedAt, finishedAt, madeAt, selfCheck, remark },
    alarm: alarm ? { ...alarm, cameraName: alarmCamera?.name ?? alarm.cameraId } : null,
    counts: {
      cameras: cameras.length,
      ready: count(({ state }) => state === 'ready'),
      attention: count(({ state }) => state !== 'ready'),
      accepted: count(({ picture }) => picture?.verdict === 'accepted'),
      marked: count(({ picture }) => picture?.verdict === 'marked'),
    },
    cameras,
  };
}

/** RFC 4180. A cell that a spreadsheet would take for a formula gets an apostrophe: names come from devices. */
function cell(value: string | number | null): string {
  const text = value === null ? '' : String(value);
  const plain = typeof value === 'string' && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain;
}

const directionText = (direction: number | null) =>
  Object.entries(VIEW_DIRECTIONS).find(([code]) => Number(code) === direction)?.[1];

type Column = {
  zh: string;
  en: string;
  of(camera: SummaryCamera, language: 'zh' | 'en'): string | number | null;
};

const COLUMNS: readonly Column[] = [
  { zh: '设备编码', en: 'Code', of: ({ code }) => code },
  { zh: '设备名称', en: 'Name', of: ({ name }) => name },
  { zh: '安装地址', en: 'Place', of: ({ place }) => place },
  {
    zh: '监视方位',
    en: 'Direction',
    of: ({ direction }, language) => directionText(direction)?.[language] ?? null,
  },
  { zh: '监视方位代码', en: 'Direction code', of: ({ direction }) => direction },
  { zh: '网络地址', en: 'Address', of: ({ address }) => address },
  { zh: 'MAC', en: 'MAC', of: ({ mac }) => mac },
  { zh: '序列号', en: 'Serial', of: ({ serial }) => serial },
  { zh: '厂商', en: 'Maker', of: ({ manufacturer }) => manufacturer },
  { zh: '型号', en: 'Model', of: ({ model }) => model },
  { zh: '编码格式', en: 'Codec', of: ({ codec }) => codec },
  { zh: '分辨率', en: 'Resolution', of: ({ size }) => size },
  { zh: '状态', en: 'State', of: ({ state }, language) => LADDER_STATES[state][language] },
  { zh: '原因', en: 'Cause', of: ({ cause }, language) => LADDER_CAUSES[cause][language] },
  { zh: '下一步', en: 'Next step', of: ({ cause }, language) => LADDER_CAUSES[cause].next[language] },
  { zh: '时钟偏差毫秒', en: 'Clock offset ms', of: ({ clockOffsetMs }) => clockOffsetMs },
  {
    zh: '画面',
    en: 'Picture',
    of: ({ picture }, language) => picture && VERDICT_WORDS[picture.verdict][language],
  },
  {
    zh: '画面问题',
    en: 'Picture flaw',
    of: ({ picture }, language) => (picture?.flaw ? PICTURE_FLAW_WORDS[picture.flaw][language] : null),
  },
  { zh: '画面备注', en: 'Picture note', of: ({ picture }) => picture?.note ?? null },
];

/** The cameras as a table; begins with a byte order mark, without which spreadsheets misread Chinese. */
export function csvOf({ cameras }: Summary, language: 'zh' | 'en'): string {
  const rows = [
    COLUMNS.map((column) => column[language]),
    ...cameras.map((camera) => COLUMNS.map((column) => cell(column.of(camera, language)))),
  ];
  return `\uFEFF${rows.map((row) => row.join(',')).join('\r\n')}\r\n`;
}
