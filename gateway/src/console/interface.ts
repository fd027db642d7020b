/**
 * What the page and the console's API agree on. Schemas check what comes in; types of what goes out are taken from the
 * parts that make it. The page imports types of this file alone. Pure: no I/O.
 */
import { type LadderCause, type LadderState, ViewDirectionSchema } from '@pingan/models/contract';
import { type Static, Type } from 'typebox';
import type { MediaProfile } from '../pipeline.ts';
import type { CredentialSetSummary, RosterDevice, RosterScanState } from '../pipeline-roster.ts';
import { type SelfCheck, SelfCheckSchema } from './checks/check.ts';

const closed = { additionalProperties: false } as const;
const Id = Type.String({ minLength: 1, maxLength: 128 });
const Time = Type.String({ maxLength: 40, description: 'RFC 3339, UTC' });
/** One line of text for people: no control characters. */
const line = (maxLength: number) => Type.String({ maxLength, pattern: '^[^\\u0000-\\u001f\\u007f]*$' });

/** The way of a technician through a site, in order. */
export const STEPS = ['check', 'discover', 'passwords', 'pictures', 'names', 'alarm', 'summary'] as const;
export const StepSchema = Type.Enum([...STEPS]);
export type Step = Static<typeof StepSchema>;

/** What may be wrong with a picture in a person's eyes. */
export const PICTURE_FLAWS = ['blurred', 'dark', 'wrong-view', 'blocked', 'other'] as const;
type FlawWords = Readonly<Record<(typeof PICTURE_FLAWS)[number], { zh: string; en: string }>>;
/** The same for people, on the page and in files. */
export const PICTURE_FLAW_WORDS: FlawWords = {
  blurred: { zh: '模糊、失焦', en: 'Blurred, out of focus' },
  dark: { zh: '太暗或过曝', en: 'Too dark or too bright' },
  'wrong-view': { zh: '方向不对', en: 'Looks the wrong way' },
  blocked: { zh: '被遮挡', en: 'View is blocked' },
  other: { zh: '其他', en: 'Something else' },
};
export const VERDICT_WORDS = {
  accepted: { zh: '已通过', en: 'Accepted' },
  marked: { zh: '已标记', en: 'Marked' },
} as const;

export const PictureVerdictSchema = Type.Object(
  {
    cameraId: Id,
    verdict: Type.Enum(['accepted', 'marked']),
    flaw: Type.Union([Type.Enum([...PICTURE_FLAWS]), Type.Null()]),
    note: line(200),
    at: Time,
  },
  closed,
);
export type PictureVerdict = Static<typeof PictureVerdictSchema>;

export const AlarmTrialSchema = Type.Object(
  {
    cameraId: Id,
    eventId: Id,
    /** The centre confirmed it; otherwise the event waits on the gateway's disk. */
    receipted: Type.Boolean(),
    at: Time,
  },
  closed,
);

const MAX_CAMERAS = 512;
const DraftSchema = Type.Object({ key: Id, text: Type.String({ maxLength: 512 }) }, closed);

/** How far this visit has come; kept on the gateway after every change. No secrets. */
export const ProgressSchema = Type.Object(
  {
    startedAt: Time,
    finishedAt: Type.Union([Time, Type.Null()]),
    step: StepSchema,
    done: Type.Array(StepSchema, { maxItems: STEPS.length, uniqueItems: true }),
    selfCheck: Type.Union([SelfCheckSchema, Type.Null()]),
    pictures: Type.Array(PictureVerdictSchema, { maxItems: MAX_CAMERAS }),
    alarm: Type.Union([AlarmTrialSchema, Type.Null()]),
    /** What was typed and not sent yet, by field. */
    drafts: Type.Array(DraftSchema, { maxItems: 2048 }),
    remark: Type.String({ maxLength: 1000 }),
  },
  closed,
);
export type Progress = Static<typeof ProgressSchema>;

export const ProgressPatchSchema = Type.Object(
  {
    step: Type.Optional(StepSchema),
    done: Type.Optional(Type.Array(StepSchema, { maxItems: STEPS.length, uniqueItems: true })),
    remark: Type.Optional(Type.String({ maxLength: 1000 })),
    /** A text of null forgets the draft. */
    drafts: Type.Optional(
      Type.Array(
        Type.Object({ key: Id, text: Type.Union([Type.String({ maxLength: 512 }), Type.Null()]) }, closed),
        { maxItems: 64 },
      ),
    ),
    /** Each replaces the one kept for its camera. */
    pictures: Type.Optional(Type.Array(Type.Omit(PictureVerdictSchema, ['at']), { maxItems: 64 })),
    finished: Type.Optional(Type.Boolean()),
  },
  closed,
);
export type ProgressPatch = Static<typeof ProgressPatchSchema>;

export const PairSchema = Type.Object({ code: Type.String({ minLength: 1, maxLength: 32 }) }, closed);

export const ScanSchema = Type.Object(
  {
    /** Asked one address after the other besides multicast. */
    networks: Type.Optional(
      Type.Array(Type.String({ maxLength: 18, pattern: '^\\d{1,3}(\\.\\d{1,3}){3}/\\d{1,2}$' }), {
        maxItems: 16,
      }),
    ),
  },
  closed,
);

const Username = Type.String({ minLength: 1, maxLength: 64 });
const Password = Type.String({ minLength: 1, maxLength: 128 });

export const ManualSchema = Type.Object(
  {
    address: line(512),
    name: Type.Optional(line(64)),
    login: Type.Optional(Type.Object({ username: Username, password: Password }, closed)),
  },
  closed,
);

export const CredentialsSchema = Type.Object(
  {
    group: Type.Union([
      Type.Object({ kind: Type.Literal('site') }, closed),
      Type.Object(
        { kind: Type.Literal('maker'), maker: Type.String({ minLength: 1, maxLength: 128 }) },
        closed,
      ),
      Type.Object(
        {
          kind: Type.Literal('devices'),
          ids: Type.Array(Id, { minItems: 1, maxItems: MAX_CAMERAS, uniqueItems: true }),
        },
        closed,
      ),
    ]),
    username: Username,
    password: Password,
  },
  closed,
);
export type CredentialsRequest = Static<typeof CredentialsSchema>;

export const NotesSchema = Type.Object(
  {
    name: Type.Optional(line(64)),
    place: Type.Optional(line(128)),
    direction: Type.Optional(Type.Union([ViewDirectionSchema, Type.Null()])),
  },
  closed,
);
export type Notes = Static<typeof NotesSchema>;

export const TestAlarmSchema = Type.Object({ cameraId: Id }, closed);

/** A device as the page sees it. */
export type DeviceView = Omit<RosterDevice, 'profiles' | 'endpoint' | 'deviceUrl'> & {
  /** Largest profile first. */
  profiles: readonly Pick<MediaProfile, 'codec' | 'width' | 'height'>[];
};

/** Which devices a list holds; `viewable` ones give a picture. */
export const DEVICE_FILTERS = ['all', 'ready', 'attention', 'needs-password', 'viewable'] as const;
export type DeviceFilter = (typeof DEVICE_FILTERS)[number];

export type DevicePage = {
  items: readonly DeviceView[];
  /** Devices in this filter. */
  total: number;
  page: number;
  counts: Readonly<Record<DeviceFilter, number>>;
  scan: RosterScanState;
  /** Of every device in this filter, in order; only when asked for (`ids=1`). */
  ids?: readonly string[];
  /** Of the devices that need a password. */
  makers: readonly { maker: string; count: number }[];
};

export type Site = { gatewayId: string; software: string };
export type SessionView = { paired: boolean; site: Site | null };
/** `deviceName` for sets of one device. */
export type CredentialList = {
  sets: readonly (CredentialSetSummary & { deviceName: string | null })[];
};
export type { Check, CheckCause, SelfCheck } from './checks/check.ts';
export type Problem = { code: string; message: string };

export type SummaryCamera = {
  id: string;
  code: string;
  name: string;
  place: string;
  /** 监视方位, 1..9. */
  direction: number | null;
  address: string;
  mac: string | null;
  serial: string | null;
  manufacturer: string | null;
  model: string | null;
  state: LadderState;
  cause: LadderCause;
  clockOffsetMs: number | null;
  codec: string | null;
  size: string | null;
  picture: Omit<PictureVerdict, 'cameraId'> | null;
};

/** What was done at a site, to print or to keep. Holds no secret. */
export type Summary = {
  site: Site;
  startedAt: string;
  finishedAt: string | null;
  madeAt: string;
  selfCheck: SelfCheck | null;
  alarm: (NonNullable<Progress['alarm']> & { cameraName: string }) | null;
  remark: string;
  counts: { cameras: number; ready: number; attention: number; accepted: number; marked: number };
  cameras: readonly SummaryCamera[];
};
