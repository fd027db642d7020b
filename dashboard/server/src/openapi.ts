import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { assemble } from './assembly/parts.ts';
import { silentLogger } from './base/log.ts';
import { loadConfig } from './config/load.ts';
import { buildHttp } from './http.ts';

/** The OpenAPI 3.1 document of the REST interface, from the routes themselves; nothing is started. */
export async function openApiDocument(): Promise<object> {
  const { services } = assemble({ config: loadConfig(undefined, {}), log: silentLogger });
  const app = await buildHttp({
    services,
    log: silentLogger,
    webFolder: import.meta.dirname,
    publicUrl: undefined,
  });
  await app.ready();
  const document = app.swagger();
  await app.close();
  return document;
}

if (import.meta.main) {
  const file = resolve(import.meta.dirname, '../../../config/schema/openapi.json');
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify(await openApiDocument(), null, 2)}\n`);
}
