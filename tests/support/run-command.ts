import { spawn } from 'node:child_process';

export type CommandResult = { status: number | null; stdout: string; stderr: string };

/** Runs a command of the gateway to its end, as a person does; `input` goes to its standard input. */
export function runGateway(args: readonly string[], input = ''): Promise<CommandResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['gateway/src/main.ts', ...args], {
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    const result = { stdout: '', stderr: '' };
    child.stdout.on('data', (chunk: Buffer) => {
      result.stdout += chunk.toString();
    });
    child.stderr.on('data', (chunk: Buffer) => {
      result.stderr += chunk.toString();
    });
    child.once('error', reject);
    child.once('close', (status) => resolve({ status, ...result }));
    // A command that ends without reading has closed its end.
    child.stdin.on('error', () => {});
    child.stdin.end(input);
  });
}
