import {
  CountSchema,
  DeviceCodeSchema,
  KeySchema,
  LabelSchema,
  LadderCauseSchema,
  LadderStateSchema,
  OffsetMsSchema,
  ViewDirectionSchema,
} from '@pingan/models/contract';
import { type Static, Type } from 'typebox';

const orNull = <T extends Parameters<typeof Type.Union>[0][number]>(schema: T) =>
  Type.Union([schema, Type.Null()]);
const Time = Type.Number({ minimum: 0, maximum: 8.64e15 });
const Url = Type.String({ maxLength: 1024 });

const ProfileSchema = Type.Object({
  token: LabelSchema,
  name: LabelSchema,
  codec: Type.Enum(['h264', 'h265', 'other']),
  width: CountSchema,
  height: CountSchema,
});

/** What is remembered of a device, whatever becomes of the network. */
export const DeviceRecordSchema = Type.Object({
  id: KeySchema,
  code: DeviceCodeSchema,
  origin: Type.Enum(['discovered', 'manual']),
  protocol: Type.Enum(['onvif', 'rtsp']),
  /** As the device names itself; null until it does. */
  endpoint: orNull(KeySchema),
  serial: orNull(LabelSchema),
  mac: orNull(LabelSchema),
  /** Device service, or the RTSP URL of a camera without ONVIF; never with a login. */
  url: Url,
  /** A person confirmed this identity at this URL; null when nobody did. */
  accepted: orNull(Type.Object({ url: Url, atMs: Time })),
  manufacturer: orNull(LabelSchema),
  model: orNull(LabelSchema),
  firmware: orNull(LabelSchema),
  hardware: orNull(LabelSchema),
  /** Its own name for itself. */
  advertisedName: LabelSchema,
  clockOffsetMs: orNull(OffsetMsSchema),
  profiles: Type.Array(ProfileSchema, { maxItems: 256 }),
  /** Lenses in the device's order; one entry (token null) for an ordinary camera. */
  channels: Type.Array(
    Type.Object({ cameraId: KeySchema, code: DeviceCodeSchema, sourceToken: orNull(LabelSchema) }),
    { minItems: 1, maxItems: 256 },
  ),
  standing: Type.Object({
    state: LadderStateSchema,
    cause: LadderCauseSchema,
    detail: LabelSchema,
    sinceMs: Time,
    checkedAtMs: orNull(Time),
    retryAtMs: orNull(Time),
  }),
  login: orNull(
    Type.Object({
      from: Type.Enum(['configured', 'site', 'maker', 'device']),
      setId: KeySchema,
      username: LabelSchema,
    }),
  ),
  /** Another identity or address that waits for a person. */
  strange: orNull(
    Type.Object({
      why: LabelSchema,
      endpoint: orNull(KeySchema),
      serial: orNull(LabelSchema),
      mac: orNull(LabelSchema),
      deviceUrl: Url,
      seenAtMs: Time,
    }),
  ),
  /** The set of logins that a person wants tried ('' = any) and that has not been tried yet. */
  personWaits: orNull(LabelSchema),
  lastSeenAtMs: Time,
});
export type DeviceRecord = Static<typeof DeviceRecordSchema>;

/** What people say of a camera. */
export const CameraNotesSchema = Type.Object({
  name: Type.Optional(LabelSchema),
  place: Type.Optional(LabelSchema),
  direction: Type.Optional(orNull(ViewDirectionSchema)),
});
