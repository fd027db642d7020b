import type { CameraHealth, HealthReport } from '@pingan/models/contract';
import { expect, test } from 'vitest';
import { createMetrics } from '../../../gateway/src/assembly/metrics.ts';

const health: CameraHealth = {
  cameraId: 'camera-1',
  code: '44030600001310000001',
  name: 'gate',
  state: { kind: 'streaming', since: '2026-11-22T04:00:00.000Z' },
  causes: ['clock'],
  packets: {
    fps: 24,
    bitrateKbps: 900,
    gopLength: 50,
    lossRatio: 0,
    jitterMs: 3,
    clockOffsetMs: 9_000,
    expectedFps: 25,
    gopSeconds: 2,
    incompleteRatio: 0.5,
    findings: ['clock-wrong'],
  },
};

const report = (camera: CameraHealth): HealthReport => ({
  gatewayId: 'gw-1',
  bootId: '0190a5d0-0000-7000-8000-000000000000',
  at: '2026-11-22T04:00:00.000Z',
  cameras: [camera],
  sensors: [],
  gateway: {
    uptimeSeconds: 1,
    rssBytes: 1,
    cpuSeconds: 1,
    outboxPending: 0,
    outboxDeadLetters: 0,
    detector: { submitted: 0, inferred: 0, dropped: 0, restarts: 0 },
  },
});

test('tells packets, findings and causes, and forgets them with the session', async () => {
  let camera = health;
  const metrics = createMetrics(() => report(camera));
  const text = await metrics.read();
  for (const line of [
    'pingan_camera_expected_fps{camera="44030600001310000001"} 25',
    'pingan_camera_gop_seconds{camera="44030600001310000001"} 2',
    'pingan_camera_incomplete_ratio{camera="44030600001310000001"} 0.5',
    'pingan_camera_clock_offset_ms{camera="44030600001310000001"} 9000',
    'pingan_camera_packet_finding{camera="44030600001310000001",finding="clock-wrong"} 1',
    'pingan_camera_cause{camera="44030600001310000001",layer="clock"} 1',
  ])
    expect(text).toContain(line);
  const { packets, ...gone } = health;
  camera = { ...gone, causes: [] };
  expect(packets).toBeDefined();
  const after = await metrics.read();
  for (const name of ['expected_fps', 'gop_seconds', 'packet_finding', 'cause'])
    expect(after).not.toContain(`pingan_camera_${name}{camera="44030600001310000001"`);
});
