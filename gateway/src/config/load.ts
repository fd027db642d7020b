import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { decoderOf } from '@pingan/models/contract';
import { Compile } from 'typebox/compile';
import { parse } from 'yaml';
import { messageOf } from '../base/errors.ts';
import { type Credentials, CredentialsSchema, type GatewayConfig, GatewayConfigSchema } from './schema.ts';

/** One or more faults in a configuration; the message lists all of them with their path. */
export class ConfigError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'ConfigError';
  }
}

/** A readable configuration: relative paths are made absolute from the folder of the file. */
export type LoadedConfig = {
  config: GatewayConfig;
  credentials: Credentials;
  readSecret(path: string): string;
};

function readText(path: string, what: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw new ConfigError(`${what}: cannot read ${path}: ${messageOf(cause)}`, { cause });
  }
}

const validator = Compile(GatewayConfigSchema);

/** Checks a parsed document. Unknown keys are faults. Throws a ConfigError that lists every fault. */
export function checkGatewayConfig(document: unknown, name: string): GatewayConfig {
  if (validator.Check(document)) return document;
  const faults = [...validator.Errors(document)].map((fault) => {
    const path =
      fault.instancePath === '' ? 'the whole file' : fault.instancePath.slice(1).replaceAll('/', '.');
    return `  ${path}: ${fault.message}`;
  });
  throw new ConfigError(`${name} is not valid:\n${[...new Set(faults)].join('\n')}`);
}

/** Reads, checks and resolves the configuration file and the credentials it names. Throws a ConfigError. */
export function loadGatewayConfig(file: string): LoadedConfig {
  const folder = dirname(resolve(file));
  const text = readText(file, '--config');
  let document: unknown;
  try {
    document = parse(text, { maxAliasCount: 100 });
  } catch (cause) {
    throw new ConfigError(`${file} is not YAML: ${messageOf(cause)}`, { cause });
  }
  const checked = checkGatewayConfig(document, file);
  const absolute = (path: string) => resolve(folder, path);
  const config: GatewayConfig = {
    ...checked,
    gateway: { ...checked.gateway, dataDir: absolute(checked.gateway.dataDir) },
  };
  for (const entry of config.cameras.entries ?? [])
    if (entry.source === 'file') entry.path = absolute(entry.path);
  const credentialsFile = absolute(config.centre.credentialsFile);
  let credentials: Credentials;
  try {
    credentials = decoderOf(CredentialsSchema).decode(readText(credentialsFile, 'centre.credentialsFile'));
  } catch (cause) {
    if (cause instanceof ConfigError) throw cause;
    throw new ConfigError(`centre.credentialsFile ${credentialsFile}: ${messageOf(cause)}`, { cause });
  }
  if (credentials.gatewayId !== config.gateway.id) {
    throw new ConfigError(
      `gateway.id is "${config.gateway.id}" but centre.credentialsFile was issued for "${credentials.gatewayId}": use the credentials of this gateway`,
    );
  }
  const readSecret = (path: string) => readText(absolute(path), 'passwordFile').replace(/\r?\n$/, '');
  return { config, credentials, readSecret };
}
