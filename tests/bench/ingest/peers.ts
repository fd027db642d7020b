import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export type PeerOptions = {
  urls: readonly string[];
  login: { username: string; password: string };
};
export type Peer = { pids: readonly number[]; stop(): Promise<void> };

function withLogin(url: string, { username, password }: PeerOptions['login']): string {
  const address = new URL(url);
  address.username = encodeURIComponent(username);
  address.password = encodeURIComponent(password);
  return address.href;
}

function peerOf(children: readonly ChildProcess[]): Peer {
  const ends = children.map((child) => once(child, 'exit'));
  return {
    pids: children.map(({ pid }) => pid ?? 0),
    stop: async () => {
      for (const child of children) child.kill('SIGKILL');
      await Promise.all(ends);
    },
  };
}

/** One ffmpeg per camera, one thread each: RTSP over TCP in, every picture decoded and thrown away. */
export function startBareDecode({ urls, login }: PeerOptions): Peer {
  const children = urls.map((url) => {
    const input = ['-rtsp_transport', 'tcp', '-threads', '1', '-i', withLogin(url, login), '-map', '0:v:0'];
    return spawn('ffmpeg', ['-v', 'error', '-nostdin', ...input, '-filter_threads', '1', '-f', 'null', '-'], {
      stdio: ['ignore', 'ignore', 'inherit'],
    });
  });
  return peerOf(children);
}

export type MotionOptions = PeerOptions & {
  folder: string;
  width: number;
  height: number;
  /** Pictures per second that it looks at; it decodes all. */
  framerate: number;
};

/** Debian's `motion` with the values of its own configuration: one process, detection on, nothing recorded, nothing served. */
export function startMotion({ urls, login, folder, width, height, framerate }: MotionOptions): Peer {
  mkdirSync(folder, { recursive: true });
  const common = [
    ...['daemon off', 'setup_mode off', 'log_level 4', 'webcontrol_port 0', 'stream_port 0'],
    ...[`target_dir ${folder}`, 'picture_output off', 'movie_output off'],
    ...['threshold 1500', 'despeckle_filter EedDl', 'log_type ALL'],
    ...[`width ${width}`, `height ${height}`, `framerate ${framerate}`],
  ];
  const cameras = urls.map((url, index) => {
    const path = join(folder, `camera-${index}.conf`);
    const lines = [`camera_id ${index + 1}`, `netcam_url ${withLogin(url, login)}`];
    writeFileSync(path, `${lines.join('\n')}\n`, { mode: 0o600 });
    return `camera ${path}`;
  });
  const main = join(folder, 'motion.conf');
  writeFileSync(main, `${[...common, ...cameras].join('\n')}\n`);
  return peerOf([spawn('motion', ['-n', '-c', main], { stdio: 'ignore', cwd: folder })]);
}
