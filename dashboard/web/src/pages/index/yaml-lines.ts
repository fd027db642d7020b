/** Finds the line of a YAML text that a problem's path speaks of. Pure. */

/**
 * The line (from 1) of a path such as `index.children[2].weight`, `/index/children/2/weight` or `line 12`; null when it
 * cannot be found. Follows keys by indentation and list entries by their dashes; flow style ends the search at its line.
 */
export function lineOfPath(yaml: string, path: string): number | null {
  const named = /\bline (\d+)/i.exec(path);
  if (named !== null) return Number(named[1]);
  const steps = path.split(/[./[\]]+/).filter((step) => step !== '');
  const lines = yaml.split('\n');
  let place: Place = { line: -1, indent: -1 };
  for (const step of steps) {
    const next: Place | null = /^\d+$/.test(step)
      ? entryAt(lines, place, Number(step))
      : keyAt(lines, place, step);
    if (next === null) break;
    place = next;
  }
  return place.line < 0 ? null : place.line + 1;
}

/** A line (from 0) and the indentation of what was found there; what belongs to it stands further in. */
type Place = { line: number; indent: number };

const indentOf = (line: string): number => line.search(/\S/);
const isBlank = (line: string): boolean => /^\s*(#.*)?$/.test(line);

/** The lines below a place that are part of it; a key of a list entry may stand on the entry's own line. */
function* within(lines: readonly string[], { line, indent }: Place): Generator<[number, string]> {
  for (let at = line + 1; at < lines.length; at += 1) {
    const text = lines[at] ?? '';
    if (isBlank(text)) continue;
    const own = indentOf(text);
    if (own < indent || (own === indent && !text.trimStart().startsWith('- '))) return;
    yield [at, text];
  }
}

function keyAt(lines: readonly string[], place: Place, key: string): Place | null {
  const own = lines[place.line] ?? '';
  const dash = /^(\s*- +)([\w-]+|"[^"]*"):/.exec(own);
  if (dash !== null && dash[2] === key) return { line: place.line, indent: (dash[1] ?? '').length };
  let level: number | null = dash === null ? null : (dash[1] ?? '').length;
  for (const [at, text] of within(lines, place)) {
    level ??= indentOf(text);
    if (indentOf(text) === level && text.trimStart().startsWith(`${key}:`))
      return { line: at, indent: level };
  }
  return null;
}

function entryAt(lines: readonly string[], place: Place, index: number): Place | null {
  let level: number | null = null;
  let seen = -1;
  for (const [at, text] of within(lines, place)) {
    if (!text.trimStart().startsWith('- ')) continue;
    level ??= indentOf(text);
    if (indentOf(text) !== level) continue;
    seen += 1;
    if (seen === index) return { line: at, indent: level };
  }
  return null;
}
