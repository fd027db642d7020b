import { mkdir, rename, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { assemble, databaseFolder } from './assembly/parts.ts';
import { StartError } from './base/errors.ts';
import type { Logger } from './base/log.ts';
import type { Config } from './config/schema.ts';
import { loadCommandKey } from './fleet/command-key.ts';
import { SAMPLE_AREAS } from './registry/sample-areas.ts';
import { EmbeddedDatabase } from './store/embedded-database.ts';

export const USAGE = `Usage:
  dashboard [--config <file>]                                    serve
  dashboard gateway add <id> --out <file> [--name <name>] [--area <grid code>] [--config <file>]
  dashboard sensor-user add <name> --gateway <id> --out <file> [--config <file>]
  dashboard index compute|sensitivity …                           compute an index from a table

"gateway add" for an id that exists gives it a new token.`;

const ACTOR = 'command line';
type Parts = ReturnType<typeof assemble>;

/** Writes a secret so that it is complete and private or not there at all. */
async function writeSecret(file: string, value: object): Promise<void> {
  const path = resolve(file);
  try {
    await writeFile(`${path}.new`, `${JSON.stringify(value, null, 2)}\n`, { mode: 0o600, flag: 'w' });
    await rename(`${path}.new`, path);
  } catch (cause) {
    throw new StartError(`--out: cannot write ${path}: choose a folder that exists and is writable`, {
      cause,
    });
  }
}

/**
 * Runs `work` on the database of the data folder: the one that a running dashboard has started, else one started for this moment.
 */
async function withParts(config: Config, log: Logger, work: (parts: Parts) => Promise<void>): Promise<void> {
  await mkdir(config.dataDir, { recursive: true, mode: 0o711 });
  const url =
    config.database.kind === 'embedded'
      ? await new EmbeddedDatabase(databaseFolder(config.dataDir), log).findRunning()
      : null;
  const parts = assemble({
    config: url === null ? config : { ...config, database: { kind: 'url', url } },
    log,
  });
  await parts.store.start();
  try {
    if (config.sampleAreas) await parts.store.places.add(SAMPLE_AREAS);
    parts.setKey(await loadCommandKey(config.dataDir));
    await work(parts);
  } finally {
    await parts.store.stop();
  }
}

function need(value: string | undefined, what: string): string {
  if (value === undefined || value === '') throw new StartError(`${what} is missing\n\n${USAGE}`);
  return value;
}

/** Runs `gateway add` or `sensor-user add`. Throws a StartError or a Problem with what is wrong. */
export async function runFleetCommand(
  argv: string[],
  load: (file?: string) => Config,
  log: Logger,
): Promise<void> {
  const { values, positionals } = parseArgs({
    args: argv,
    allowPositionals: true,
    options: {
      config: { type: 'string' },
      name: { type: 'string' },
      area: { type: 'string' },
      gateway: { type: 'string' },
      out: { type: 'string' },
    },
  });
  const [subject, verb, id, ...rest] = positionals;
  if (verb !== 'add' || rest.length > 0) throw new StartError(USAGE);
  const name = need(id, `the ${subject}’s id`);
  const out = need(values.out, '--out');
  const config = load(values.config);
  await withParts(config, log, async ({ fleet }) => {
    if (subject === 'gateway') {
      const gateway = { id: name, name: values.name ?? name, areaCode: values.area ?? null, actor: ACTOR };
      await writeSecret(out, await fleet.provision(gateway));
    } else {
      const gatewayId = need(values.gateway, '--gateway');
      await writeSecret(out, await fleet.addSensorUser({ name, gatewayId, actor: ACTOR }));
    }
  });
}
