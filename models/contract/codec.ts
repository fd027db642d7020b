import type { Static, TSchema } from 'typebox';
import { Compile } from 'typebox/compile';

/** A message that breaks the contract. `path` is a JSON pointer to the field, `''` for the whole. */
export class ContractError extends Error {
  readonly path: string;
  constructor(path: string, message: string, options?: ErrorOptions) {
    super(`${path === '' ? 'message' : path}: ${message}`, options);
    this.name = 'ContractError';
    this.path = path;
  }
}

export type Decoder<T> = {
  /** True when the value keeps the schema. */
  check(value: unknown): value is T;
  /** Returns the value as T or throws a ContractError with the path of the first fault. Unknown fields are kept. */
  parse(value: unknown): T;
  /** The same from JSON text or bytes. */
  decode(bytes: Uint8Array | string): T;
};

/** Compiles a schema once. */
export function decoderOf<S extends TSchema>(schema: S): Decoder<Static<S>> {
  const compile = () => Compile(schema);
  let validator: ReturnType<typeof compile> | undefined;
  const compiled = () => {
    validator ??= compile();
    return validator;
  };
  const check = (value: unknown): value is Static<S> => compiled().Check(value);
  const parse = (value: unknown): Static<S> => {
    if (check(value)) return value;
    const first = compiled().Errors(value)[0];
    throw new ContractError(first?.instancePath ?? '', first?.message ?? 'does not keep the schema');
  };
  const decode = (bytes: Uint8Array | string): Static<S> => {
    let value: unknown;
    try {
      value = JSON.parse(
        typeof bytes === 'string' ? bytes : new TextDecoder('utf-8', { fatal: true }).decode(bytes),
      );
    } catch (cause) {
      throw new ContractError('', 'is not JSON in UTF-8', { cause });
    }
    return parse(value);
  };
  return { check, parse, decode };
}
