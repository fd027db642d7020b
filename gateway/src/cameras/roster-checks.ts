import { type Login, RosterError } from '../pipeline.ts';

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
