import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { Compile } from 'typebox/compile';
import { Settings } from 'typebox/system';
import { Value } from 'typebox/value';
import { parse } from 'yaml';
import { messageOf, StartError } from '../base/errors.ts';
import { type Config, type ConfigFile, ConfigSchema } from './schema.ts';

export type Environment = Record<string, string | undefined>;

const validator = Compile(ConfigSchema);
const MAX_FAULTS = 200;

/** TypeBox stops after eight errors by default; here all of them are wanted. */
function collectFaults(value: unknown) {
  const { maxErrors } = Settings.Get();
  Settings.Set({ maxErrors: MAX_FAULTS });
  try {
    return validator.Errors(value);
  } finally {
    Settings.Set({ maxErrors });
  }
}

/**
 * Checks a parsed document and fills defaults. Unknown keys are faults.
 * Throws a StartError that lists every fault with its path.
 */
export function checkConfig(document: unknown, name: string): ConfigFile {
  const filled = Value.Default(ConfigSchema, Value.Clone(document ?? {}));
  if (validator.Check(filled)) return filled;
  const faults = collectFaults(filled).flatMap(({ keyword, instancePath, message, params }) => {
    const path = instancePath.slice(1).replaceAll('/', '.');
    if (keyword === 'boolean' || keyword === 'anyOf') return [];
    if (keyword === 'additionalProperties' && 'additionalProperties' in params) {
      const names: unknown = params.additionalProperties;
      const keys = Array.isArray(names) ? names.map(String) : [];
      return keys.map((key) => `${[path, key].filter(Boolean).join('.')}: unknown key, remove it`);
    }
    return [`${path === '' ? 'the whole file' : path}: ${message}`];
  });
  const lines = [...new Set(faults.length > 0 ? faults : ['database: kind must be "embedded" or "url"'])];
  throw new StartError(`${name} is not valid:\n${lines.map((line) => `  ${line}`).join('\n')}`);
}

function readText(path: string, what: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw new StartError(`${what}: cannot read ${path}: ${messageOf(cause)}`, { cause });
  }
}

function readDocument(file: string): unknown {
  const text = readText(file, '--config');
  try {
    return parse(text, { maxAliasCount: 100 });
  } catch (cause) {
    throw new StartError(`${file} is not YAML: ${messageOf(cause)}`, { cause });
  }
}

function portOf(environment: Environment): number | undefined {
  const text = environment.PINGAN_PORT;
  if (text === undefined || text === '') return undefined;
  const port = Number(text);
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
  throw new StartError(`PINGAN_PORT must be a port in 0..65535, got "${text}"`);
}

function databaseOf(
  database: ConfigFile['database'],
  environment: Environment,
  folder: string,
): Config['database'] {
  if (database.kind === 'embedded' && !environment.DATABASE_URL) return { kind: 'embedded' };
  const file = database.kind === 'url' ? database.urlFile : undefined;
  const url =
    environment.DATABASE_URL || (file && readText(resolve(folder, file), 'database.urlFile').trim());
  if (!url) throw new StartError('database: kind "url" needs urlFile or the environment’s DATABASE_URL');
  if (!/^postgres(ql)?:\/\//.test(url)) throw new StartError('database: the URL must begin with postgres://');
  return { kind: 'url', url };
}

/**
 * Reads the configuration file (none = defaults) and the environment: PINGAN_PORT, PINGAN_DATA_DIR, DATABASE_URL and
 * PINGAN_ADMIN_PASSWORD win over the file. Relative paths of the file are relative to its folder. Throws a StartError.
 */
export function loadConfig(file: string | undefined, environment: Environment): Config {
  const document = file === undefined ? {} : readDocument(file);
  const folder = file === undefined ? process.cwd() : dirname(resolve(file));
  const checked = checkConfig(document, file ?? 'the configuration');
  const password = environment.PINGAN_ADMIN_PASSWORD;
  if (password && (password.length < 8 || password.length > 256)) {
    throw new StartError('PINGAN_ADMIN_PASSWORD must have 8 to 256 characters');
  }
  const framework = checked.index.frameworkFile;
  return {
    ...checked,
    http: { ...checked.http, port: portOf(environment) ?? checked.http.port },
    dataDir: environment.PINGAN_DATA_DIR
      ? resolve(environment.PINGAN_DATA_DIR)
      : resolve(folder, checked.dataDir),
    index: {
      ...checked.index,
      ...(framework === undefined ? {} : { frameworkFile: resolve(folder, framework) }),
    },
    database: databaseOf(checked.database, environment, folder),
    adminPassword: password || undefined,
  };
}
