import { describe, expect, test } from 'vitest';
import { checkCpu, checkDisk, checkTemperature, checkTime } from '../../../gateway/src/console/checks/box.ts';
import type { Machine, PortAnswer } from '../../../gateway/src/console/checks/machine.ts';
import {
  checkAddress,
  checkCentre,
  checkGateway,
  checkNames,
  defaultGatewayOf,
  isNeighbour,
} from '../../../gateway/src/console/checks/network.ts';
import { runSelfCheck } from '../../../gateway/src/console/checks/self-check.ts';

const ROUTES = `Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT
eth0\t0002A8C0\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0
eth0\t00000000\t0102A8C0\t0003\t0\t0\t0\t00000000\t0\t0\t0
`;
const ARP = (flags: string) => `IP address       HW type     Flags       HW address            Mask     Device
192.168.2.10     0x1         0x2         02:00:00:00:00:0a     *        eth0
192.168.2.1      0x1         ${flags}         00:00:00:00:00:00     *        eth0
`;

/** A healthy box; `changes` makes it ill. */
function machine(changes: Partial<Machine> = {}, files: Readonly<Record<string, string>> = {}): Machine {
  const kept = new Map(Object.entries({ '/proc/net/route': ROUTES, '/proc/net/arp': ARP('0x2'), ...files }));
  return {
    addresses: () => [{ name: 'eth0', address: '192.168.2.5' }],
    read: (path) => kept.get(path) ?? null,
    list: (folder) =>
      [...kept.keys()].filter((path) => path.startsWith(folder)).map((path) => path.split('/')[4] ?? ''),
    touch: async () => {},
    resolve: async () => '10.0.0.1',
    tryPort: async () => 'open',
    disk: async () => ({ freeBytes: 50 * 2 ** 30, totalBytes: 100 * 2 ** 30 }),
    cpu: () => ({ cores: 4, load: 1 }),
    ...changes,
  };
}
const failing = (code: string) => async () => {
  throw Object.assign(new Error(code), { code });
};

describe('addresses', () => {
  test.each([
    [[], 'no-address', 'failed'],
    [['169.254.3.4'], 'link-local-only', 'failed'],
    [['169.254.3.4', '10.1.1.1'], null, 'ok'],
  ])('%j: %s', (addresses, cause, state) => {
    const found = checkAddress(
      machine({ addresses: () => addresses.map((address) => ({ name: 'eth0', address })) }),
    );
    expect(found).toMatchObject({ cause, state });
  });
});

describe('the default gateway', () => {
  test('is read from the kernel’s table, whose addresses are turned round', () => {
    expect(defaultGatewayOf(ROUTES)).toBe('192.168.2.1');
    expect(defaultGatewayOf(ROUTES.replace('\t0003\t', '\t0001\t'))).toBeNull();
    expect(defaultGatewayOf('')).toBeNull();
  });

  test('is a neighbour when the kernel has its hardware address', () => {
    expect(isNeighbour(ARP('0x2'), '192.168.2.1')).toBe(true);
    expect(isNeighbour(ARP('0x0'), '192.168.2.1')).toBe(false);
    expect(isNeighbour(ARP('0x2'), '192.168.2.2')).toBeNull();
  });

  test.each([
    [{}, 'ok', null],
    [{ '/proc/net/arp': ARP('0x0') }, 'failed', 'gateway-silent'],
    [{ '/proc/net/arp': '' }, 'ok', null],
    [{ '/proc/net/route': '' }, 'warning', 'no-default-route'],
  ])('%#: %s %s', async (files, state, cause) => {
    expect(await checkGateway(machine({}, files))).toMatchObject({ state, cause });
  });
});

describe('names', () => {
  test('are resolved, but not for an address', async () => {
    expect(await checkNames(machine(), 'centre.example')).toEqual({
      state: 'ok',
      cause: null,
      reading: 'centre.example → 10.0.0.1',
    });
    expect(await checkNames(machine({ resolve: failing('ENOTFOUND') }), '10.0.0.1')).toMatchObject({
      state: 'ok',
    });
  });

  test.each([
    ['ENOTFOUND', 'name-unknown'],
    ['EAI_AGAIN', 'resolver-silent'],
    ['ETIMEOUT', 'resolver-silent'],
  ])('%s: %s', async (code, cause) => {
    const found = await checkNames(machine({ resolve: failing(code) }), 'centre.example');
    expect(found).toMatchObject({ state: 'failed', cause });
  });
});

describe('the centre', () => {
  const at = { host: 'centre', port: 1883 };
  test('is well when there is a session', async () => {
    const silent = machine({ tryPort: async () => 'silent' });
    expect(await checkCentre(silent, { ...at, isConnected: true })).toMatchObject({
      state: 'ok',
      cause: null,
    });
  });

  test.each<[PortAnswer, string]>([
    ['open', 'centre-rejects'],
    ['refused', 'centre-refuses'],
    ['silent', 'centre-unreachable'],
    ['name-unknown', 'centre-name-unknown'],
  ])('port %s without a session: %s, and work can go on', async (answer, cause) => {
    const found = await checkCentre(machine({ tryPort: async () => answer }), { ...at, isConnected: false });
    expect(found).toEqual({ state: 'warning', cause, reading: 'centre:1883' });
  });
});

describe('the box', () => {
  const now = Date.UTC(2026, 10, 22);
  test.each([
    [now, 100, 'ok', null],
    [now, 2001, 'failed', 'clock-off'],
    [now, -2001, 'failed', 'clock-off'],
    [now, null, 'unknown', 'clock-not-compared'],
    [0, null, 'failed', 'clock-implausible'],
    [Date.UTC(2070, 0), 0, 'failed', 'clock-implausible'],
  ])('time %d, offset %s: %s %s', (ms, offset, state, cause) => {
    expect(checkTime(ms, offset)).toMatchObject({ state, cause });
  });

  test.each([
    [50, 100, 'ok', null],
    [14, 100, 'warning', 'disk-low'],
    [1.5, 4, 'warning', 'disk-low'],
    [4, 100, 'failed', 'disk-full'],
    [0, 0, 'failed', 'disk-full'],
  ])('%d of %d GiB free: %s %s', async (free, total, state, cause) => {
    const disk = async () => ({ freeBytes: free * 2 ** 30, totalBytes: total * 2 ** 30 });
    expect(await checkDisk(machine({ disk }), '/data')).toMatchObject({ state, cause });
  });

  test('says when the disk cannot be read', async () => {
    expect(await checkDisk(machine({ disk: failing('ENOENT') }), '/data')).toMatchObject({
      cause: 'not-readable',
    });
  });

  test.each([
    [6, 'ok'],
    [6.1, 'warning'],
  ])('load %d on four cores: %s', (load, state) => {
    expect(checkCpu(machine({ cpu: () => ({ cores: 4, load }) })).state).toBe(state);
  });

  test.each([
    [['45000', '74900'], 'ok', '75 °C'],
    [['75000'], 'warning', '75 °C'],
    [['85000', '20000'], 'failed', '85 °C'],
    [['-273000', 'nonsense'], 'unknown', ''],
    [[], 'unknown', ''],
  ])('zones %j: %s', (zones, state, reading) => {
    const files = Object.fromEntries(
      zones.map((text, index) => [`/sys/class/thermal/thermal_zone${index}/temp`, text]),
    );
    expect(checkTemperature(machine({}, files))).toMatchObject({ state, reading });
  });
});

test('the self-check holds every check in its order', async () => {
  const { checks } = await runSelfCheck({
    machine: machine(),
    dataDir: '/data',
    centre: { host: '10.0.0.1', port: 1883 },
    isConnected: () => true,
    clockOffsetMs: () => 0,
    clock: { now: () => Date.UTC(2026, 10, 22), monotonic: () => 0 },
  });
  expect(checks.map(({ id, state }) => `${id} ${state}`)).toEqual([
    'address ok',
    'gateway ok',
    'dns ok',
    'time ok',
    'centre ok',
    'disk ok',
    'cpu ok',
    'temperature unknown',
  ]);
});
