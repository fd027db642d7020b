import { parse } from 'yaml';
import { IndexError } from './errors.ts';
import { parseFramework } from './framework.ts';
import type { Framework } from './framework-schema.ts';

/**
 * Reads a framework from the text of a YAML (or JSON) file.
 * @throws IndexError of kind `framework` with every problem found and its path.
 */
export function parseFrameworkYaml(text: string): Framework {
  return parseFramework(readYaml(text));
}

function readYaml(text: string): unknown {
  try {
    return parse(text, { maxAliasCount: 100 });
  } catch (error) {
    throw new IndexError('framework', [
      `is not YAML: ${error instanceof Error ? error.message : String(error)}`,
    ]);
  }
}
