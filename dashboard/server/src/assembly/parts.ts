import { hostname } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { topicOf } from '@pingan/models/contract';
import { SessionWatch } from '../auth/session-watch.ts';
import { Sessions } from '../auth/sessions.ts';
import { type Now, systemNow } from '../base/clock.ts';
import type { Logger } from '../base/log.ts';
import { AedesBroker } from '../broker/aedes-broker.ts';
import type { Config } from '../config/schema.ts';
import type { CommandKey } from '../fleet/command-key.ts';
import { Fleet } from '../fleet/fleet.ts';
import { HealthFigures } from '../health/health-figures.ts';
import { Ingest } from '../ingest/ingest.ts';
import { LiveRelay, type RelayTimes } from '../live/relay.ts';
import { LiveSockets } from '../live/sockets.ts';
import { LiveTickets } from '../live/tickets.ts';
import { AreaDirectory } from '../registry/areas.ts';
import { AreaIndex } from '../reports/area-index.ts';
import { createMetrics } from '../reports/metrics.ts';
import { ChangeHub } from '../routes/change-hub.ts';
import type { Services } from '../routes/services.ts';
import { RuleDesk } from '../rules/rule-desk.ts';
import { createVerdicts } from '../rules/verdicts.ts';
import { SLOT_SECONDS } from '../store/camera-observations.ts';
import { externalDatabase } from '../store/database-server.ts';
import { EmbeddedDatabase } from '../store/embedded-database.ts';
import { createStore } from '../store/store.ts';
import { createDisposal } from '../workflow/disposal.ts';
import { assembleEvidence } from './evidence.ts';
import { Housekeeping } from './housekeeping.ts';
import { createIndexEngine } from './index-engine.ts';
import { assembleSafetyIndex } from './safety-index.ts';

const REPOSITORY = resolve(import.meta.dirname, '../../../..');
const FRAMEWORK = join(REPOSITORY, 'config/index/pingan-first.yaml');

export type DashboardOptions = { config: Config; log: Logger; now?: Now; liveTimes?: RelayTimes };

/** Folder of the embedded database below the data folder. */
export const databaseFolder = (dataDir: string) => join(dataDir, 'database');

const reachable = (host: string) => (['0.0.0.0', '::'].includes(host) ? hostname() : host);
const bracketed = (host: string) => (host.includes(':') ? `[${host}]` : host);

/** Where gateways are told to connect: the public addresses when they are configured. */
export function endpointsOf({ http, broker }: Config, ports: { http: number; broker: number }) {
  const web = http.publicUrl ?? `http://${bracketed(reachable(http.host))}:${ports.http}`;
  return {
    brokerUrl: broker.publicUrl ?? `mqtt://${bracketed(reachable(broker.host))}:${ports.broker}`,
    mediaUrl: `${web.replace(/^http/, 'ws')}/api/v1/media/publish`,
  };
}

/** Builds every part; nothing is started, read or opened yet except the framework of the index. */
export function assemble({ config, log, now = systemNow, liveTimes }: DashboardOptions) {
  const { dataDir, http } = config;
  const server =
    config.database.kind === 'url'
      ? externalDatabase(config.database)
      : new EmbeddedDatabase(databaseFolder(dataDir), log);
  const store = createStore(server, log, config.timeZone);
  const sessions = new Sessions(store.people, now);
  const watch = new SessionWatch(sessions, log);
  const watchSession = (hash: string, onEnd: () => void) => watch.watch(hash, onEnd);
  const areas = new AreaDirectory(store.places.all);
  const hub = new ChangeHub({ store, areas, watchSession, log });
  const onChanged = () => hub.poke();

  let key: CommandKey | undefined;
  let httpPort = http.port;
  const fleet: Fleet = new Fleet({
    ...store.gateways,
    addGateway: store.gateways.add,
    setDesired: store.configurations.setDesired,
    allDesired: store.configurations.allDesired,
    publish: (topic, payload, options) => broker.publish(topic, payload, options),
    onChanged,
    endpoints: () => endpointsOf(config, { http: httpPort, broker: broker.port }),
    key: () => {
      if (key === undefined) throw new Error('the command key is not loaded yet');
      return key;
    },
    now,
  });
  const ingest: Ingest = new Ingest({
    writeEvents: store.writeEvents,
    writeHealth: store.writeHealth,
    writeState: async (state, at) => {
      await store.writeState(state, at);
      if (state.evidenceKey !== undefined)
        await store.evidence.noteKey(state.gatewayId, state.evidenceKey, at);
    },
    writeReported: store.configurations.setReported,
    onReply: (reply) => {
      const { gatewayId, commandId, outcome } = reply;
      evidence.requests.onReply(reply);
      if (outcome.kind !== 'refused') return;
      log.warn({ gatewayId, commandId, code: outcome.code }, 'fleet: command refused');
      relay.onRefused(gatewayId, commandId, outcome.code);
    },
    sendReceipt: (gatewayId, payload) => broker.publish(topicOf(gatewayId, 'receipt'), payload),
    onCommitted: onChanged,
    count: (name, by) => metrics.count(name, by),
    observeCommit: (seconds) => metrics.observeCommit(seconds),
    now,
    sleep: (ms, signal) => wait(ms, undefined, { signal }).catch(() => {}),
    log,
  });
  const broker: AedesBroker = new AedesBroker(
    {
      ...config.broker,
      authenticate: (username, password) => fleet.authenticate(username, password),
      onMessage: (message) => ingest.accept(message),
      whenRoom: () => ingest.whenRoom(),
    },
    log,
  );
  const relay: LiveRelay = new LiveRelay(
    { send: (gatewayId, command) => fleet.send(gatewayId, command), now, log },
    liveTimes,
  );
  const tickets = new LiveTickets({ logViewing: store.places.logViewing, now });
  const sockets = new LiveSockets({ relay, tickets, watchSession, publicUrl: http.publicUrl, log });
  const metrics = createMetrics({
    connectedGateways: () => broker.connectedGateways().length,
    streamClients: () => hub.clientCount,
    liveViewers: () => relay.viewerCount,
  });
  const evidence = assembleEvidence({ store, fleet, config, onChanged, now, log });
  const index = new AreaIndex(
    {
      cameraFacts: store.places.cameraFacts,
      alarmFacts: store.places.alarmFacts,
      compute: createIndexEngine(config.index.frameworkFile ?? FRAMEWORK, () => areas.all()),
      announce: async (changed, at) => {
        await store.changes.announce('index', changed, at);
        onChanged();
      },
      now,
      log,
    },
    config.index,
  );
  const health = new HealthFigures(
    {
      sums: store.cameraFigures.sums,
      lineOf: (code) => areas.lineOf(code),
      within: (code) => areas.within(code),
      timeZone: config.timeZone,
      slotSeconds: SLOT_SECONDS,
      now,
    },
    config.health,
  );
  const housekeeping = new Housekeeping({
    preparePartitions: store.preparePartitions,
    pruneChanges: store.changes.prune,
    pruneSamples: store.cameraHistory.prune,
    keepSamplesDays: config.health.keepSamplesDays,
    pruneTrials: store.trials.prune,
    keepTrialsDays: config.rules.keepTrialsDays,
    markOffline: store.gateways.markOffline,
    connectedGateways: () => broker.connectedGateways(),
    onChanged,
    now,
    log,
  });
  const safetyIndex = assembleSafetyIndex({ store, areas, config, now, log }, sessions);
  const disposal = createDisposal({ transition: store.alarms.transition, onChanged, now });
  const rules = {
    desk: new RuleDesk({
      setRules: (change) => fleet.setRules(change),
      findVersion: store.configurationVersions.find,
    }),
    verdicts: createVerdicts({ save: store.verdicts.save, onChanged, now }),
    settings: config.rules,
  };
  let ready = false;
  const services: Services = {
    now,
    store,
    sessions,
    areas,
    disposal,
    fleet,
    tickets,
    evidence,
    health,
    rules,
    index,
    hub,
    metrics,
    ...safetyIndex.services,
    isReady: () => ready,
  };
  return {
    services,
    store,
    sessions,
    fleet,
    ingest,
    broker,
    sockets,
    parts: { watch, areas, hub, index, housekeeping, relay, publishing: safetyIndex.job },
    setKey: (loaded: CommandKey) => {
      key = loaded;
    },
    setReady: (value: boolean) => {
      ready = value;
    },
    setHttpPort: (port: number) => {
      httpPort = port;
    },
  };
}
