import { beforeEach, describe, expect, test } from 'vitest';
import { GuardedSource, type SourceGuard } from '../../../gateway/src/cameras/guarded-source.ts';
import type { Allowance } from '../../../gateway/src/cameras/vault/login-budget.ts';
import {
  type Camera,
  type CameraSource,
  type FrameSource,
  StreamFaultError,
} from '../../../gateway/src/pipeline.ts';

const SOURCE = { kind: 'rtsp' as const, url: 'rtsp://10.0.0.2/main', transport: 'tcp' as const };
const WITH_LOGIN = { ...SOURCE, username: 'a', password: 'p' };
const camera: Camera = { id: 'cam-1', code: '0'.repeat(20), name: 'x', source: SOURCE };
const events = { onParameterSets: () => {}, onAccessUnit: () => {} };

class FakeGuard implements SourceGuard {
  readonly told: string[] = [];
  allowBasic = true;
  stranger = false;
  allowance: Allowance = { allowed: true };

  async prove() {
    this.told.push('prove');
    if (this.stranger) throw new StreamFaultError('identity-changed', 'another device');
    return { allowBasic: this.allowBasic };
  }

  mayLogIn() {
    return this.allowance;
  }

  refused() {
    this.told.push('refused');
  }

  granted() {
    this.told.push('granted');
  }
}

describe('a stream is opened', () => {
  let guard: FakeGuard;
  let opened: CameraSource[];
  let failure: StreamFaultError | null;
  beforeEach(() => {
    guard = new FakeGuard();
    opened = [];
    failure = null;
  });

  const inner: FrameSource = {
    open: async (source) => {
      opened.push(source);
      if (failure) throw failure;
      return { facts: Object.create(null), done: Promise.resolve(), stop: async () => {} };
    },
  };
  const open = (source: CameraSource) =>
    new GuardedSource(inner, camera, guard).open(source, events, new AbortController().signal);

  test('without questions when no password is at stake', async () => {
    await open(SOURCE);
    await open({ kind: 'file', path: '/x' });
    expect(guard.told).toEqual([]);
  });

  test('with its password only after the device proved to be the one we know', async () => {
    await open(WITH_LOGIN);
    expect(guard.told).toEqual(['prove', 'granted']);
    guard.stranger = true;
    await expect(open(WITH_LOGIN)).rejects.toMatchObject({ fault: 'identity-changed' });
    expect(opened).toHaveLength(1);
  });

  test('with Basic only where both the camera and a person allow it', async () => {
    await open(WITH_LOGIN);
    guard.allowBasic = false;
    await open(WITH_LOGIN);
    guard.allowBasic = true;
    await open({ ...WITH_LOGIN, allowBasic: false });
    expect(opened.map((source) => source.kind === 'rtsp' && source.allowBasic)).toEqual([true, false, false]);
  });

  test('not at all while the login budget is spent, and says until when', async () => {
    guard.allowance = { allowed: false, untilMs: 1_800_000_000_000 };
    await expect(open(WITH_LOGIN)).rejects.toMatchObject({
      fault: 'unauthorized',
      message: expect.stringContaining('2027-01-15T08:00:00.000Z'),
    });
    guard.allowance = { allowed: false, untilMs: null };
    await expect(open(WITH_LOGIN)).rejects.toThrow(/enter its password again/);
    expect(opened).toEqual([]);
  });

  test('and a refusal is counted, another fault is not', async () => {
    failure = new StreamFaultError('unauthorized', 'no');
    await expect(open(WITH_LOGIN)).rejects.toThrow();
    failure = new StreamFaultError('unreachable', 'no');
    await expect(open(WITH_LOGIN)).rejects.toThrow();
    expect(guard.told).toEqual(['prove', 'refused', 'prove']);
  });
});
