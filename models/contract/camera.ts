import { type Static, Type } from 'typebox';
import { LadderCauseSchema, LadderStateSchema, ViewDirectionSchema } from './camera-ladder.ts';
import { CausesSchema } from './cause.ts';
import { DecodeHealthSchema } from './decode.ts';
import { DeviceCodeSchema } from './device-code.ts';
import { PacketFindingSchema } from './packet-finding.ts';
import {
  PictureFindingDetailSchema,
  PictureFindingSchema,
  PictureMeasuresSchema,
} from './picture-finding.ts';
import {
  CountSchema,
  KeySchema,
  LabelSchema,
  OffsetMsSchema,
  PointSchema,
  TimestampSchema,
  UnitSchema,
} from './scalars.ts';

export const CodecSchema = Type.Union([Type.Literal('h264'), Type.Literal('h265')]);
export type Codec = Static<typeof CodecSchema>;

/**
 * Why a camera gives no picture, from the outermost layer inwards:
 * network → port → authentication → RTSP → packets → keyframe → decode; `FAULT_LAYERS` says which is which.
 */
export const CAMERA_FAULTS = {
  unreachable: { zh: '网络不可达', en: 'host does not answer' },
  'port-closed': { zh: '端口关闭', en: 'port closed' },
  'no-response': { zh: '连接后无应答', en: 'accepts the connection but never answers' },
  'certificate-refused': { zh: '证书不可信', en: 'certificate not trusted' },
  unauthorized: { zh: '口令错误', en: 'wrong user name or password' },
  'needs-password': { zh: '缺少口令', en: 'no password is stored' },
  'basic-refused': { zh: '仅支持明文认证', en: 'only Basic authentication, which nobody allowed here' },
  'identity-changed': { zh: '设备身份变更', en: 'another device answers at this address' },
  'no-profile': { zh: '无可用码流', en: 'no usable media profile' },
  'not-found': { zh: '码流地址不存在', en: 'stream address not found' },
  'redirect-refused': { zh: '拒绝重定向', en: 'redirect to another host refused' },
  protocol: { zh: 'RTSP 协议错误', en: 'RTSP answer not understood' },
  'no-video': { zh: '无视频轨', en: 'the session offers no video' },
  'unsupported-codec': { zh: '编码不支持', en: 'codec not supported' },
  'no-packets': { zh: '无视频数据', en: 'connected but no packets' },
  'no-keyframe': { zh: '无关键帧', en: 'packets but no keyframe' },
  'decode-errors': { zh: '解码失败', en: 'keyframes but nothing decodes' },
  disconnected: { zh: '连接中断', en: 'connection closed by the camera' },
  'file-unreadable': { zh: '视频文件不可读', en: 'video file cannot be read' },
  'decoder-missing': { zh: '缺少 ffmpeg', en: 'ffmpeg is not installed' },
} as const;
export const CameraFaultSchema = Type.Enum(Object.keys(CAMERA_FAULTS) as CameraFault[]);
export type CameraFault = keyof typeof CAMERA_FAULTS;

/** The one state machine of a camera's stream. */
export const StreamStateSchema = Type.Union([
  Type.Object({ kind: Type.Literal('connecting'), since: TimestampSchema, attempt: CountSchema }),
  Type.Object({ kind: Type.Literal('streaming'), since: TimestampSchema }),
  Type.Object({
    kind: Type.Literal('failed'),
    since: TimestampSchema,
    fault: CameraFaultSchema,
    message: LabelSchema,
    retryAt: Type.Union([TimestampSchema, Type.Null()]),
  }),
  Type.Object({ kind: Type.Literal('stopped'), since: TimestampSchema }),
]);
export type StreamState = Static<typeof StreamStateSchema>;

/** Packet health of the last measuring window. */
export const PacketHealthSchema = Type.Object({
  fps: Type.Number({ minimum: 0, maximum: 1000 }),
  bitrateKbps: Type.Number({ minimum: 0, maximum: 1e7 }),
  gopLength: CountSchema,
  lossRatio: UnitSchema,
  jitterMs: Type.Number({ minimum: 0, maximum: 1e7 }),
  clockOffsetMs: Type.Union([OffsetMsSchema, Type.Null()]),
  /** Frames per second that the stream should have: as announced, else as learned. */
  expectedFps: Type.Optional(Type.Number({ minimum: 0, maximum: 1000 })),
  /** Between the last two keyframes, by the camera's time. */
  gopSeconds: Type.Optional(Type.Number({ minimum: 0, maximum: 1e6 })),
  /** Of the window: pictures that lack a part / all pictures. */
  incompleteRatio: Type.Optional(UnitSchema),
  /** Of the window. */
  timestampJumps: Type.Optional(CountSchema),
  reordered: Type.Optional(CountSchema),
  findings: Type.Optional(Type.Array(PacketFindingSchema, { maxItems: 16 })),
});
export type PacketHealth = Static<typeof PacketHealthSchema>;

/** Picture health; null findings are not yet confirmed either way. */
export const PictureHealthSchema = Type.Object({
  good: Type.Boolean(),
  findings: Type.Array(PictureFindingSchema, { maxItems: 16 }),
  details: Type.Optional(Type.Array(PictureFindingDetailSchema, { maxItems: 16 })),
  measures: Type.Optional(PictureMeasuresSchema),
  meanLuma: Type.Number({ minimum: 0, maximum: 255 }),
  contrast: Type.Number({ minimum: 0, maximum: 255 }),
  /** Steepness of edges: greatest step of one pixel / range, 1/8..1. */
  sharpness: Type.Number({ minimum: 0, maximum: 1e6 }),
});
export type PictureHealth = Static<typeof PictureHealthSchema>;

export const DetectionWorkSchema = Type.Object({
  pictures: CountSchema,
  moving: CountSchema,
  inferred: CountSchema,
  dropped: CountSchema,
  /** Longest time in about the last minute in which all pictures that the detector should have seen were given up. */
  longestWaitMs: Type.Optional(Type.Number({ minimum: 0, maximum: 1e7 })),
});

export const CameraHealthSchema = Type.Object({
  cameraId: KeySchema,
  code: DeviceCodeSchema,
  name: LabelSchema,
  address: Type.Optional(Type.String({ maxLength: 255, description: 'host:port, or the name of the file' })),
  manufacturer: Type.Optional(LabelSchema),
  model: Type.Optional(LabelSchema),
  codec: Type.Optional(CodecSchema),
  width: Type.Optional(Type.Integer({ minimum: 1, maximum: 16_384 })),
  height: Type.Optional(Type.Integer({ minimum: 1, maximum: 16_384 })),
  state: StreamStateSchema,
  /** Where its device stands on the way to being at work. */
  ladder: Type.Optional(Type.Object({ state: LadderStateSchema, cause: LadderCauseSchema })),
  /** Device clock minus the gateway's at the last contact. */
  deviceClockOffsetMs: Type.Optional(OffsetMsSchema),
  /** As the technician wrote it down. */
  place: Type.Optional(LabelSchema),
  direction: Type.Optional(ViewDirectionSchema),
  /** Privacy masks are set: it is not relayed live. */
  masked: Type.Optional(Type.Boolean()),
  causes: Type.Optional(CausesSchema),
  packets: Type.Optional(PacketHealthSchema),
  picture: Type.Optional(PictureHealthSchema),
  work: Type.Optional(DetectionWorkSchema),
  decode: Type.Optional(DecodeHealthSchema),
  zones: Type.Optional(
    Type.Array(
      Type.Object({
        id: KeySchema,
        name: LabelSchema,
        polygon: Type.Array(PointSchema, { minItems: 3, maxItems: 64 }),
      }),
      { maxItems: 64 },
    ),
  ),
});
export type CameraHealth = Static<typeof CameraHealthSchema>;
