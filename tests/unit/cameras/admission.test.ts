import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { createAddressPolicy } from '../../../gateway/src/base/address.ts';
import { silentLogger } from '../../../gateway/src/base/log.ts';
import { CameraAdmission } from '../../../gateway/src/cameras/admission.ts';
import { DeviceCodes } from '../../../gateway/src/cameras/device-codes.ts';
import { RosterStore } from '../../../gateway/src/cameras/roster-store.ts';
import { LoginBudget } from '../../../gateway/src/cameras/vault/login-budget.ts';
import { Vault } from '../../../gateway/src/cameras/vault/vault.ts';
import type { Camera, Login } from '../../../gateway/src/pipeline.ts';
import { aDevice, FakeNetwork, profile } from './fake-network.ts';

const HOUR_MS = 3_600_000;
const heard = (endpoint: string, host = '10.0.0.2') => ({
  endpoint,
  addresses: [`http://${host}/onvif`],
  name: '北门',
  hardware: null,
  sender: host,
});

function memory() {
  const values = new Map<string, string>();
  return {
    get: (name: string) => values.get(name),
    set: (name: string, value: string) => void values.set(name, value),
  };
}

type Options = { logins?: Login[]; limit?: number; followMoved?: 'digest' | 'ask' };
const ends: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

function bench({ logins = [], limit = 10, followMoved = 'digest' }: Options = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'pingan-admission-'));
  const time = { nowMs: 1_000_000_000_000 };
  const clock = { now: () => time.nowMs, monotonic: () => time.nowMs };
  const network = new FakeNetwork();
  const store = new RosterStore(join(folder, 'cameras.db'));
  store.start();
  const vault = new Vault({
    key: { load: () => new Uint8Array(32).fill(7) },
    sets: store,
    clock,
    log: silentLogger,
  });
  vault.start();
  const news: string[] = [];
  const cameras = new Map<string, Camera>();
  const create = () =>
    new CameraAdmission({
      probe: network,
      policy: createAddressPolicy({ networks: ['10.0.0.0/24'], allowLoopback: false }),
      codes: new DeviceCodes(memory(), { centre: '44030600', industry: '01', network: '7' }),
      store,
      vault,
      budget: new LoginBudget(store, () => time.nowMs),
      configured: logins,
      limit,
      followMoved,
      clock,
      log: silentLogger,
      handlers: {
        onAdmitted: (camera) => void cameras.set(camera.id, camera),
        onWithdrawn: (id) => void cameras.delete(id),
        onIdentity: (phase, record, why) => void news.push(`${phase} ${record.endpoint}: ${why}`),
        onMissing: () => {},
        onChange: () => {},
        isStreaming: () => false,
      },
    });
  const subject = create();
  subject.start();
  ends.push(async () => {
    await subject.stop();
    await store.stop();
    rmSync(folder, { recursive: true, force: true });
  });
  const hear = async (endpoint: string, host?: string) => {
    subject.consider(heard(endpoint, host));
    await subject.processAll();
  };
  /** Asks again, as the tick does when the time has come. */
  const again = async () => {
    for (const { id, standing } of subject.records())
      if (standing.retryAtMs !== null && standing.retryAtMs <= time.nowMs) subject.ask(id);
    await subject.processAll();
  };
  const passwordsAt = (host: string) =>
    network.tried.filter((one) => one.host === host && one.login !== null);
  const causes = () => subject.records().map(({ standing }) => standing.cause);
  return { subject, network, store, vault, time, cameras, news, hear, again, passwordsAt, causes, create };
}

describe('logins', () => {
  test('are tried in order and the camera is handed on with the one that fits', async () => {
    const { network, cameras, hear } = bench({
      logins: [
        { username: 'a', password: 'wrong' },
        { username: 'b', password: 'right' },
      ],
    });
    network.devices.set('10.0.0.2', aDevice());
    await hear('urn:uuid:1');
    expect([...cameras.values()]).toMatchObject([
      {
        name: '北门',
        code: '44030600011327000001',
        source: { url: 'rtsp://10.0.0.2/main', username: 'b', password: 'right', allowBasic: false },
      },
    ]);
  });

  test('that are refused cost a camera three tries in a row and one an hour, never more', async () => {
    const { subject, network, time, hear, again, causes, passwordsAt } = bench({
      logins: [{ username: 'a', password: 'wrong' }],
    });
    network.devices.set('10.0.0.2', aDevice());
    await hear('urn:uuid:1');
    expect(causes()).toEqual(['password-wrong']);
    for (let minute = 0; minute < 48 * 60; minute += 10) {
      const before = passwordsAt('10.0.0.2').length;
      time.nowMs += 600_000;
      await again();
      await hear('urn:uuid:1');
      expect(passwordsAt('10.0.0.2').length - before).toBeLessThanOrEqual(1);
    }
    expect(passwordsAt('10.0.0.2')).toHaveLength(3);
    expect(subject.records()[0]?.standing).toMatchObject({ cause: 'password-wrong', retryAtMs: null });
  });

  test('are counted on after a restart', async () => {
    const { subject, network, hear, passwordsAt, create } = bench({
      logins: [{ username: 'a', password: 'wrong' }],
    });
    network.devices.set('10.0.0.2', aDevice());
    await hear('urn:uuid:1');
    await subject.stop();
    const next = create();
    next.open();
    next.start();
    await next.processAll();
    await next.stop();
    expect(passwordsAt('10.0.0.2')).toHaveLength(1);
  });

  test('of a person go at once, but never beyond three refusals an hour', async () => {
    const { subject, network, vault, time, hear, again, passwordsAt, causes } = bench();
    network.devices.set('10.0.0.2', aDevice());
    await hear('urn:uuid:1');
    expect(causes()).toEqual(['password-missing']);
    const [record] = subject.records();
    const id = record?.id ?? '';
    for (const password of ['one', 'two', 'three', 'right']) {
      const setId = vault.put({ kind: 'device', id }, { username: 'admin', password });
      subject.change(id, { accepted: { url: record?.url ?? '', atMs: time.nowMs }, personWaits: setId });
      subject.ask(id);
      await subject.processAll();
    }
    expect(passwordsAt('10.0.0.2').map(({ login }) => login?.password)).toEqual(['one', 'two', 'three']);
    expect(causes()).toEqual(['password-held-back']);
    expect(subject.records()[0]?.standing.retryAtMs).toBe(time.nowMs + HOUR_MS);
    time.nowMs += HOUR_MS;
    await again();
    expect(causes()).toEqual(['working']);
  });

  test('that are missing are asked for', async () => {
    const { network, hear, causes } = bench();
    network.devices.set('10.0.0.2', aDevice());
    await hear('urn:uuid:1');
    expect(causes()).toEqual(['password-missing']);
  });

  test('are not needed by a camera without a password', async () => {
    const { network, hear, causes, cameras } = bench();
    network.devices.set('10.0.0.2', aDevice({ password: null }));
    await hear('urn:uuid:1');
    expect(causes()).toEqual(['working']);
    expect([...cameras.values()][0]?.source).not.toHaveProperty('password');
  });
});

describe('a device', () => {
  const logins = [{ username: 'b', password: 'right' }];

  test('without a usable profile, with a wrong clock or with H.265 alone is named so', async () => {
    const { network, hear, subject, cameras } = bench({ logins });
    network.devices.set('10.0.0.2', aDevice({ profiles: [profile('jpeg', 'other', 640, 480)] }));
    network.devices.set('10.0.0.3', aDevice({ endpoint: 'urn:uuid:2', clockOffsetMs: 10_800_000 }));
    network.devices.set(
      '10.0.0.4',
      aDevice({ endpoint: 'urn:uuid:3', profiles: [profile('m', 'h265', 1280, 720)] }),
    );
    await hear('urn:uuid:1', '10.0.0.2');
    await hear('urn:uuid:2', '10.0.0.3');
    await hear('urn:uuid:3', '10.0.0.4');
    expect(subject.records().map(({ standing }) => [standing.state, standing.cause])).toEqual([
      ['no-usable-profile', 'no-profile'],
      ['clock-wrong', 'clock-off'],
      ['ready', 'h265-only'],
    ]);
    expect(cameras.size).toBe(2);
  });

  test('outside the configured networks or beyond the limit is ignored', async () => {
    const { network, hear, subject, cameras } = bench({ logins, limit: 1 });
    for (const host of ['10.0.0.2', '10.0.0.3', '172.16.0.1'])
      network.devices.set(host, aDevice({ endpoint: `urn:uuid:${host}` }));
    await hear('urn:uuid:172.16.0.1', '172.16.0.1');
    await hear('urn:uuid:10.0.0.2', '10.0.0.2');
    await hear('urn:uuid:10.0.0.3', '10.0.0.3');
    expect([...cameras.values()].map(({ source }) => source)).toMatchObject([
      { url: 'rtsp://10.0.0.2/main' },
    ]);
    expect(subject.records()).toHaveLength(1);
  });

  test('that never answered is neither on disk nor given a code', async () => {
    const { hear, subject, store } = bench({ logins });
    for (let host = 2; host < 200; host += 1) await hear(`urn:uuid:${host}`, `10.0.0.${host}`);
    expect(subject.records().length).toBe(198);
    expect(store.devices()).toEqual([]);
    expect(new Set(subject.records().map(({ code }) => code))).toEqual(new Set(['0'.repeat(20)]));
  });

  test('with many lenses is a camera for each, and each keeps its id', async () => {
    const { network, hear, subject, cameras, time, again } = bench({ logins });
    const lens = (source: string) => ({
      ...profile(`main-${source}`, 'h264', 1280, 720),
      sourceToken: source,
    });
    const channels = (names: string[]) =>
      names.map((sourceToken) => ({ sourceToken, profiles: [lens(sourceToken)] }));
    const nvr = aDevice({ profiles: [lens('1')] });
    network.devices.set('10.0.0.2', nvr);
    const plain = network.facts.bind(network);
    let names = ['1', '2', '3'];
    network.facts = async (url, login) => ({ ...(await plain(url, login)), channels: channels(names) });
    await hear('urn:uuid:1');
    expect([...cameras.values()].map(({ name }) => name)).toEqual(['北门', '北门 2', '北门 3']);
    const third = [...cameras.values()][2]?.id;
    names = ['1', '3'];
    subject.change(subject.records()[0]?.id ?? '', { personWaits: '' });
    subject.ask(subject.records()[0]?.id ?? '');
    time.nowMs += HOUR_MS;
    await again();
    expect([...cameras.keys()].at(-1)).toBe(third);
    expect(cameras.size).toBe(2);
  });
});

describe('a camera that moved', () => {
  const logins = [{ username: 'b', password: 'right' }];

  test('is known again by its identity, with the same id and code, and gets a digest at most', async () => {
    const { network, hear, subject, cameras } = bench({ logins });
    network.devices.set('10.0.0.2', aDevice());
    await hear('urn:uuid:1');
    const [before] = cameras.values();
    network.devices.set('10.0.0.77', aDevice());
    network.devices.delete('10.0.0.2');
    await hear('URN:UUID:1', '10.0.0.77');
    expect([...cameras.values()]).toMatchObject([
      { id: before?.id, code: before?.code, source: { url: 'rtsp://10.0.0.77/main', allowBasic: false } },
    ]);
    expect(subject.records()).toHaveLength(1);
  });

  test('is not believed while the known one still answers, and no password goes to the other', async () => {
    const { network, hear, subject, passwordsAt } = bench({ logins });
    network.devices.set('10.0.0.2', aDevice());
    await hear('urn:uuid:1');
    network.devices.set('10.0.0.66', aDevice({ password: 'trap' }));
    await hear('urn:uuid:1', '10.0.0.66');
    expect(passwordsAt('10.0.0.66')).toEqual([]);
    expect(subject.records()[0]?.url).toContain('10.0.0.2');
  });

  test('is not believed when the device there tells another identity', async () => {
    const { network, hear, passwordsAt } = bench({ logins });
    network.devices.set('10.0.0.2', aDevice());
    await hear('urn:uuid:1');
    network.devices.delete('10.0.0.2');
    network.devices.set('10.0.0.66', aDevice({ endpoint: 'urn:uuid:other' }));
    await hear('urn:uuid:1', '10.0.0.66');
    expect(passwordsAt('10.0.0.66')).toEqual([]);
  });

  test('waits for a person where the policy says so', async () => {
    const { network, hear, subject, passwordsAt, causes } = bench({ logins, followMoved: 'ask' });
    network.devices.set('10.0.0.2', aDevice());
    await hear('urn:uuid:1');
    network.devices.delete('10.0.0.2');
    network.devices.set('10.0.0.77', aDevice());
    await hear('urn:uuid:1', '10.0.0.77');
    expect(causes()).toEqual(['address-changed']);
    expect(passwordsAt('10.0.0.77')).toEqual([]);
    expect(subject.records()[0]?.strange?.deviceUrl).toContain('10.0.0.77');
  });

  test('that shares its endpoint with another device is found out by its serial number and gets no second password', async () => {
    const { network, hear, news, cameras, causes, passwordsAt, subject, time, again } = bench({ logins });
    network.devices.set('10.0.0.2', aDevice());
    await hear('urn:uuid:1');
    network.devices.delete('10.0.0.2');
    network.devices.set('10.0.0.77', aDevice({ serial: 'S2', mac: '02:00:00:00:00:02' }));
    await hear('urn:uuid:1', '10.0.0.77');
    expect(causes()).toEqual(['identity-changed']);
    expect(cameras.size).toBe(0);
    expect(news).toEqual(['raised urn:uuid:1: serial number S2 instead of S1']);
    const before = passwordsAt('10.0.0.77').length;
    for (let round = 0; round < 5; round += 1) {
      time.nowMs += HOUR_MS;
      await again();
    }
    expect(passwordsAt('10.0.0.77')).toHaveLength(before);
    expect(subject.records()[0]?.strange?.serial).toBe('S2');
  });
});

describe('another device at a known address', () => {
  const logins = [{ username: 'b', password: 'right' }];

  test('raises the alarm, ends the stream and gets no password; the known one coming back settles it', async () => {
    const { network, hear, news, cameras, causes, passwordsAt, time, again } = bench({ logins });
    network.devices.set('10.0.0.2', aDevice());
    await hear('urn:uuid:1');
    const before = passwordsAt('10.0.0.2').length;
    network.devices.set('10.0.0.2', aDevice({ endpoint: 'urn:uuid:9', serial: 'S9' }));
    await hear('urn:uuid:9');
    expect(causes()).toEqual(['identity-changed']);
    expect(cameras.size).toBe(0);
    expect(passwordsAt('10.0.0.2')).toHaveLength(before);
    network.devices.set('10.0.0.2', aDevice());
    time.nowMs += 60_000;
    await again();
    expect(causes()).toEqual(['working']);
    expect(news.map((line) => line.split(' ')[0])).toEqual(['raised', 'cleared']);
  });

  test('is noticed before a stream is opened with a password', async () => {
    const { network, hear, subject, cameras, time } = bench({ logins });
    network.devices.set('10.0.0.2', aDevice());
    await hear('urn:uuid:1');
    const id = [...cameras.keys()][0] ?? '';
    await expect(subject.prove(id)).resolves.toEqual({ allowBasic: false });
    time.nowMs += 2000;
    network.devices.set('10.0.0.2', aDevice({ endpoint: 'urn:uuid:9' }));
    await expect(subject.prove(id)).rejects.toMatchObject({ fault: 'identity-changed' });
  });

  test('is no alarm when two of our own cameras have changed addresses', async () => {
    const { network, hear, subject, cameras, news } = bench({ logins });
    network.devices.set('10.0.0.2', aDevice());
    network.devices.set('10.0.0.3', aDevice({ endpoint: 'urn:uuid:2', serial: 'S2', mac: null }));
    await hear('urn:uuid:1', '10.0.0.2');
    await hear('urn:uuid:2', '10.0.0.3');
    network.devices.set('10.0.0.3', aDevice());
    network.devices.set('10.0.0.2', aDevice({ endpoint: 'urn:uuid:2', serial: 'S2', mac: null }));
    await hear('urn:uuid:1', '10.0.0.3');
    await hear('urn:uuid:2', '10.0.0.2');
    await hear('urn:uuid:1', '10.0.0.3');
    expect(subject.records().map(({ endpoint, url }) => [endpoint, new URL(url).host])).toEqual([
      ['urn:uuid:1', '10.0.0.3'],
      ['urn:uuid:2', '10.0.0.2'],
    ]);
    expect(news).toEqual([]);
    expect(cameras.size).toBe(2);
  });
});
