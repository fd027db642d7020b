import { Problem } from '../base/problem.ts';

export type Cursor = { receivedAt: Date; id: string };

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Where the next page begins: after this row, in the order (receivedAt, id) descending. */
export const encodeCursor = ({ receivedAt, id }: Cursor): string =>
  Buffer.from(`${receivedAt.getTime()} ${id}`).toString('base64url');

/** Reads a cursor; throws the problem "invalid" for one that we did not make. */
export function decodeCursor(text: string | undefined): Cursor | undefined {
  if (text === undefined) return undefined;
  const [ms = '', id = ''] = Buffer.from(text, 'base64url').toString().split(' ');
  const receivedAt = new Date(Number(ms));
  if (ms === '' || Number.isNaN(receivedAt.getTime()) || !UUID.test(id)) {
    throw new Problem('invalid', {
      field: 'cursor',
      message: 'Take the cursor from "next" of the page before.',
    });
  }
  return { receivedAt, id };
}

const KEY_LIMIT = 400;

/** Cursor of lists that are ordered by a text key. */
export const encodeKeyCursor = (key: string): string => Buffer.from(key).toString('base64url');

/** The key after which the page begins, or undefined for the first page. */
export function decodeKeyCursor(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const key = Buffer.from(text, 'base64url').toString();
  if (key === '' || key.length > KEY_LIMIT || key.includes('\0'))
    throw new Problem('invalid', { field: 'cursor' });
  return key;
}
