import type { CameraHealth } from '@pingan/models/contract';
import { Registry } from 'prom-client';
import { expect, test } from 'vitest';
import { createStreamMetrics } from '../../../gateway/src/assembly/stream-metrics.ts';

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

test('tells packets, findings and causes, and forgets them with the session', async () => {
  const registry = new Registry();
  const set = createStreamMetrics(registry);
  set([health]);
  const text = await registry.metrics();
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
  set([{ ...gone, causes: [] }]);
  expect(packets).toBeDefined();
  expect(await registry.metrics()).not.toContain('44030600001310000001');
});
