import { LADDER_CAUSES, type LadderCause, type LadderState } from '@pingan/models/contract';
import type { AddressPolicy } from '../base/address.ts';
import type { DeviceContact, DeviceProbe, Login } from '../pipeline.ts';
import type { DeviceRecord } from './device-record.ts';
import { identityConflict, plainEndpoint } from './identity.ts';
import { type Climb, climbWith, firstContact } from './ladder.ts';
import type { LoginBudget } from './vault/login-budget.ts';
import type { Vault } from './vault/vault.ts';

/** A login and where it is from; `setId` is its name in the budget. */
export type TrialLogin = {
  from: NonNullable<DeviceRecord['login']>['from'];
  setId: string;
  login: Login;
  /** Nobody has sent it there yet and a person wrote it down for this camera or network. */
  byPerson: boolean;
};

export type TrialTools = {
  probe: DeviceProbe;
  policy: AddressPolicy;
  vault: Vault;
  budget: LoginBudget;
  /** Logins of the configuration file: writing them there allows them within `cameras.networks`. */
  configured: readonly Login[];
};

export type Stranger = { why: string; endpoint: string | null; serial: string | null; mac: string | null };

export type TrialOutcome =
  | { kind: 'admitted'; climb: Climb; login: TrialLogin | null }
  | { kind: 'stranger'; stranger: Stranger; contact: DeviceContact }
  | {
      kind: 'stands';
      state: LadderState;
      cause: LadderCause;
      detail: string;
      contact: DeviceContact | null;
      climb: Climb | null;
      /** Of the login budget: when a password may go there again; null = not before a person acts. Undefined: by backoff. */
      passwordAtMs?: number | null;
    };

const stands = (
  cause: LadderCause,
  detail: string,
  contact: DeviceContact | null,
): Extract<TrialOutcome, { kind: 'stands' }> => ({
  kind: 'stands',
  state: LADDER_CAUSES[cause].state,
  cause,
  detail: detail.slice(0, 256),
  contact,
  climb: null,
});

function storedLogins({ id, manufacturer, advertisedName, hardware }: DeviceRecord, vault: Vault) {
  return vault.loginsFor(id, [manufacturer ?? '', advertisedName, hardware ?? '']);
}

/** Logins that may go to a device, in the order to try them. Those of the vault need a person's word for this identity. */
export function loginsFor(record: DeviceRecord, { vault, budget, configured }: TrialTools): TrialLogin[] {
  const allowBasic = record.accepted?.url === record.url;
  const stored = record.accepted === null ? [] : storedLogins(record, vault);
  const written = configured.map((login) => ({
    from: 'configured' as const,
    setId: `configured:${vault.fingerprint(login)}`,
    login,
  }));
  // Somebody has changed the configuration file since a login of it was refused here.
  const refused = budget.refusedSets(record.id);
  const current = new Set(written.map(({ setId }) => setId));
  const isRewritten = [...refused].some((setId) => setId.startsWith('configured:') && !current.has(setId));
  const wanted = (setId: string) => record.personWaits === setId;
  return [...stored, ...written]
    .map(({ from, setId, login }) => ({
      from,
      setId,
      login: { ...login, allowBasic },
      byPerson: wanted(setId) || (from === 'configured' && isRewritten && !refused.has(setId)),
    }))
    .sort((a, b) => Number(wanted(b.setId)) - Number(wanted(a.setId)))
    .map((login, index) => (index === 0 && record.personWaits === '' ? { ...login, byPerson: true } : login));
}

/** One login after the other, as far as the budget goes. */
async function logIn(
  record: DeviceRecord,
  logins: readonly TrialLogin[],
  contact: DeviceContact,
  { probe, budget }: TrialTools,
): Promise<TrialOutcome> {
  let refused: Climb | null = null;
  for (const login of logins) {
    if (!budget.allows(record.id, login.setId, login.byPerson).allowed) continue;
    const climb = await climbWith(probe, record.url, login.login, contact);
    if (climb.state !== 'needs-password') {
      if (climb.facts !== null) budget.granted(record.id, 'onvif');
      return settled(record, climb, login, contact);
    }
    if (climb.cause === 'basic-unconfirmed') return settled(record, climb, login, contact);
    budget.refused(record.id, 'onvif', login.setId);
    refused = climb;
    if (climb.cause === 'account-locked') break;
  }
  const later = logins.map(({ setId }) => budget.allows(record.id, setId, false));
  const times = later.flatMap((one) => (one.allowed || one.untilMs === null ? [] : [one.untilMs]));
  const passwordAtMs = times.length > 0 ? Math.min(...times) : null;
  if (refused) return { ...stands(refused.cause, refused.detail, contact), climb: refused, passwordAtMs };
  return { ...stands('password-held-back', 'tried too often of late', contact), passwordAtMs };
}

function settled(
  record: DeviceRecord,
  climb: Climb,
  login: TrialLogin | null,
  contact: DeviceContact,
): TrialOutcome {
  const { facts } = climb;
  if (facts) {
    const told = { endpoint: facts.endpoint ?? contact.endpoint, serial: facts.serial, mac: facts.mac };
    const why = identityConflict(record, told);
    if (why !== null) return { kind: 'stranger', stranger: { why, ...told }, contact };
  }
  if (climb.streams.length > 0) return { kind: 'admitted', climb, login };
  return { ...stands(climb.cause, climb.detail, contact), climb };
}

/** A stranger who was found out by its serial number or MAC gets no second password to be found out by. */
function isStillStrange({ strange, url, endpoint }: DeviceRecord, told: string | null): boolean {
  if (strange === null || strange.deviceUrl !== url) return false;
  if (told === null || endpoint === null || plainEndpoint(told) !== plainEndpoint(endpoint)) return true;
  return strange.endpoint !== null && plainEndpoint(strange.endpoint) === plainEndpoint(told);
}

/**
 * Asks one device where it stands: does it answer, is it the one we know, does a login fit, has it a stream. A password is sent only after
 * the first two, and only as the budget allows. Never rejects.
 * @param heard endpoint that discovery heard from this address; counts where the device itself tells none
 */
export async function tryDevice(
  record: DeviceRecord,
  tools: TrialTools,
  heard: string | null = null,
): Promise<TrialOutcome> {
  const { probe, policy, vault } = tools;
  if (!policy.allows(new URL(record.url).hostname))
    return stands('outside-networks', `${new URL(record.url).host} is outside cameras.networks`, null);
  const first = await firstContact(probe, record.url);
  if (first.contact === null) return stands(first.cause, first.detail, null);
  const { contact } = first;
  const endpoint = contact.endpoint ?? heard;
  const why = identityConflict(record, { endpoint });
  if (why !== null)
    return { kind: 'stranger', stranger: { why, endpoint, serial: null, mac: null }, contact };
  if (isStillStrange(record, contact.endpoint) && record.strange)
    return { kind: 'stranger', stranger: record.strange, contact };
  const logins = loginsFor(record, tools);
  if (logins.length > 0) return logIn(record, logins, contact, tools);
  const climb = await climbWith(probe, record.url, null, contact);
  const hasUnconfirmed = record.accepted === null && storedLogins(record, vault).length > 0;
  if (climb.state !== 'needs-password' || !hasUnconfirmed) return settled(record, climb, null, contact);
  return stands('password-unconfirmed', 'the saved passwords wait for a person’s word', contact);
}
