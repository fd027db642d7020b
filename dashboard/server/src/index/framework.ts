import { Compile } from 'typebox/compile';
import type { TLocalizedValidationError } from 'typebox/error';
import { Settings } from 'typebox/system';
import { IndexError } from './errors.ts';
import { findContradictions } from './framework-rules.ts';
import { type Framework, FrameworkSchema } from './framework-schema.ts';

const validator = Compile(FrameworkSchema);
const MAX_PROBLEMS = 200;

/**
 * Checks a framework read from YAML or JSON.
 * @throws IndexError of kind `framework` with every problem found (unknown keys are problems) and its path.
 */
export function parseFramework(value: unknown): Framework {
  if (!validator.Check(value)) throw new IndexError('framework', describeShapeErrors(value));
  const contradictions = findContradictions(value);
  if (contradictions.length > 0) throw new IndexError('framework', contradictions);
  return value;
}

function describeShapeErrors(value: unknown): string[] {
  const errors = collectErrors(value);
  const unions = new Set(errors.filter((error) => error.keyword === 'anyOf').map((e) => e.instancePath));
  const lines = errors
    .filter((error) => error.keyword !== 'boolean')
    .filter((error) => error.keyword === 'anyOf' || !isInsideUnion(error, unions))
    .flatMap(describeShapeError);
  return [...new Set(lines)];
}

/** TypeBox stops after eight errors by default; all of them are wanted here and only here. */
function collectErrors(value: unknown): TLocalizedValidationError[] {
  const { maxErrors } = Settings.Get();
  Settings.Set({ maxErrors: MAX_PROBLEMS });
  try {
    return validator.Errors(value);
  } finally {
    Settings.Set({ maxErrors });
  }
}

function isInsideUnion(error: TLocalizedValidationError, unions: ReadonlySet<string>): boolean {
  return (
    error.schemaPath.includes('/anyOf/') && [...unions].some((path) => error.instancePath.startsWith(path))
  );
}

function describeShapeError(error: TLocalizedValidationError): string[] {
  const path = readablePath(error.instancePath);
  switch (error.keyword) {
    case 'additionalProperties':
      return error.params.additionalProperties.map(
        (key) =>
          `${path === 'framework' ? key : `${path}.${key}`}: unknown key; correct its spelling or remove it`,
      );
    case 'required':
      return error.params.requiredProperties.map((key) => `${path}: "${key}" is missing`);
    case 'enum':
      return [`${path}: must be one of ${error.params.allowedValues.map(String).join(', ')}`];
    case 'anyOf':
      return [`${path}: must be a text, or { zh, en } with a text each`];
    case 'pattern':
      return [`${path}: ${patternHint(path, error.params.pattern)}`];
    default:
      return [`${path}: ${error.message}`];
  }
}

function patternHint(path: string, pattern: unknown): string {
  if (path.endsWith('code')) return 'a code has no blanks, commas or quotes';
  if (path.endsWith('colour')) return 'must be a colour such as #2e7d32';
  if (path.endsWith('validFrom') || path.endsWith('validTo')) return 'must be a date such as 2026-01-31';
  return `must match ${String(pattern)}`;
}

/** `/index/children/0/weight` → `index.children[0].weight` */
function readablePath(pointer: string): string {
  const parts = pointer.split('/').slice(1);
  const path = parts.map((part) => (/^\d+$/.test(part) ? `[${part}]` : `.${part}`)).join('');
  return path === '' ? 'framework' : path.replace(/^\./, '');
}
