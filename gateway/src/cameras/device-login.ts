import type { Login } from '../pipeline.ts';
import type { DeviceRecord } from './device-record.ts';
import { loginsFor, type TrialTools } from './device-trial.ts';

/** A login for one order of a person; `login` null = the device asks for none that we know. */
export type PersonsLogin = { login: Login | null; setId: string | null; allowed: boolean };

/**
 * The login that let us in last, or the first that may go to this device; for what a person asks of it beside its stream. `allowed` is
 * false when the budget holds it back. The device's identity is proven by the caller, just before.
 */
export function personsLogin(record: DeviceRecord, tools: TrialTools): PersonsLogin {
  const logins = loginsFor(record, tools);
  const chosen = logins.find(({ setId }) => setId === record.login?.setId) ?? logins[0];
  if (!chosen || (record.login === null && record.standing.state === 'ready'))
    return { login: null, setId: null, allowed: true };
  const { allowed } = tools.budget.allows(record.id, chosen.setId, true);
  return { login: chosen.login, setId: chosen.setId, allowed };
}
