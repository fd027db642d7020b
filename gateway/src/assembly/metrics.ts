import type { HealthReport } from '@pingan/models/contract';
import { collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import { createDecodeMetrics } from './decode-metrics.ts';
import { createPictureMetrics } from './picture-metrics.ts';
import { createStreamMetrics } from './stream-metrics.ts';

/** The text of one scrape. */
export type Metrics = { contentType: string; read(): Promise<string> };

/** Prometheus metrics of the gateway, read from a health report at each scrape. */
export function createMetrics(compose: () => HealthReport): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry, prefix: 'pingan_gateway_' });
  const camera = (name: string, help: string) =>
    new Gauge({ name, help, labelNames: ['camera'], registers: [registry] });
  const up = camera('pingan_camera_streaming', '1 while the camera streams');
  const fps = camera('pingan_camera_fps', 'access units per second');
  const bitrate = camera('pingan_camera_bitrate_kbps', 'kilobits per second');
  const loss = camera('pingan_camera_loss_ratio', 'lost packets / expected packets');
  const good = camera('pingan_camera_picture_good', '1 while no picture finding is confirmed');
  const outbox = new Gauge({
    name: 'pingan_outbox_pending',
    help: 'events without a receipt',
    registers: [registry],
  });
  const dead = new Gauge({
    name: 'pingan_outbox_dead_letters',
    help: 'events the centre refused',
    registers: [registry],
  });
  const detector = new Gauge({
    name: 'pingan_detector_pictures',
    help: 'pictures since start',
    labelNames: ['outcome'],
    registers: [registry],
  });

  const setDecoding = createDecodeMetrics(registry);
  const setStreams = createStreamMetrics(registry);
  const setPictures = createPictureMetrics(registry);

  const read = () => {
    const report = compose();
    setDecoding(report.cameras);
    setStreams(report.cameras);
    setPictures(report.cameras);
    for (const gauge of [up, fps, bitrate, loss, good]) gauge.reset();
    for (const { code, state, packets, picture } of report.cameras) {
      up.set({ camera: code }, state.kind === 'streaming' ? 1 : 0);
      if (packets) {
        fps.set({ camera: code }, packets.fps);
        bitrate.set({ camera: code }, packets.bitrateKbps);
        loss.set({ camera: code }, packets.lossRatio);
      }
      if (picture) good.set({ camera: code }, picture.good ? 1 : 0);
    }
    outbox.set(report.gateway.outboxPending);
    dead.set(report.gateway.outboxDeadLetters);
    for (const [outcome, count] of Object.entries(report.gateway.detector)) detector.set({ outcome }, count);
    return registry.metrics();
  };
  return { contentType: registry.contentType, read };
}
