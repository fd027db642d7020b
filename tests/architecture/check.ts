/**
 * Runs the dependency rule, then plants one forbidden import and expects the rule to refuse it: a gate that cannot fail proves nothing.
 */
import { spawnSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';

const ROOTS = ['models', 'gateway/src', 'gateway/console/src', 'dashboard/server/src', 'dashboard/web/src'];
const PLANTED = 'gateway/src/motion/planted-violation.ts';

function cruise(roots: readonly string[]): { status: number; output: string } {
  const result = spawnSync(
    'node_modules/.bin/depcruise',
    ['--config', '.dependency-cruiser.cjs', '--output-type', 'err', ...roots],
    {
      encoding: 'utf8',
    },
  );
  return { status: result.status ?? 1, output: result.stdout + result.stderr };
}

function provesItself(): string | null {
  writeFileSync(
    PLANTED,
    "import { CameraAdmission } from '../cameras/admission.ts';\n\nexport const planted = CameraAdmission;\n",
  );
  try {
    const { status, output } = cruise(['gateway/src/motion']);
    if (status === 0) return 'a planted import of a sibling feature was not noticed';
    return output.includes('gateway-features-are-siblings')
      ? null
      : `another rule fired than the one planted:\n${output}`;
  } finally {
    rmSync(PLANTED, { force: true });
  }
}

const { status, output } = cruise(ROOTS);
console.log(output.trim());
const flaw = provesItself();
if (flaw !== null) console.error(`architecture check is broken: ${flaw}`);
else console.log('planted violation: refused, as it must be');
process.exitCode = status === 0 && flaw === null ? 0 : 1;
