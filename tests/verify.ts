/**
 * Runs every check and test and ends with "N passed, N failed".
 *   node tests/verify.ts            everything; 13 minutes on two cores
 *   node tests/verify.ts --check    the quick part, about a minute: format, lint, types, architecture, dead code, documents, unit tests
 *   node tests/verify.ts --long     everything, with 200 kills in the crash stage
 * Numbers are of tests that ran; a stage that is no test suite counts as one failure when it fails and not at all when it passes.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

type Stage = { name: string; command: string[]; suite?: boolean };
type Outcome = { stage: Stage; passed: number; failed: number; seconds: number };

/** Colours are for a terminal; a log keeps plain text. */
const { FORCE_COLOR: _, ...rest } = process.env;
const ENVIRONMENT = process.stdout.isTTY ? process.env : { ...rest, NO_COLOR: '1' };

const PLAIN = process.stdout.isTTY ? [] : ['--colors=off'];

const bin = (name: string) => join('node_modules', '.bin', name);
const suite = (project: string): Stage => ({
  name: `${project} tests`,
  command: [bin('vitest'), 'run', '--project', project],
  suite: true,
});

const kills = process.argv.includes('--long') ? '200' : '20';
const STATIC: readonly Stage[] = [
  { name: 'format and lint', command: [bin('biome'), 'ci', '--error-on-warnings', ...PLAIN, '.'] },
  { name: 'types', command: [bin('tsc'), '--noEmit', '-p', 'tsconfig.json'] },
  { name: 'types of the web', command: [bin('tsc'), '--noEmit', '-p', 'dashboard/web/tsconfig.json'] },
  { name: 'architecture', command: [process.execPath, 'tests/architecture/check.ts'] },
  { name: 'dead code', command: [bin('knip')] },
  { name: 'generated documents', command: [process.execPath, 'tests/architecture/documents.ts', '--check'] },
];
const REAL_PARTS: readonly Stage[] = [
  suite('integration'),
  suite('e2e'),
  {
    name: `crash, ${kills} kills each`,
    command: [process.execPath, 'tests/crash/main.ts', '--kills', kills, '--target', 'all'],
  },
];

/** Runs a command; with `quiet` its output is held back and shown only when it fails. */
function run(command: readonly string[], quiet: boolean): Promise<number> {
  return new Promise((resolve) => {
    const [program = '', ...args] = command;
    const held: Buffer[] = [];
    const child = spawn(program, args, {
      stdio: quiet ? ['ignore', 'pipe', 'pipe'] : ['ignore', 'inherit', 'inherit'],
      env: ENVIRONMENT,
    });
    for (const stream of [child.stdout, child.stderr])
      stream?.on('data', (chunk: Buffer) => held.push(chunk));
    child.on('error', () => resolve(1));
    child.on('close', (code) => {
      if (code !== 0 && quiet) process.stdout.write(Buffer.concat(held));
      resolve(code ?? 1);
    });
  });
}

function readTotals(file: string): { passed: number; failed: number } {
  const report: { numPassedTests: number; numFailedTests: number } = JSON.parse(readFileSync(file, 'utf8'));
  return { passed: report.numPassedTests, failed: report.numFailedTests };
}

async function runSuite(stage: Stage, folder: string): Promise<{ passed: number; failed: number }> {
  const file = join(folder, `${stage.name.replaceAll(' ', '-')}.json`);
  const code = await run(
    [...stage.command, '--reporter=default', '--reporter=json', `--outputFile.json=${file}`],
    false,
  );
  try {
    const totals = readTotals(file);
    return code !== 0 && totals.failed === 0 ? { ...totals, failed: 1 } : totals;
  } catch {
    return { passed: 0, failed: 1 };
  }
}

async function runStage(stage: Stage, folder: string, quiet: boolean): Promise<Outcome> {
  const from = performance.now();
  const counts = stage.suite
    ? await runSuite(stage, folder)
    : { passed: 0, failed: (await run(stage.command, quiet)) === 0 ? 0 : 1 };
  const seconds = (performance.now() - from) / 1000;
  console.log(`\n${counts.failed === 0 ? 'ok    ' : 'FAILED'} ${stage.name} (${seconds.toFixed(1)} s)`);
  return { stage, ...counts, seconds };
}

async function runInOrder(stages: readonly Stage[], folder: string, quiet: boolean): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const stage of stages) outcomes.push(await runStage(stage, folder, quiet));
  return outcomes;
}

async function main(): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'pingan-verify-'));
  // Checks without a clock of their own share the machine with the unit tests; what uses real parts runs alone.
  const outcomes = (
    await Promise.all([runInOrder(STATIC, folder, true), runInOrder([suite('unit')], folder, false)])
  ).flat();
  if (!process.argv.includes('--check')) outcomes.push(...(await runInOrder(REAL_PARTS, folder, false)));
  rmSync(folder, { recursive: true, force: true });
  const lines = outcomes.map(
    ({ stage, failed, seconds }) =>
      `${failed === 0 ? 'ok    ' : 'FAILED'} ${stage.name} (${seconds.toFixed(1)} s)`,
  );
  const passed = outcomes.reduce((sum, outcome) => sum + outcome.passed, 0);
  const failed = outcomes.reduce((sum, outcome) => sum + outcome.failed, 0);
  console.log(`\n${lines.join('\n')}\n\n${passed} passed, ${failed} failed`);
  return failed === 0 && passed > 0 ? 0 : 1;
}

process.exitCode = await main();
