/** Alarm method and type of GB/T 28181—2022 (9.4 and Annex A): 2 device, 5 video, 6 device fault, 7 other. */
export type GbAlarm = { method: 2 | 5 | 6 | 7; type: number | null };

export type EventKind = {
  zh: string;
  en: string;
  /** 1 highest … 4 lowest, the priorities of GB/T 28181. */
  severity: 1 | 2 | 3 | 4;
  gb: GbAlarm;
};

/** Every type of event the product knows. To add one: a line here; nothing else lists them. */
export const EVENT_KINDS = {
  'zone-intrusion': { zh: '区域入侵', en: 'Zone intrusion', severity: 2, gb: { method: 5, type: 6 } },
  'line-crossing': { zh: '越线', en: 'Line crossing', severity: 3, gb: { method: 5, type: 5 } },
  loitering: { zh: '徘徊', en: 'Loitering', severity: 3, gb: { method: 5, type: 8 } },
  crowd: { zh: '人员聚集', en: 'Crowd', severity: 2, gb: { method: 5, type: 10 } },
  'fire-lane': { zh: '消防通道占用', en: 'Fire lane blocked', severity: 2, gb: { method: 5, type: null } },
  'two-wheeler-indoors': {
    zh: '电动车进楼',
    en: 'Two-wheeler indoors',
    severity: 2,
    gb: { method: 5, type: null },
  },
  'wrong-way': { zh: '逆行', en: 'Wrong way', severity: 3, gb: { method: 5, type: 7 } },
  climbing: { zh: '翻越', en: 'Climbing over', severity: 1, gb: { method: 5, type: 5 } },
  occupancy: { zh: '超员', en: 'Too many inside', severity: 3, gb: { method: 5, type: 9 } },
  'object-left': { zh: '物品遗留', en: 'Object left behind', severity: 3, gb: { method: 5, type: 3 } },
  'camera-tampering': { zh: '摄像机受扰', en: 'Camera tampering', severity: 2, gb: { method: 2, type: 2 } },
  'smoke-alarm': { zh: '烟雾报警', en: 'Smoke alarm', severity: 1, gb: { method: 7, type: null } },
  'gas-alarm': { zh: '可燃气体报警', en: 'Gas alarm', severity: 1, gb: { method: 7, type: null } },
  'sos-alarm': { zh: '紧急求助', en: 'SOS call', severity: 1, gb: { method: 7, type: null } },
  'water-leak': { zh: '水浸报警', en: 'Water leak', severity: 3, gb: { method: 7, type: null } },
  'door-opened': { zh: '门磁打开', en: 'Door opened', severity: 3, gb: { method: 7, type: null } },
  'motion-sensed': { zh: '红外感应', en: 'Motion sensed', severity: 4, gb: { method: 7, type: null } },
  'tamper-alarm': { zh: '防拆报警', en: 'Tamper alarm', severity: 2, gb: { method: 2, type: 2 } },
  'camera-motion': {
    zh: '摄像机移动侦测',
    en: 'Motion seen by the camera',
    severity: 4,
    gb: { method: 5, type: 2 },
  },
  'digital-input': { zh: '开关量报警', en: 'Digital input', severity: 3, gb: { method: 2, type: null } },
  'sensor-offline': { zh: '传感器离线', en: 'Sensor offline', severity: 4, gb: { method: 6, type: null } },
  'camera-offline': { zh: '摄像机离线', en: 'Camera offline', severity: 3, gb: { method: 2, type: 1 } },
  'picture-fault': { zh: '图像异常', en: 'Picture fault', severity: 3, gb: { method: 5, type: 11 } },
  'picture-occluded': { zh: '镜头遮挡', en: 'Camera covered', severity: 3, gb: { method: 5, type: 13 } },
  'evidence-storage-full': {
    zh: '取证存储空间不足',
    en: 'Evidence storage full',
    severity: 3,
    gb: { method: 2, type: 3 },
  },
  'network-outage': { zh: '网络中断', en: 'Network outage', severity: 2, gb: { method: 6, type: null } },
  'camera-identity-changed': {
    zh: '摄像机身份变更',
    en: 'Camera identity changed',
    severity: 2,
    gb: { method: 2, type: 2 },
  },
  'test-alarm': { zh: '测试报警', en: 'Test alarm', severity: 4, gb: { method: 7, type: null } },
} as const satisfies Record<string, EventKind>;

export type EventType = keyof typeof EVENT_KINDS;
export const EVENT_TYPES = Object.keys(EVENT_KINDS) as EventType[];
