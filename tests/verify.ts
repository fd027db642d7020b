/**
 * Runs every check and test, stage by stage, and ends with "N passed, N failed".
 *   node tests/verify.ts            everything
 *   node tests/verify.ts --check    the quick part: format, lint, types, architecture, dead code, documents, unit tests
 * A stage that is not a test suite counts as one failure when it fails and not at all when it passes.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

type Stage = { name: string; command: string[]; tests?: boolean; full?: boolean };
type Totals = { passed: number; failed: number };

/** Colours are for a terminal; a log keeps plain text. */
const { FORCE_COLOR: _, ...rest } = process.env;
const ENVIRONMENT = process.stdout.isTTY ? process.env : { ...rest, NO_COLOR: '1' };

const bin = (name: string) => join('node_modules', '.bin', name);
const suite = (project: string): Stage => ({
  name: `${project} tests`,
  command: [bin('vitest'), 'run', '--project', project, '--reporter=dot'],
  tests: true,
  full: project !== 'unit',
});

const STAGES: Stage[] = [
  { name: 'format and lint', command: [bin('biome'), 'ci', '--error-on-warnings', '.'] },
  { name: 'types', command: [bin('tsc'), '--noEmit', '-p', 'tsconfig.json'] },
  { name: 'types of the web', command: [bin('tsc'), '--noEmit', '-p', 'dashboard/web/tsconfig.json'] },
  { name: 'architecture', command: [process.execPath, 'tests/architecture/check.ts'] },
  { name: 'dead code', command: [bin('knip')] },
  { name: 'generated documents', command: [process.execPath, 'tests/architecture/documents.ts', '--check'] },
  suite('unit'),
  suite('integration'),
  suite('e2e'),
];

function run(command: readonly string[]): Promise<number> {
  return new Promise((resolve) => {
    const [program = '', ...args] = command;
    const child = spawn(program, args, { stdio: 'inherit', env: ENVIRONMENT });
    child.on('error', () => resolve(1));
    child.on('exit', (code) => resolve(code ?? 1));
  });
}

function readTotals(file: string): Totals {
  const report: { numPassedTests: number; numFailedTests: number } = JSON.parse(readFileSync(file, 'utf8'));
  return { passed: report.numPassedTests, failed: report.numFailedTests };
}

async function runStage(stage: Stage, folder: string): Promise<Totals> {
  if (!stage.tests) return { passed: 0, failed: (await run(stage.command)) === 0 ? 0 : 1 };
  const file = join(folder, `${stage.name.replaceAll(' ', '-')}.json`);
  const code = await run([...stage.command, '--reporter=json', `--outputFile.json=${file}`]);
  try {
    const totals = readTotals(file);
    return code !== 0 && totals.failed === 0 ? { ...totals, failed: 1 } : totals;
  } catch {
    return { passed: 0, failed: 1 };
  }
}

async function main(): Promise<number> {
  const quick = process.argv.includes('--check');
  const folder = mkdtempSync(join(tmpdir(), 'pingan-verify-'));
  const totals: Totals = { passed: 0, failed: 0 };
  const lines: string[] = [];
  const stages = STAGES.filter((stage) => !(quick && stage.full));
  for (const [index, stage] of stages.entries()) {
    console.log(`\n[${index + 1}/${stages.length}] ${stage.name}`);
    const from = performance.now();
    const result = await runStage(stage, folder);
    totals.passed += result.passed;
    totals.failed += result.failed;
    const seconds = ((performance.now() - from) / 1000).toFixed(1);
    lines.push(`${result.failed === 0 ? 'ok    ' : 'FAILED'} ${stage.name} (${seconds} s)`);
  }
  rmSync(folder, { recursive: true, force: true });
  console.log(`\n${lines.join('\n')}\n`);
  console.log(`${totals.passed} passed, ${totals.failed} failed`);
  return totals.failed === 0 && totals.passed > 0 ? 0 : 1;
}

process.exitCode = await main();
