import { readFile, stat, writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import packageJson from '../../package.json' with { type: 'json' };
import {
  analyseSensitivity,
  compileModel,
  computeIndex,
  type DataTable,
  type Framework,
  findNotes,
  IndexError,
  type IndexResult,
  leaveOneOutEffects,
  oneAtATimeEffects,
  parseFrameworkYaml,
  type RankEffect,
  readTable,
  resultToJsonText,
  type SensitivityResult,
  scoresToCsv,
} from './index/index.ts';

const USAGE = `usage:
  index compute     --framework <file.yaml> --data <file.csv> [--out <scores.csv>] [--json]
  index sensitivity --framework <file.yaml> --data <file.csv> [--runs 1000] [--seed 1] [--json]`;

const MAX_FRAMEWORK_BYTES = 2 * 2 ** 20;
const MAX_DATA_BYTES = 64 * 2 ** 20;
const MAX_RUNS = 100_000;
const SHOWN_UNITS = 30;
const WRITE_LENGTH = 2 ** 20;

/** Where a command writes: lines for people or programs, and lines about errors. */
export interface CommandOutput {
  out(text: string): void;
  err(text: string): void;
}

const processOutput: CommandOutput = {
  out: (text) => process.stdout.write(text),
  err: (text) => process.stderr.write(text),
};

/** A wrong command line, or a file that cannot be read or written. */
class CommandError extends Error {}

/**
 * Runs `index compute …` or `index sensitivity …`.
 * @param argv what follows the word `index`.
 * @returns the exit code: 0 done, 1 the framework or the data are wrong, 2 the command line or a file is.
 */
export async function runIndexCommand(
  argv: string[],
  output: CommandOutput = processOutput,
): Promise<number> {
  try {
    const [command, ...rest] = argv;
    if (command === 'compute') await runCompute(rest, output);
    else if (command === 'sensitivity') await runSensitivity(rest, output);
    else throw new CommandError(USAGE);
    return 0;
  } catch (error) {
    if (error instanceof IndexError) {
      output.err(`${error.problems.join('\n')}\n`);
      return 1;
    }
    if (!(error instanceof CommandError)) throw error;
    output.err(`${error.message}\n`);
    return 2;
  }
}

async function runCompute(args: string[], output: CommandOutput): Promise<void> {
  const options = readOptions(args, ['framework', 'data', 'out']);
  const { framework, table } = await loadInputs(options);
  const result = computeIndex({ framework, table, softwareVersion: packageJson.version });
  if (options.out !== undefined) await writeOutput(options.out, scoresToCsv(result));
  for (const note of findNotes(result)) output.err(`note: ${note}\n`);
  if (!options.json) output.out(describeScores(result));
  else for (const piece of batch(resultToJsonText(result))) output.out(piece);
}

/** Joins small pieces, for fewer writes. */
function* batch(pieces: Iterable<string>): Generator<string> {
  let text = '';
  for (const piece of pieces) {
    text += piece;
    if (text.length < WRITE_LENGTH) continue;
    yield text;
    text = '';
  }
  yield text;
}

async function runSensitivity(args: string[], output: CommandOutput): Promise<void> {
  const options = readOptions(args, ['framework', 'data', 'runs', 'seed']);
  const runs = wholeNumber('runs', options.runs ?? '1000', { min: 1, max: MAX_RUNS });
  const seed = wholeNumber('seed', options.seed ?? '1', { min: 0, max: 2 ** 32 - 1 });
  const { framework, table } = await loadInputs(options);
  const result = analyseSensitivity({ framework, table, runs, seed, softwareVersion: packageJson.version });
  const oneAtATime = oneAtATimeEffects(framework, table);
  const leaveOneOut = leaveOneOutEffects(framework, table);
  if (options.json) output.out(`${JSON.stringify({ ...result, oneAtATime, leaveOneOut })}\n`);
  else output.out(describeCertainty(result) + describeEffects([...oneAtATime, ...leaveOneOut]));
}

type OptionName = 'framework' | 'data' | 'out' | 'runs' | 'seed';
type Options = { [name in OptionName]?: string } & { json: boolean };

function readOptions(args: string[], allowed: readonly OptionName[]): Options {
  const text = { type: 'string' } as const;
  const known = Object.fromEntries(allowed.map((name) => [name, text]));
  try {
    const { values } = parseArgs({ args, options: { ...known, json: { type: 'boolean' } } });
    const given = Object.fromEntries(Object.entries(values).filter(([, value]) => typeof value === 'string'));
    return { ...given, json: values['json'] === true };
  } catch (error) {
    throw new CommandError(`${messageOf(error)}\n${USAGE}`);
  }
}

function wholeNumber(name: string, text: string, { min, max }: { min: number; max: number }): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= min && value <= max) return value;
  throw new CommandError(`--${name}: "${text}" must be a whole number from ${min} to ${max}`);
}

async function loadInputs(options: Options): Promise<{ framework: Framework; table: DataTable }> {
  const { framework: frameworkPath, data: dataPath } = options;
  if (frameworkPath === undefined || dataPath === undefined)
    throw new CommandError(`--framework and --data are needed\n${USAGE}`);
  const framework = await explain(frameworkPath, async () =>
    parseFrameworkYaml(await readBounded(frameworkPath, MAX_FRAMEWORK_BYTES)),
  );
  const table = await explain(dataPath, async () =>
    readTable(compileModel(framework), await readBounded(dataPath, MAX_DATA_BYTES)),
  );
  return { framework, table };
}

/** Puts the file's name before each problem found in it. */
async function explain<T>(path: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof IndexError)) throw error;
    throw new IndexError(
      error.kind,
      error.problems.map((problem) => `${path}: ${problem}`),
    );
  }
}

async function readBounded(path: string, maxBytes: number): Promise<string> {
  try {
    const { size } = await stat(path);
    if (size <= maxBytes) return await readFile(path, 'utf8');
  } catch (error) {
    throw new CommandError(`${path}: cannot be read (${messageOf(error)})`);
  }
  throw new CommandError(`${path}: is larger than ${maxBytes} bytes; split it`);
}

async function writeOutput(path: string, text: string): Promise<void> {
  try {
    await writeFile(path, text);
  } catch (error) {
    throw new CommandError(`--out ${path}: cannot be written (${messageOf(error)})`);
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function describeScores({ provenance, units, nodes }: IndexResult): string {
  const [index] = nodes;
  if (index === undefined) return '';
  const order = units.map((_, i) => i).filter((i) => index.ranks[i]);
  order.sort((a, b) => (index.ranks[a] ?? 0) - (index.ranks[b] ?? 0));
  const lines = order.slice(0, SHOWN_UNITS).map((i) => {
    const score = (index.scores[i] ?? 0).toFixed(3);
    return `${String(index.ranks[i]).padStart(5)}  ${score.padStart(10)}  ${units[i]}${index.bands[i] ? `  ${index.bands[i]}` : ''}`;
  });
  const { framework, inputsSha256 } = provenance;
  return `${[
    `${framework.code} ${framework.version}, inputs ${inputsSha256.slice(0, 12)}`,
    ...lines,
    ...moreLine(order.length),
    `${order.length} units with a score, ${units.length - order.length} insufficient`,
  ].join('\n')}\n`;
}

function describeCertainty({ units, runs, seed, plan }: SensitivityResult): string {
  const lines = units.slice(0, SHOWN_UNITS).map(({ unit, rank, rankLow, rankHigh, score, tieGroup }) => {
    const interval = `${rankLow}–${rankHigh}`;
    return `${String(rank).padStart(5)}  ${interval.padStart(9)}  group ${tieGroup}  ${score.toFixed(3).padStart(10)}  ${unit}`;
  });
  return `${[
    `${runs} runs, seed ${seed}, ${plan.interval * 100} % intervals of ranks`,
    ...lines,
    ...moreLine(units.length),
  ].join('\n')}\n`;
}

function moreLine(count: number): string[] {
  return count > SHOWN_UNITS ? [`  … ${count - SHOWN_UNITS} more; --json shows all`] : [];
}

function describeEffects(effects: RankEffect[]): string {
  const lines = effects.map(
    ({ factor, meanShift, maxShift, maxShiftUnit }) =>
      `${factor}: ranks move by ${meanShift.toFixed(2)} on average, at most ${maxShift}${maxShiftUnit ? ` (${maxShiftUnit})` : ''}`,
  );
  return `${lines.join('\n')}\n`;
}

if (import.meta.main) process.exitCode = await runIndexCommand(process.argv.slice(2));
