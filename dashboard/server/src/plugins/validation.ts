import type { FastifySchemaCompiler } from 'fastify';
import { type TSchema, Type } from 'typebox';
import { Compile } from 'typebox/compile';
import { Value } from 'typebox/value';

/** A part of a request that breaks its schema; `field` is the path, for example `body.note`. */
export class ValidationError extends Error {
  readonly field: string;
  constructor(field: string, message: string) {
    super(message);
    this.name = 'ValidationError';
    this.field = field;
  }
}

const PART_NAMES: Record<string, string> = { querystring: 'query', params: 'path', headers: 'header' };

/**
 * Checks requests with TypeBox. Texts of query, path and header become numbers where the schema wants some; bodies are taken
 * as they are, except that a missing body counts as an empty object.
 */
export const validatorCompiler: FastifySchemaCompiler<TSchema> = ({ schema, httpPart }) => {
  const validator = Compile(Type.Unsafe<unknown>(schema));
  const part = PART_NAMES[httpPart ?? ''] ?? httpPart ?? 'request';
  return (value: unknown) => {
    const read = httpPart === 'body' ? (value ?? {}) : Value.Convert(schema, value);
    if (validator.Check(read)) return { value: read };
    const first = validator.Errors(read)[0];
    const path = [part, ...(first?.instancePath ?? '').split('/').slice(1)].join('.');
    return { error: new ValidationError(path, first?.message ?? 'is not valid') };
  };
};
