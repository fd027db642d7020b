import type { CameraHealth } from '@pingan/models/contract';
import { Gauge, type Registry } from 'prom-client';

/** Packets and causes as metrics. @returns sets them from the cameras' health */
export function createStreamMetrics(registry: Registry): (cameras: readonly CameraHealth[]) => void {
  const gauge = (name: string, help: string) =>
    new Gauge({ name, help, labelNames: ['camera'], registers: [registry] });
  const expected = gauge('pingan_camera_expected_fps', 'access units per second that the stream should have');
  const jitter = gauge('pingan_camera_jitter_ms', 'interarrival jitter (RFC 3550)');
  const gop = gauge('pingan_camera_gop_seconds', 'time between the last two keyframes');
  const incomplete = gauge('pingan_camera_incomplete_ratio', 'pictures that lack a part / all pictures');
  const clock = gauge('pingan_camera_clock_offset_ms', 'clock of the camera minus ours');
  const finding = new Gauge({
    name: 'pingan_camera_packet_finding',
    help: '1 while the finding is confirmed',
    labelNames: ['camera', 'finding'],
    registers: [registry],
  });
  const cause = new Gauge({
    name: 'pingan_camera_cause',
    help: '1 while something is wrong in this layer',
    labelNames: ['camera', 'layer'],
    registers: [registry],
  });
  const all = [expected, jitter, gop, incomplete, clock, finding, cause];
  return (cameras) => {
    for (const metric of all) metric.reset();
    for (const { code: camera, packets, causes = [] } of cameras) {
      for (const layer of causes) cause.set({ camera, layer }, 1);
      if (packets === undefined) continue;
      const { expectedFps, gopSeconds, incompleteRatio, clockOffsetMs, findings = [] } = packets;
      jitter.set({ camera }, packets.jitterMs);
      if (expectedFps !== undefined) expected.set({ camera }, expectedFps);
      if (gopSeconds !== undefined) gop.set({ camera }, gopSeconds);
      if (incompleteRatio !== undefined) incomplete.set({ camera }, incompleteRatio);
      if (clockOffsetMs !== null) clock.set({ camera }, clockOffsetMs);
      for (const each of findings) finding.set({ camera, finding: each }, 1);
    }
  };
}
