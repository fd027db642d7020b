import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { checkConfig, loadConfig } from '../../../dashboard/server/src/config/load.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pingan-config-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const write = (text: string, name = 'dashboard.yaml') => {
  const file = join(folder, name);
  writeFileSync(file, text);
  return file;
};

describe('configuration', () => {
  test('without a file listens on this machine only', () => {
    const config = loadConfig(undefined, {});
    expect(config.http).toEqual({ host: '127.0.0.1', port: 8080 });
    expect(config.broker).toMatchObject({ kind: 'embedded', host: '127.0.0.1', port: 1883 });
    expect(config.database).toEqual({ kind: 'embedded' });
    expect(config.sampleAreas).toBe(true);
  });

  test('the example file is valid', () => {
    expect(loadConfig('config/dashboard.example.yaml', {}).dataDir).toMatch(/data$/);
  });

  test('reports every fault at once with its path', () => {
    const faults = () =>
      checkConfig(
        { http: { prot: 80, port: 'x' }, brokr: {}, index: { windowHours: 0 }, logLevel: 'loud' },
        'f.yaml',
      );
    for (const path of [
      'http.prot: unknown key',
      'http.port',
      'brokr: unknown key',
      'index.windowHours',
      'logLevel',
    ]) {
      expect(faults).toThrow(path);
    }
  });

  test('takes port, folder and database from the environment first', () => {
    const file = write('http: { port: 1 }\ndataDir: here\n');
    expect(loadConfig(file, {}).dataDir).toBe(join(folder, 'here'));
    const config = loadConfig(file, {
      PINGAN_PORT: '9',
      PINGAN_DATA_DIR: '/there',
      DATABASE_URL: 'postgres://x/y',
    });
    expect([config.http.port, config.dataDir, config.database]).toEqual([
      9,
      '/there',
      { kind: 'url', url: 'postgres://x/y' },
    ]);
  });

  test('reads the database’s URL from a file beside it', () => {
    write('postgres://db/pingan\n', 'url.txt');
    const config = loadConfig(write('database: { kind: url, urlFile: url.txt }'), {});
    expect(config.database).toEqual({ kind: 'url', url: 'postgres://db/pingan' });
  });

  test.each([
    ['PINGAN_PORT', { PINGAN_PORT: '80x' }],
    ['PINGAN_ADMIN_PASSWORD', { PINGAN_ADMIN_PASSWORD: 'short' }],
    ['postgres://', { DATABASE_URL: 'mysql://x' }],
  ])('refuses a bad %s', (name, environment) => {
    expect(() => loadConfig(undefined, environment)).toThrow(name);
  });

  test('says which file is missing or no YAML', () => {
    expect(() => loadConfig(join(folder, 'none.yaml'), {})).toThrow(/cannot read .*none.yaml/);
    expect(() => loadConfig(write('a: [1'), {})).toThrow(/is not YAML/);
  });
});
