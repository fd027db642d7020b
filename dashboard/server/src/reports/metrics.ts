import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

export type IngestCount = 'events' | 'duplicates' | 'rejected' | 'malformed' | 'reports' | 'retries';

export type Gauges = {
  connectedGateways(): number;
  streamClients(): number;
  liveViewers(): number;
};

export type Metrics = {
  contentType: string;
  text(): Promise<string>;
  count(name: IngestCount, by: number): void;
  observeCommit(seconds: number): void;
};

/** The server's Prometheus metrics. Gauges are read when somebody asks. */
export function createMetrics(gauges: Gauges): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const ingested = new Counter({
    name: 'pingan_ingest_total',
    help: 'Messages by what became of them',
    labelNames: ['outcome'],
    registers,
  });
  const commits = new Histogram({
    name: 'pingan_ingest_commit_seconds',
    help: 'Time that the commit of a batch took',
    buckets: [0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5],
    registers,
  });
  const gauge = (name: string, help: string, read: () => number) =>
    new Gauge({
      name,
      help,
      registers,
      collect() {
        this.set(read());
      },
    });
  gauge('pingan_connected_gateways', 'Gateways with an MQTT session', gauges.connectedGateways);
  gauge('pingan_stream_clients', 'Open server-sent event streams', gauges.streamClients);
  gauge('pingan_live_viewers', 'Open video connections of browsers', gauges.liveViewers);
  return {
    contentType: registry.contentType,
    text: () => registry.metrics(),
    count: (outcome, by) => {
      if (by > 0) ingested.inc({ outcome }, by);
    },
    observeCommit: (seconds) => commits.observe(seconds),
  };
}
