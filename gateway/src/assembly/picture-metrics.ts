import type { CameraHealth } from '@pingan/models/contract';
import { Gauge, type Registry } from 'prom-client';

/** Picture health per camera and finding. @returns sets the gauges from a health report */
export function createPictureMetrics(registry: Registry): (cameras: readonly CameraHealth[]) => void {
  const gauge = (name: string, help: string) =>
    new Gauge({ name, help, labelNames: ['camera', 'finding'], registers: [registry] });
  const finding = gauge('pingan_camera_picture_finding', '1 while the finding is confirmed');
  const measure = gauge(
    'pingan_camera_picture_measure',
    'what the finding is judged by; units: health/README.md',
  );
  return (cameras) => {
    finding.reset();
    measure.reset();
    for (const { code, picture } of cameras) {
      if (!picture) continue;
      for (const { finding: name, measure: value } of picture.measures ?? []) {
        measure.set({ camera: code, finding: name }, value);
        finding.set({ camera: code, finding: name }, 0);
      }
      for (const name of picture.findings) finding.set({ camera: code, finding: name }, 1);
    }
  };
}
