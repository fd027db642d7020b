/**
 * Writes the documents that are made from code (config/schema/), or with --check says which of those committed are out of date.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { asyncApiDocument, jsonSchemas } from '@pingan/models/contract/documents';
import openapiTypeScript, { astToString, COMMENT_HEADER } from 'openapi-typescript';
import { ConfigSchema as dashboardConfigSchema } from '../../dashboard/server/src/config/schema.ts';
import { openApiDocument } from '../../dashboard/server/src/openapi.ts';
import { GatewayConfigSchema } from '../../gateway/src/config/schema.ts';

const FOLDER = 'config/schema';
const CLIENT_TYPES = 'dashboard/web/src/api/schema.generated.ts';

/** The browser's types of the REST interface. */
async function clientTypes(openApi: object): Promise<string> {
  return `${COMMENT_HEADER}${astToString(await openapiTypeScript(JSON.stringify(openApi)))}`;
}

async function documents(): Promise<Map<string, string>> {
  const made = new Map<string, unknown>();
  for (const [name, schema] of Object.entries(jsonSchemas()))
    made.set(`contract/${name}.schema.json`, schema);
  made.set('asyncapi.json', asyncApiDocument());
  made.set('gateway-config.schema.json', GatewayConfigSchema);
  made.set('dashboard-config.schema.json', dashboardConfigSchema);
  const openApi = await openApiDocument();
  made.set('openapi.json', openApi);
  const texts = new Map(
    [...made].map(([name, document]) => [join(FOLDER, name), `${JSON.stringify(document, null, 2)}\n`]),
  );
  return texts.set(CLIENT_TYPES, await clientTypes(openApi));
}

function committed(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}

const check = process.argv.includes('--check');
let stale = 0;
for (const [path, text] of await documents()) {
  if (committed(path) === text) continue;
  stale += 1;
  if (check) {
    console.error(`${path} is not what the code says: run  npm run documents  and commit it`);
  } else {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
    console.log(`wrote ${path}`);
  }
}
if (check && stale === 0) console.log('all generated documents are up to date');
process.exitCode = check && stale > 0 ? 1 : 0;
