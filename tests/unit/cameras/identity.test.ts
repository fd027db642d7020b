import { LADDER_CAUSES } from '@pingan/models/contract';
import { describe, expect, test } from 'vitest';
import { identityConflict, isProperEndpoint, plainEndpoint } from '../../../gateway/src/cameras/identity.ts';
import { causeOfFault, climb, faultOfCause } from '../../../gateway/src/cameras/ladder.ts';
import { chooseProfiles } from '../../../gateway/src/cameras/profile-choice.ts';
import { type MediaProfile, StreamFaultError } from '../../../gateway/src/pipeline.ts';
import { aDevice, FakeNetwork, profile } from './fake-network.ts';

describe('identity', () => {
  const known = { endpoint: 'urn:uuid:AB-1', serial: 'S1', mac: '02:00:00:00:00:01' };

  test('endpoints are compared without prefix and case', () => {
    for (const form of ['urn:uuid:AB-1', 'uuid:ab-1', ' AB-1 ', 'URN:UUID:ab-1'])
      expect(plainEndpoint(form)).toBe('ab-1');
    expect(identityConflict(known, { endpoint: 'uuid:ab-1' })).toBeNull();
  });

  test('what a device does not tell proves nothing; any part that differs does', () => {
    expect(identityConflict(known, {})).toBeNull();
    expect(identityConflict(known, { endpoint: null, serial: '', mac: null })).toBeNull();
    expect(identityConflict(known, { endpoint: 'urn:uuid:x' })).toMatch(/endpoint x instead of ab-1/);
    expect(identityConflict(known, { serial: 'S2' })).toMatch(/serial number S2/);
    expect(identityConflict(known, { mac: '02:00:00:00:00:02' })).toMatch(/MAC/);
  });

  test('an endpoint that was made from an address is none', () => {
    expect(isProperEndpoint('address:10.0.0.2:80')).toBe(false);
    expect(
      identityConflict({ ...known, endpoint: 'address:10.0.0.2:80' }, { endpoint: 'urn:uuid:x' }),
    ).toBeNull();
  });
});

describe('the ladder', () => {
  const url = 'http://10.0.0.2/onvif';

  test('every fault of a stream has a cause, and what a cause tells the centre leads back to its rung', () => {
    for (const cause of Object.keys(LADDER_CAUSES) as (keyof typeof LADDER_CAUSES)[]) {
      const fault = faultOfCause(cause);
      if (fault === null) continue;
      const rungs = [LADDER_CAUSES[causeOfFault(fault)].state, LADDER_CAUSES[cause].state];
      if (cause !== 'address-changed') expect(new Set(rungs).size, cause).toBe(1);
    }
  });

  test('names the first rung that is missing', async () => {
    const network = new FakeNetwork();
    const reached = async (login: { username: string; password: string } | null) => {
      const { state, cause, streams } = await climb(network, url, login);
      return [state, cause, streams.length];
    };
    const right = { username: 'a', password: 'right' };
    expect(await reached(right)).toEqual(['not-reachable', 'unreachable', 0]);
    network.devices.set('10.0.0.2', aDevice());
    expect(await reached(null)).toEqual(['needs-password', 'password-missing', 0]);
    expect(await reached({ ...right, password: 'wrong' })).toEqual(['needs-password', 'password-wrong', 0]);
    expect(await reached(right)).toEqual(['ready', 'working', 1]);
    network.devices.set('10.0.0.2', aDevice({ clockOffsetMs: -61_000 }));
    expect(await reached(right)).toEqual(['clock-wrong', 'clock-off', 1]);
    network.devices.set('10.0.0.2', aDevice({ clockOffsetMs: -59_000 }));
    expect(await reached(right)).toEqual(['ready', 'working', 1]);
    network.devices.set('10.0.0.2', aDevice({ profiles: [] }));
    expect(await reached(right)).toEqual(['no-usable-profile', 'no-profile', 0]);
  });

  test('a device that fails after the login has no stream, and one that says it is locked is locked', async () => {
    const network = new FakeNetwork();
    network.devices.set('10.0.0.2', aDevice());
    network.streamUrl = () => Promise.reject(new StreamFaultError('protocol', 'ONVIF fault'));
    const right = { username: 'a', password: 'right' };
    expect(await climb(network, url, right)).toMatchObject({ cause: 'no-stream-address' });
    network.facts = () => Promise.reject(new StreamFaultError('unauthorized', 'The user is locked.'));
    expect(await climb(network, url, right)).toMatchObject({ cause: 'account-locked' });
  });
});

describe('of the profiles', () => {
  const cases: [string, string | null, MediaProfile[]][] = [
    ['main', 'sub', [profile('main', 'h264', 1920, 1080), profile('sub', 'h264', 640, 360)]],
    ['main', null, [profile('main', 'h264', 1920, 1080), profile('tiny', 'h264', 320, 180)]],
    ['big', 'sub', [profile('big', 'h265', 3840, 2160), profile('sub', 'h264', 704, 576)]],
    ['hevc', null, [profile('hevc', 'h265', 1280, 720), profile('jpeg', 'other', 640, 480)]],
  ];
  test.each(cases)('%s is the main stream and %s the sub-stream', (main, sub, profiles) => {
    const choice = chooseProfiles(profiles);
    expect([choice?.main.token, choice?.sub?.token ?? null]).toEqual([main, sub]);
  });
  test('of other codecs none is chosen', () =>
    expect(chooseProfiles([profile('jpeg', 'other', 640, 480)])).toBeNull());
});
