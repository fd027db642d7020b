import type { CameraFault } from './camera.ts';

type Bilingual = { zh: string; en: string };

/** What to do about a stream that gives no picture: the next step for a person, nearest cause first. */
export const FAULT_ADVICE = {
  unreachable: {
    zh: '检查摄像机供电、网线和交换机端口，核对地址',
    en: 'Check the camera’s power, cable and switch port, and its address',
  },
  'port-closed': {
    zh: '主机在线但 RTSP 端口关闭：重启摄像机，在其网页中开启 RTSP',
    en: 'The host is there but RTSP is closed: restart the camera and switch RTSP on in its own pages',
  },
  'no-response': {
    zh: '重启摄像机；仍无应答则检查其连接数上限并升级固件',
    en: 'Restart the camera; if that does not help, check its connection limit and update its firmware',
  },
  'certificate-refused': {
    zh: '核对摄像机证书；确认无误后登记其指纹',
    en: 'Check the camera’s certificate; if it is the right one, enter its fingerprint',
  },
  unauthorized: {
    zh: '在网关控制台重新输入用户名和口令；为避免锁定，自动重试很慢',
    en: 'Enter user name and password again at the gateway’s console; it is retried slowly so that the camera does not lock',
  },
  'needs-password': {
    zh: '在网关控制台为这台摄像机输入口令',
    en: 'Enter a password for this camera at the gateway’s console',
  },
  'basic-refused': {
    zh: '摄像机只支持明文（Basic）认证：优先开启 Digest，否则在网关控制台确认接受',
    en: 'The camera only takes Basic authentication: switch Digest on, or accept it at the gateway’s console',
  },
  'identity-changed': {
    zh: '到现场核实设备是否被更换，再在网关控制台接受新身份',
    en: 'Look at the place: if the device was replaced on purpose, accept its new identity at the gateway’s console',
  },
  'no-profile': {
    zh: '在摄像机中启用 H.264 码流',
    en: 'Switch an H.264 stream on in the camera',
  },
  'not-found': {
    zh: '核对码流地址；摄像机重置后通道路径可能改变',
    en: 'Check the stream’s address: paths may change when a camera is reset',
  },
  'redirect-refused': {
    zh: '摄像机把连接引向别的主机：核实后把正确地址登记到网关',
    en: 'The camera sends us to another host: check why, and enter the right address at the gateway',
  },
  protocol: {
    zh: '重启摄像机并升级固件；仍然如此请附网关日志报修',
    en: 'Restart the camera and update its firmware; if it stays, report it with the gateway’s log',
  },
  'no-video': {
    zh: '会话里没有视频轨：在摄像机中启用视频编码',
    en: 'The session has no video track: switch video on in the camera’s encoder',
  },
  'unsupported-codec': {
    zh: '在摄像机中把编码改为 H.264',
    en: 'Set the camera’s encoder to H.264',
  },
  'no-packets': {
    zh: '已连接但没有数据：检查网络拥塞和防火墙，UDP 可改为 TCP',
    en: 'Connected but nothing comes: check for congestion and firewalls, and use TCP where UDP is set',
  },
  'no-keyframe': {
    zh: '把摄像机的关键帧间隔设为 2 秒',
    en: 'Set the camera’s keyframe interval to 2 seconds',
  },
  'decode-errors': {
    zh: '检查丢包；仍无法解码则重启摄像机或改变编码参数',
    en: 'Look for packet loss; if it still does not decode, restart the camera or change its encoder settings',
  },
  disconnected: {
    zh: '摄像机断开了连接：检查供电和网线是否松动、连接数是否超限',
    en: 'The camera hung up: check for loose power or cable, and for too many clients',
  },
  'file-unreadable': {
    zh: '核对视频文件的路径和格式',
    en: 'Check the path and format of the video file',
  },
  'decoder-missing': {
    zh: '在网关上安装 ffmpeg',
    en: 'Install ffmpeg on the gateway',
  },
} as const satisfies Record<CameraFault, Bilingual>;

/** What to do about a picture that is no good, by finding; a test keeps it complete. */
export const FINDING_ADVICE: Readonly<Record<string, Bilingual>> = {
  black: {
    zh: '检查镜头是否被盖住、红外灯是否工作',
    en: 'Check whether the lens is covered and the infrared light works',
  },
  frozen: { zh: '重启摄像机；画面长时间不变', en: 'Restart the camera: its picture does not change' },
  'too-dark': { zh: '补光，或调整曝光和日夜切换', en: 'Add light, or set exposure and day/night switching' },
  'too-bright': {
    zh: '避开逆光，或降低曝光、开启宽动态',
    en: 'Turn it away from glare, or lower exposure, or use wide dynamic range',
  },
  'low-contrast': { zh: '清洁护罩；检查是否起雾或逆光', en: 'Clean the dome; look for mist or glare' },
  blurred: { zh: '清洁镜头并重新对焦', en: 'Clean the lens and focus it again' },
  'colour-cast': { zh: '检查白平衡和红外滤光片切换', en: 'Check white balance and the infrared filter' },
  noise: { zh: '检查信号线和供电，夜间补光', en: 'Check signal cable and power; add light at night' },
  stripes: {
    zh: '检查供电和接地干扰，核对 50 Hz 设置',
    en: 'Check power and earthing, and the 50 Hz setting',
  },
  occluded: { zh: '到现场清除镜头前的遮挡物', en: 'Go there and clear what stands before the lens' },
  'scene-moved': {
    zh: '核对监视方位；恢复角度，或确认新的场景',
    en: 'Check where it looks: turn it back, or confirm the new scene',
  },
  shaking: { zh: '紧固支架和立杆', en: 'Fasten bracket and pole' },
};
