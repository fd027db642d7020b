import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, test } from 'vitest';
import { startSimulator } from '../../simulators/camera/simulator.ts';

const program = fileURLToPath(new URL('../../simulators/camera/main.ts', import.meta.url));
const login = { PINGAN_SIM_USERNAME: 'operator', PINGAN_SIM_PASSWORD: 'Canary-7f3a' };
const children: ChildProcess[] = [];
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

/** Starts the program with a pipe as its stdin and waits for the line that says it is ready. */
async function start(args: string[], withIpc = false) {
  const child = spawn(process.execPath, [program, '--no-discovery', ...args], {
    env: { ...process.env, ...login },
    stdio: ['pipe', 'pipe', 'pipe', ...(withIpc ? (['ipc'] as const) : [])],
  });
  children.push(child);
  if (child.stdout === null) throw new Error('no stdout');
  const [line] = await once(createInterface({ input: child.stdout }), 'line');
  return { child, line: String(line) };
}

describe('the camera simulator as a process', () => {
  test('says in one line where its cameras are, without their password', async () => {
    const { line, child } = await start(['--cameras', '2']);
    expect(JSON.parse(line)).toMatchObject({
      ready: true,
      cameras: [
        { name: '固戍北口 1 号机', onvifUrl: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+/) },
        { faults: [] },
      ],
    });
    expect(line).not.toContain(login.PINGAN_SIM_PASSWORD);
    const ended = once(child, 'exit');
    child.kill('SIGTERM');
    expect(await ended).toEqual([0, null]);
  });

  test('ends when the pipe on its stdin closes, as when its parent dies', async () => {
    const { child } = await start(['--cameras', '1']);
    const ended = once(child, 'exit');
    child.stdin?.destroy();
    expect(await ended).toEqual([0, null]);
  });

  test('ends when the channel to its parent closes', async () => {
    const { child } = await start(['--cameras', '1'], true);
    const ended = once(child, 'exit');
    child.disconnect();
    expect(await ended).toEqual([0, null]);
  });

  test('says which setting is wrong and ends with 2', async () => {
    const run = async (args: string[], env: NodeJS.ProcessEnv = login) => {
      const child = spawn(process.execPath, [program, ...args], {
        env: { PATH: process.env['PATH'], ...env },
      });
      children.push(child);
      let text = '';
      child.stderr.on('data', (chunk) => {
        text += String(chunk);
      });
      const [code] = await once(child, 'close');
      return { code, text };
    };
    expect(await run([], {})).toMatchObject({
      code: 2,
      text: expect.stringContaining('PINGAN_SIM_USERNAME'),
    });
    expect(await run(['--cameras', '0'])).toMatchObject({
      code: 2,
      text: expect.stringContaining('--cameras'),
    });
    expect(await run(['--no-discovery', '--clip', '/nowhere.mp4'])).toMatchObject({
      code: 2,
      text: expect.stringContaining('/nowhere.mp4'),
    });
  });
});

test('a taken port is named and everything that was opened is closed again', async () => {
  const blocker = createServer();
  blocker.listen(0, '127.0.0.1');
  await once(blocker, 'listening');
  const address = blocker.address();
  const port = address !== null && typeof address === 'object' ? address.port : 0;
  await expect(startSimulator({ basePort: port - 1 })).rejects.toThrow(new RegExp(`port ${port} `));
  blocker.close();
  await once(blocker, 'close');
  const simulator = await startSimulator({ basePort: port - 1 });
  expect(simulator.cameras[0]?.rtspUrl).toContain(`:${port}/`);
  await simulator.stop();
  await simulator.stop();
});
