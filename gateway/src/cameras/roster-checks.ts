import { type Login, RosterError } from '../pipeline.ts';
import type { DeviceRecord } from './device-record.ts';

/** A person has accepted a stranger while nobody ran to act on it. */
export function isAcceptedAnew({ strange, accepted }: DeviceRecord): boolean {
  return strange !== null && accepted !== null && accepted.atMs >= strange.seenAtMs;
}

/** A camera that nobody knows. */
export function notFound(id: string): RosterError {
  return new RosterError('not-found', `no camera ${id.slice(0, 64)}: list the cameras for their ids`);
}

/** Bounds of a login from outside. @throws RosterError that names the field */
export function checkLogin({ username, password }: Login): void {
  const isPrintable = (text: string) => ![...text].some((char) => char < ' ' || char === '\x7f');
  if (username === '' || username.length > 64 || !isPrintable(username))
    throw new RosterError('invalid', 'username: give 1 to 64 printable characters');
  if (password.length > 256 || !isPrintable(password))
    throw new RosterError('invalid', 'password: give at most 256 printable characters');
}
