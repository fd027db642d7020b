import { ContractError } from '@pingan/models/contract';

/** Escapes that JSON allows and PostgreSQL's text does not: U+0000 and halves of surrogate pairs. */
const SUSPECT = /\\u(0000|[dD][89a-fA-F])/;

function mend(value: unknown): unknown {
  if (typeof value === 'string') return value.toWellFormed().replaceAll('\0', '\ufffd');
  if (Array.isArray(value)) return value.map(mend);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [String(mend(key)), mend(inner)]));
}

/**
 * Parses JSON; characters that no database text can hold become U+FFFD, so that a device's odd name never costs an alarm.
 * @throws ContractError when it is not JSON in UTF-8
 */
export function sanitise(payload: Uint8Array): unknown {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(payload);
    const value: unknown = JSON.parse(text);
    return SUSPECT.test(text) ? mend(value) : value;
  } catch (cause) {
    throw new ContractError('', 'is not JSON in UTF-8', { cause });
  }
}
