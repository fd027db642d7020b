/** Takes a state out of a payload; null when the payload does not hold it. */
export type ReadValue = (payload: string) => string | null;

const EXPRESSION = /^\s*\{\{\s*(?:value|value_json(?<path>.*?))\s*\}\}\s*$/s;
const STEP = /\s*(?:\.([A-Za-z_]\w*)|\[\s*(?:'([^'\\]*)'|"([^"\\]*)"|(\d{1,6}))\s*\])/y;
const MAX_STEPS = 16;

/** The steps of a path such as `.battery['state'][0]`, or null when it is none. */
function parsePath(path: string): string[] | null {
  const steps: string[] = [];
  STEP.lastIndex = 0;
  while (STEP.lastIndex < path.length) {
    const match = STEP.exec(path);
    const step = match?.slice(1).find((group) => group !== undefined);
    if (step === undefined || steps.length === MAX_STEPS) return null;
    steps.push(step);
  }
  return steps;
}

function follow(value: unknown, steps: readonly string[]): unknown {
  let current = value;
  for (const step of steps) {
    if (typeof current !== 'object' || current === null || !Object.hasOwn(current, step)) return undefined;
    current = Reflect.get(current, step);
  }
  return current;
}

function render(value: unknown): string | null {
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : null;
}

function parseJson(payload: string): unknown {
  try {
    return JSON.parse(payload);
  } catch {
    return undefined;
  }
}

/**
 * A reader for the simple templates that devices announce: `{{ value }}`, `{{ value_json.a.b }}`, `{{ value_json['a'][0] }}`.
 * Only own properties are followed and nothing is ever evaluated. Without a template the payload itself is the value.
 * Throws a RangeError for any other template.
 */
export function parseTemplate(template: string | undefined): ReadValue {
  if (template === undefined) return (payload) => payload;
  const match = EXPRESSION.exec(template);
  const path = match?.groups?.['path'];
  if (match && path === undefined) return (payload) => payload;
  const steps = path === undefined ? null : parsePath(path);
  if (!steps)
    throw new RangeError(
      `template "${template.slice(0, 80)}" is not supported; use {{ value }} or {{ value_json.name }}`,
    );
  return (payload) => render(follow(parseJson(payload), steps));
}
