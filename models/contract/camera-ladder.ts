import { type Static, Type } from 'typebox';

/** The rungs from a device that was heard of to a camera at work, lowest first. */
export const LADDER_STATES = {
  'not-reachable': { zh: '不可达', en: 'Not reachable' },
  reachable: { zh: '可达', en: 'Reachable' },
  'needs-password': { zh: '需要口令', en: 'Needs a password' },
  'clock-wrong': { zh: '时钟错误', en: 'Clock is wrong' },
  'no-usable-profile': { zh: '无可用码流', en: 'No usable profile' },
  ready: { zh: '就绪', en: 'Ready' },
} as const;
export type LadderState = keyof typeof LADDER_STATES;
export const LadderStateSchema = Type.Enum(Object.keys(LADDER_STATES) as LadderState[]);

export type LadderText = {
  state: LadderState;
  zh: string;
  en: string;
  /** What to do next. */
  next: { zh: string; en: string };
};

/** Why a device stands on its rung, and the next step. A cause belongs to one rung. */
export const LADDER_CAUSES = {
  unreachable: {
    state: 'not-reachable',
    zh: '主机无应答',
    en: 'The host does not answer',
    next: { zh: '检查供电、网线和地址', en: 'Check power, cable and address' },
  },
  'port-closed': {
    state: 'not-reachable',
    zh: '端口关闭',
    en: 'The port is closed',
    next: {
      zh: '在摄像机网页中开启 ONVIF（或 RTSP）服务',
      en: 'Switch ONVIF (or RTSP) on in the camera’s own pages',
    },
  },
  'outside-networks': {
    state: 'not-reachable',
    zh: '地址不在允许的网段内',
    en: 'The address is outside the allowed networks',
    next: {
      zh: '改正摄像机地址，或把网段加入 cameras.networks',
      en: 'Correct the camera’s address, or add its network to cameras.networks',
    },
  },
  asking: {
    state: 'reachable',
    zh: '正在询问',
    en: 'Being asked',
    next: { zh: '请稍候', en: 'Wait a moment' },
  },
  'no-response': {
    state: 'reachable',
    zh: '连接后无应答',
    en: 'It accepts the connection but does not answer',
    next: {
      zh: '重启摄像机；仍无应答则升级固件',
      en: 'Restart the camera; if that does not help, update its firmware',
    },
  },
  'answer-refused': {
    state: 'reachable',
    zh: '应答无法理解或不安全',
    en: 'Its answer cannot be understood or is not safe to read',
    next: {
      zh: '升级固件；或改用 RTSP 地址手动添加',
      en: 'Update its firmware, or add the camera by its RTSP address',
    },
  },
  'identity-changed': {
    state: 'reachable',
    zh: '此地址上的设备已更换',
    en: 'Another device answers at this address',
    next: {
      zh: '到现场核实；确认是新设备后点“接受新身份”',
      en: 'Look at the place; if the device was replaced on purpose, accept its new identity',
    },
  },
  'address-changed': {
    state: 'reachable',
    zh: '设备换了地址，等待确认',
    en: 'The device has a new address that nobody has confirmed',
    next: {
      zh: '确认新地址后才会发送已保存的口令',
      en: 'Confirm the new address; the saved password is not sent there before',
    },
  },
  'password-missing': {
    state: 'needs-password',
    zh: '尚未保存口令',
    en: 'No password is stored for it',
    next: { zh: '输入该组的用户名和口令', en: 'Enter user name and password of its group' },
  },
  'password-unconfirmed': {
    state: 'needs-password',
    zh: '新设备，已保存的口令尚未获准使用',
    en: 'A new device: nobody has allowed the saved passwords for it',
    next: {
      zh: '核对设备后点“允许使用已保存口令”，或单独输入口令',
      en: 'Check the device, then allow the saved passwords, or enter one for it',
    },
  },
  'password-wrong': {
    state: 'needs-password',
    zh: '用户名或口令错误',
    en: 'Wrong user name or password',
    next: {
      zh: '输入正确的口令；为避免锁定，一小时内只自动重试一次',
      en: 'Enter the right password; it is tried again once an hour at most so that the camera does not lock',
    },
  },
  'password-held-back': {
    state: 'needs-password',
    zh: '为避免摄像机锁定，暂不再试',
    en: 'Held back so that the camera does not lock the account',
    next: {
      zh: '核对口令；到所示时间后再试，或在摄像机网页中解锁',
      en: 'Check the password; it is tried after the time shown, or unlock the account in the camera’s own pages',
    },
  },
  'account-locked': {
    state: 'needs-password',
    zh: '账户已被摄像机锁定',
    en: 'The camera has locked the account',
    next: {
      zh: '等待 30 分钟或重启摄像机，然后输入正确的口令',
      en: 'Wait 30 minutes or restart the camera, then enter the right password',
    },
  },
  'basic-unconfirmed': {
    state: 'needs-password',
    zh: '设备只支持明文（Basic）认证，尚未获准',
    en: 'It only takes Basic authentication, which nobody has allowed here',
    next: {
      zh: '优先在摄像机中开启 Digest 认证；否则核对设备后点“接受”',
      en: 'Switch Digest on in the camera; otherwise check the device and accept it',
    },
  },
  'clock-off': {
    state: 'clock-wrong',
    zh: '设备时钟偏差过大',
    en: 'The device’s clock is off',
    next: {
      zh: '点“校时”，并在摄像机中设置 NTP 服务器',
      en: 'Set its time, and name an NTP server in the camera',
    },
  },
  'no-profile': {
    state: 'no-usable-profile',
    zh: '没有 H.264 或 H.265 码流',
    en: 'It has no H.264 or H.265 profile',
    next: { zh: '在摄像机中把编码改为 H.264', en: 'Set the camera’s encoder to H.264' },
  },
  'no-stream-address': {
    state: 'no-usable-profile',
    zh: '设备未给出可用的 RTSP 地址',
    en: 'It gave no usable RTSP address',
    next: {
      zh: '在摄像机中开启 RTSP；或用 RTSP 地址手动添加',
      en: 'Switch RTSP on in the camera, or add it by its RTSP address',
    },
  },
  'no-media-service': {
    state: 'no-usable-profile',
    zh: '设备没有 ONVIF 媒体服务',
    en: 'It offers no ONVIF media service',
    next: {
      zh: '升级固件；或用 RTSP 地址手动添加',
      en: 'Update its firmware, or add it by its RTSP address',
    },
  },
  working: {
    state: 'ready',
    zh: '可用',
    en: 'Works',
    next: { zh: '无需操作', en: 'Nothing to do' },
  },
  'h265-only': {
    state: 'ready',
    zh: '仅有 H.265 码流',
    en: 'It has H.265 profiles only',
    next: {
      zh: '可用；建议把子码流改为 H.264，便于浏览器观看',
      en: 'It works; set its sub-stream to H.264 so that browsers can show it',
    },
  },
} as const satisfies Record<string, LadderText>;
export type LadderCause = keyof typeof LADDER_CAUSES;
export const LadderCauseSchema = Type.Enum(Object.keys(LADDER_CAUSES) as LadderCause[]);

/** 监视方位 of the camera file (一机一档): where the camera looks to, 1 … 9. */
export const VIEW_DIRECTIONS = {
  1: { zh: '东', en: 'East' },
  2: { zh: '西', en: 'West' },
  3: { zh: '南', en: 'South' },
  4: { zh: '北', en: 'North' },
  5: { zh: '东南', en: 'South-east' },
  6: { zh: '东北', en: 'North-east' },
  7: { zh: '西南', en: 'South-west' },
  8: { zh: '西北', en: 'North-west' },
  9: { zh: '全向', en: 'All round' },
} as const;
export const ViewDirectionSchema = Type.Integer({ minimum: 1, maximum: 9, description: '监视方位' });
export type ViewDirection = Static<typeof ViewDirectionSchema>;
