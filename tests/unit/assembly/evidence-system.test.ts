import { describe, expect, test } from 'vitest';
import { CameraStreams } from '../../../gateway/src/assembly/camera-streams.ts';
import { EvidenceSystem } from '../../../gateway/src/assembly/evidence-system.ts';
import { systemClock } from '../../../gateway/src/base/clock.ts';
import { silentLogger } from '../../../gateway/src/base/log.ts';
import { cameraIdOf } from '../../../gateway/src/cameras/identity.ts';
import type { GatewayConfig } from '../../../gateway/src/config/schema.ts';
import type { Camera } from '../../../gateway/src/pipeline.ts';
import { ConnectGate } from '../../../gateway/src/streams/connect-gate.ts';
import { LiveStream } from '../../../gateway/src/streams/live-stream.ts';
import { FakeSource } from '../streams/fake-source.ts';

const TRIANGLE: [number, number][] = [
  [0, 0],
  [1, 0],
  [1, 1],
];

function build(cameras: string[]) {
  const config: GatewayConfig = {
    gateway: { id: 'gw-1', dataDir: '/nowhere' },
    site: { centre: '44030600', industry: '01', network: '7' },
    centre: { credentialsFile: 'none' },
    cameras: { networks: [] },
    evidence: { enabled: false },
    privacyMasks: [{ id: 'window', cameras, polygon: TRIANGLE }],
  };
  const credentials = {
    gatewayId: 'gw-1',
    token: '',
    brokerUrl: '',
    mediaUrl: 'ws://centre/',
    commandPublicKey: '',
  };
  return new EvidenceSystem({
    config,
    credentials,
    emit: async () => {},
    clock: systemClock,
    log: silentLogger,
  });
}

const camera = (key: string, code = '44030600011327000001'): Camera => ({
  id: cameraIdOf(`configured:${key}`),
  code,
  name: key,
  source: { kind: 'file', path: key },
});
function attach(system: EvidenceSystem, one: Camera) {
  const createStream = (profile: Camera) =>
    new LiveStream({ camera: profile, source: new FakeSource(), gate: new ConnectGate(), log: silentLogger });
  return system.attach(one, new CameraStreams({ camera: one, createStream, log: silentLogger }));
}

describe('privacy masks of the configuration', () => {
  test.each([
    ['its key in the file', ['north']],
    ['its id', [cameraIdOf('configured:north')]],
    ['its device code', ['44030600011327000001']],
    ['all', ['*']],
  ])('are found by %s', (_, cameras) => {
    expect(build(cameras).masksOf(camera('north'))).toHaveLength(1);
  });

  test('a masked camera is marked and refused live in words, another one is not, and one that is not at work is refused too', () => {
    const system = build(['north']);
    const south = camera('south', '44030600011327000002');
    expect([attach(system, camera('north')).isMasked, attach(system, south).isMasked]).toEqual([true, false]);
    expect(system.refusalOf(camera('north').id)).toContain('privacy mask');
    expect(system.refusalOf(south.id)).toBeNull();
    expect(system.refusalOf('cam-unknown')).toContain('not relayed');
  });

  test('hold where evidence is switched off; asking for evidence is refused in words', async () => {
    const system = build(['north']);
    await system.start();
    expect(attach(system, camera('north')).isMasked).toBe(true);
    expect([system.publicKey, system.stats]).toEqual([undefined, null]);
    expect(system.request('018bcfe5-7f0c-7439-b5ae-fb66032add01', 'x')).toMatchObject({
      code: 'evidence-disabled',
    });
    await system.stop();
  });
});
