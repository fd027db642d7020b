import { type CameraFault, LADDER_CAUSES, type LadderCause, type LadderState } from '@pingan/models/contract';
import { messageOf } from '../base/errors.ts';
import {
  type DeviceContact,
  type DeviceFacts,
  type DeviceProbe,
  type Login,
  StreamFaultError,
} from '../pipeline.ts';
import { chooseProfiles, type ProfileChoice } from './profile-choice.ts';

/**
 * Beyond this a device's clock is called wrong, ms. Its own recordings and the text in its picture then tell another minute than
 * our events, which makes evidence doubtful; the login works with any offset.
 */
export const CLOCK_TOLERANCE_MS = 60_000;

/** One lens of a device with its streams; `sub` is null when one stream does both. */
export type CameraStreamsFound = {
  /** Token of the lens; null for a device that names none. */
  sourceToken: string | null;
  choice: ProfileChoice;
  mainUrl: string;
  subUrl: string | null;
};

/** Where a device stands after one climb. `streams` is empty below `clock-wrong`, and when it has no usable profile. */
export type Climb = {
  state: LadderState;
  cause: LadderCause;
  /** What the device or the network said; at most 256 characters. */
  detail: string;
  contact: DeviceContact | null;
  facts: DeviceFacts | null;
  streams: readonly CameraStreamsFound[];
};

const FAULT_CAUSES: Partial<Record<CameraFault, LadderCause>> = {
  unreachable: 'unreachable',
  'port-closed': 'port-closed',
  'no-response': 'no-response',
  disconnected: 'no-response',
  'identity-changed': 'identity-changed',
  unauthorized: 'password-wrong',
  'needs-password': 'password-missing',
  'basic-refused': 'basic-unconfirmed',
  'no-profile': 'no-profile',
  'unsupported-codec': 'no-profile',
  'no-video': 'no-profile',
  'not-found': 'no-stream-address',
  'redirect-refused': 'no-stream-address',
};

/** The cause on the ladder of a fault of a device or stream; anything not understood is an answer that was refused. */
export function causeOfFault(fault: CameraFault): LadderCause {
  return FAULT_CAUSES[fault] ?? 'answer-refused';
}

const CAUSE_FAULTS: Partial<Record<LadderCause, CameraFault>> = {
  unreachable: 'unreachable',
  'outside-networks': 'unreachable',
  'address-changed': 'unreachable',
  'port-closed': 'port-closed',
  'no-response': 'no-response',
  'identity-changed': 'identity-changed',
  'password-missing': 'needs-password',
  'password-unconfirmed': 'needs-password',
  'password-wrong': 'unauthorized',
  'password-held-back': 'unauthorized',
  'account-locked': 'unauthorized',
  'basic-unconfirmed': 'basic-refused',
  'no-profile': 'no-profile',
  'no-stream-address': 'no-profile',
  'no-media-service': 'no-profile',
  'answer-refused': 'protocol',
};

/** The fault that the centre is told of a device on this cause; null while it is being asked or works. */
export function faultOfCause(cause: LadderCause): CameraFault | null {
  return CAUSE_FAULTS[cause] ?? null;
}

const rung = (cause: LadderCause, detail: string) => ({
  state: LADDER_CAUSES[cause].state,
  cause,
  detail: detail.slice(0, 256),
});

/** Words of makers for a locked account in a fault's text. */
const LOCKED = /lock(ed|out)|too many|temporar(il)?y (blocked|forbidden)/i;

function rungOfError(error: unknown): ReturnType<typeof rung> {
  const message = messageOf(error);
  if (!(error instanceof StreamFaultError)) return rung('answer-refused', message);
  if (error.fault === 'unauthorized' && LOCKED.test(message)) return rung('account-locked', message);
  return rung(causeOfFault(error.fault), message);
}

function seconds(ms: number): string {
  return `${ms < 0 ? '−' : '+'}${Math.round(Math.abs(ms) / 1000)} s`;
}

async function streamsOf(
  probe: DeviceProbe,
  deviceUrl: string,
  login: Login | null,
  facts: DeviceFacts,
): Promise<CameraStreamsFound[]> {
  const channels = facts.channels ?? [{ sourceToken: '', profiles: facts.profiles }];
  const found: CameraStreamsFound[] = [];
  for (const { sourceToken, profiles } of channels) {
    const choice = chooseProfiles(profiles);
    if (!choice) continue;
    const mainUrl = await probe.streamUrl(deviceUrl, login, choice.main.token);
    const subUrl = choice.sub ? await probe.streamUrl(deviceUrl, login, choice.sub.token) : null;
    found.push({ sourceToken: sourceToken === '' ? null : sourceToken, choice, mainUrl, subUrl });
  }
  return found;
}

function highestRung(facts: DeviceFacts, streams: readonly CameraStreamsFound[]): ReturnType<typeof rung> {
  const { clockOffsetMs } = facts;
  if (clockOffsetMs !== null && Math.abs(clockOffsetMs) > CLOCK_TOLERANCE_MS)
    return rung('clock-off', `the device’s clock is ${seconds(clockOffsetMs)} from ours`);
  if (streams.length === 0) return rung('no-profile', 'no H.264 or H.265 profile');
  if (streams.every(({ choice }) => choice.main.codec === 'h265' && choice.sub === null))
    return rung('h265-only', 'H.265 profiles only');
  return rung('working', '');
}

/** Climbs from a login on; `contact` is what the device said before. Never rejects. */
export async function climbWith(
  probe: DeviceProbe,
  deviceUrl: string,
  login: Login | null,
  contact: DeviceContact | null,
): Promise<Climb> {
  let facts: DeviceFacts | null = null;
  try {
    facts = await probe.facts(deviceUrl, login);
    const streams = await streamsOf(probe, deviceUrl, login, facts);
    return { ...highestRung(facts, streams), contact, facts, streams };
  } catch (error) {
    const { state, cause, detail } = rungOfError(error);
    const named =
      login === null && cause === 'password-wrong'
        ? rung('password-missing', detail)
        : { state, cause, detail };
    // A fault after the login says nothing of the network: what is missing is a stream.
    const after = facts !== null && cause === 'answer-refused' ? rung('no-stream-address', detail) : named;
    return { ...after, contact, facts, streams: [] };
  }
}

/** Asks whether a device answers at all; sends no password. Never rejects. */
export async function firstContact(
  probe: DeviceProbe,
  deviceUrl: string,
): Promise<
  { contact: DeviceContact } | { contact: null; state: LadderState; cause: LadderCause; detail: string }
> {
  try {
    return { contact: await probe.contact(deviceUrl) };
  } catch (error) {
    return { contact: null, ...rungOfError(error) };
  }
}

/** The whole ladder with one login (null = none): the technician's `probe` and the trial of quirks. Never rejects. */
export async function climb(probe: DeviceProbe, deviceUrl: string, login: Login | null): Promise<Climb> {
  const first = await firstContact(probe, deviceUrl);
  if (first.contact === null) return { ...first, facts: null, streams: [] };
  return climbWith(probe, deviceUrl, login, first.contact);
}
