import type { CameraHealth } from '@pingan/models/contract';
import { Counter, Gauge, type Registry } from 'prom-client';

/** What is decoded, as metrics: pictures, their rate, and what load took away. @returns sets them from the cameras' health */
export function createDecodeMetrics(registry: Registry): (cameras: readonly CameraHealth[]) => void {
  const common = { labelNames: ['camera' as const], registers: [registry] };
  const pictures = new Counter({
    name: 'pingan_camera_pictures_total',
    help: 'pictures decoded and looked at since start',
    ...common,
  });
  const rate = new Gauge({
    name: 'pingan_camera_sampled_fps',
    help: 'pictures per second that are taken at most',
    ...common,
  });
  const degraded = new Gauge({
    name: 'pingan_camera_decode_degraded',
    help: '1 while load leaves the camera with keyframes only',
    ...common,
  });
  const degradations = new Counter({
    name: 'pingan_camera_decode_degradations_total',
    help: 'times that load left the camera with keyframes only',
    ...common,
  });
  const all = [pictures, rate, degraded, degradations];
  return (cameras) => {
    for (const metric of all) metric.reset();
    for (const { code, work, decode } of cameras) {
      if (work) pictures.inc({ camera: code }, work.pictures);
      if (!decode) continue;
      rate.set({ camera: code }, decode.sampledFps);
      degraded.set({ camera: code }, decode.mode === 'keyframes' ? 1 : 0);
      degradations.inc({ camera: code }, decode.degradations);
    }
  };
}
