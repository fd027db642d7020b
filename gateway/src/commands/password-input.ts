import { UsageError } from './options.ts';

const LIMIT = 1024;

/** One line of standard input. @throws UsageError when it is empty or too long */
export async function readPassword(input: AsyncIterable<unknown> = process.stdin): Promise<string> {
  let text = '';
  for await (const chunk of input) {
    text += String(chunk);
    if (text.length > LIMIT)
      throw new UsageError('--password-stdin: the password is too long: give at most 256 characters');
  }
  const password = text.replace(/\r?\n$/, '');
  if (password === '')
    throw new UsageError('--password-stdin: standard input is empty: pipe the password in');
  if (password.length > 256 || /[\r\n]/.test(password))
    throw new UsageError('--password-stdin: give one line of at most 256 characters');
  return password;
}

/** The login of `--user` and `--password-stdin`; null when neither is given. @throws UsageError when one of them is missing */
export async function readLogin(
  username: string | undefined,
  fromStdin: boolean,
): Promise<{ username: string; password: string } | null> {
  if (username === undefined && !fromStdin) return null;
  if (username === undefined || username === '')
    throw new UsageError('--user is missing: give the user name with the password');
  if (!fromStdin)
    throw new UsageError(
      '--password-stdin is missing: a password is read from standard input, never from an argument',
    );
  return { username, password: await readPassword() };
}
