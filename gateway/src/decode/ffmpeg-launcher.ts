import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { ffmpegEnvironment, SYSTEM_FOLDERS } from '../base/ffmpeg-files.ts';
import type { Logger } from '../base/log.ts';

const run = promisify(execFile);

export class DecoderMissingError extends Error {
  constructor() {
    super('ffmpeg is not installed: install the system package ffmpeg (apt-get install ffmpeg)');
    this.name = 'DecoderMissingError';
  }
}

export type Sandbox = 'bubblewrap' | 'none';
/** How ffmpeg is started: the words before its arguments. */
type Command = { words: readonly string[]; sandbox: Sandbox };
/** `-fps_mode` is called `-vsync` before ffmpeg 5.1; newer ones no longer know the old name. */
type Found = Command & { syncOption: '-fps_mode' | '-vsync' };

export type FfmpegLauncherOptions = {
  log: Logger;
  /** Folders to look for programs in, joined by `:`. */
  searchPath?: string;
  /** Address space of one ffmpeg, bytes. 4K H.265 needs about 500 MB of it. */
  memoryLimitBytes?: number;
};

const PROBE_LIMIT_MS = 5000;
/** No proxy, no library path, no home: nothing of our environment is the decoder's business. */
const ENVIRONMENT = ffmpegEnvironment();
/** Programs and libraries read-only, and no more: no /etc but the linker's tables, no home, no network, no other process. */
const SANDBOX_WORDS = [
  ...[
    '--unshare-all',
    '--die-with-parent',
    '--new-session',
    '--cap-drop',
    'ALL',
    '--ro-bind',
    '/usr',
    '/usr',
  ],
  ...['/bin', '/lib', '/lib64', '/etc/ld.so.cache', '/etc/alternatives'].flatMap((path) => [
    '--ro-bind-try',
    path,
    path,
  ]),
  ...['--proc', '/proc', '--dev', '/dev', '--chdir', '/', '--'],
];

/**
 * Finds ffmpeg and the strongest cage for it that works here, once: bubblewrap (no network, no files but the system's programs),
 * else at least death with the gateway, and a memory limit by prlimit. Every child's stdin, stdout, stderr and fd 3 are pipes.
 */
export class FfmpegLauncher {
  readonly #options: Required<FfmpegLauncherOptions>;
  #command: Found | null = null;
  #search: Promise<void> | null = null;

  constructor({ log, searchPath = SYSTEM_FOLDERS, memoryLimitBytes = 2 ** 30 }: FfmpegLauncherOptions) {
    this.#options = { log, searchPath, memoryLimitBytes };
  }

  /** What the children run in; null before `prepare` succeeded. */
  get sandbox(): Sandbox | null {
    return this.#command?.sandbox ?? null;
  }

  /**
   * Looks for ffmpeg; may be called again after it failed.
   * @throws DecoderMissingError
   */
  async prepare(): Promise<void> {
    if (this.#command !== null) return;
    this.#search ??= this.#find().finally(() => {
      this.#search = null;
    });
    await this.#search;
  }

  /**
   * The child leads a process group of its own: end it by the group, and Ctrl-C in a terminal does not end it before us.
   * @throws DecoderMissingError before `prepare` succeeded
   */
  spawn(parameters: readonly string[]): ChildProcess {
    if (this.#command === null) throw new DecoderMissingError();
    const { words, syncOption } = this.#command;
    const [program = '', ...rest] = words;
    const named = parameters.map((word) => (word === '-fps_mode' ? syncOption : word));
    return spawn(program, [...rest, ...named], {
      stdio: ['pipe', 'pipe', 'pipe', 'pipe'],
      env: ENVIRONMENT,
      cwd: '/',
      detached: true,
    });
  }

  async #find(): Promise<void> {
    const { log, searchPath, memoryLimitBytes } = this.#options;
    const names = ['ffmpeg', 'bwrap', 'prlimit', 'setpriv'];
    const [ffmpeg, bwrap, prlimit, setpriv] = await Promise.all(names.map((name) => find(name, searchPath)));
    if (ffmpeg === undefined) throw new DecoderMissingError();
    const limit = prlimit ? [prlimit, `--as=${memoryLimitBytes}`, '--core=0', '--nofile=64', '--'] : [];
    const mortal = setpriv ? [setpriv, '--pdeathsig', 'KILL', '--'] : [];
    const candidates: Command[] = [
      ...(bwrap
        ? [{ words: [...limit, bwrap, ...SANDBOX_WORDS, ffmpeg], sandbox: 'bubblewrap' as const }]
        : []),
      { words: [...limit, ...mortal, ffmpeg], sandbox: 'none' },
      { words: [ffmpeg], sandbox: 'none' },
    ];
    for (const candidate of candidates) {
      const version = await versionOf(candidate);
      if (version === null) continue;
      this.#command = { ...candidate, syncOption: version < 5.1 ? '-vsync' : '-fps_mode' };
      if (candidate.sandbox === 'none') {
        log.warn(
          'ffmpeg runs without a sandbox: install the system package bubblewrap and allow user namespaces',
        );
      }
      return;
    }
    throw new DecoderMissingError();
  }
}

async function find(name: string, searchPath: string): Promise<string | undefined> {
  for (const folder of searchPath.split(delimiter)) {
    const path = join(folder, name);
    const usable = await access(path, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (usable) return path;
  }
  return undefined;
}

/** Starts it once: its version (5.1), infinity for a build without number, null when it does not run. */
async function versionOf({ words: [program = '', ...words] }: Command): Promise<number | null> {
  const options = { timeout: PROBE_LIMIT_MS, env: ENVIRONMENT, cwd: '/' };
  return run(program, [...words, '-version'], options).then(
    ({ stdout }) => Number(/^ffmpeg version n?(\d+\.\d+)/.exec(stdout)?.[1] ?? Number.POSITIVE_INFINITY),
    () => null,
  );
}
