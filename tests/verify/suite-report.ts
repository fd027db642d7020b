import { readFileSync } from 'node:fs';
import { relative } from 'node:path';

/** What a suite's own report says of one test file. */
export type FileResult = { file: string; passed: number; failures: string[] };

type Report = {
  testResults: {
    name: string;
    status: string;
    message?: string;
    assertionResults: { fullName: string; status: string; failureMessages?: string[] }[];
  }[];
};

const firstLine = (text: string | undefined) => (text ?? '').split('\n')[0]?.slice(0, 300) ?? '';

/** Results by file from Vitest's JSON report; each failure with its test and the first line of its message. Throws when there is no report. */
export function readReport(path: string): FileResult[] {
  const report: Report = JSON.parse(readFileSync(path, 'utf8'));
  return report.testResults.map(({ name, status, message, assertionResults }) => {
    const file = relative(process.cwd(), name);
    const failures = assertionResults
      .filter((one) => one.status === 'failed')
      .map((one) => `${file} > ${one.fullName}: ${firstLine(one.failureMessages?.[0])}`);
    // A file whose set-up failed has no failed test of its own.
    if (failures.length === 0 && status === 'failed') failures.push(`${file}: ${firstLine(message)}`);
    return { file, passed: assertionResults.filter((one) => one.status === 'passed').length, failures };
  });
}

/** The first run with the files of the second one in their place. */
export function replaceResults(first: readonly FileResult[], second: readonly FileResult[]): FileResult[] {
  const again = new Map(second.map((result) => [result.file, result]));
  return first.map((result) => again.get(result.file) ?? result);
}
