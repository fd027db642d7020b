/**
 * npm run -s eval:quirks [-- --json]
 * Every known quirk of cameras against the product's own scan, probe and ladder; exit code 1 when one is not borne as expected.
 */
import { parseArgs } from 'node:util';
import { type QuirkResult, runQuirks } from './run.ts';

function line({ quirk, expected, reached, cause, note, matches, seconds }: QuirkResult): string {
  const said = [cause, note].filter((text) => text !== '').join('; ');
  const verdict = matches ? 'ok  ' : 'MISS';
  return `${verdict} ${quirk.padEnd(26)} expected ${expected.padEnd(36)} reached ${reached.padEnd(36)} ${seconds.toFixed(1).padStart(5)} s  ${said}`;
}

const { values } = parseArgs({ options: { json: { type: 'boolean', default: false } } });
const startedMs = performance.now();
const results = await runQuirks((result) => console.log(values.json ? JSON.stringify(result) : line(result)));
const missed = results.filter(({ matches }) => !matches);
const seconds = Math.round((performance.now() - startedMs) / 100) / 10;
console.log(
  JSON.stringify({
    eval: 'quirks',
    quirks: results.length,
    matched: results.length - missed.length,
    seconds,
  }),
);
if (missed.length > 0) {
  console.error(`quirks: not as expected: ${missed.map(({ quirk }) => quirk).join(', ')}`);
  process.exitCode = 1;
}
