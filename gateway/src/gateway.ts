import { randomUUID } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Command, HealthReport, Reply, SafetyEvent } from '@pingan/models/contract';
import { AlarmBook, type EventDraft } from './assembly/alarm-book.ts';
import { CameraSystem } from './assembly/camera-system.ts';
import { EvidenceSystem } from './assembly/evidence-system.ts';
import { HealthReporter } from './assembly/health-reporter.ts';
import { createMetrics } from './assembly/metrics.ts';
import { RuleBoard } from './assembly/rule-board.ts';
import { SensorSystem } from './assembly/sensor-system.ts';
import { raiseTestAlarm } from './assembly/test-alarm.ts';
import { systemClock, timestamp } from './base/clock.ts';
import { messageOf } from './base/errors.ts';
import { type Startable, startAll } from './base/lifecycle.ts';
import { createLogger, type Logger } from './base/log.ts';
import { StateStore } from './base/state-store.ts';
import { DeviceCodes } from './cameras/device-codes.ts';
import type { LoadedConfig } from './config/load.ts';
import { Console } from './console/console.ts';
import { HttpServer } from './console/http-server.ts';
import { LivePublisher } from './live/index.ts';
import { Outbox } from './outbox/outbox.ts';
import { readCommandKey } from './uplink/signed.ts';
import { Uplink } from './uplink/uplink.ts';

const SOFTWARE = 'pingan-gateway 0.1.0';
const DEFAULT_HTTP = { host: '127.0.0.1', port: 8090 };
const LEDGER = 'command-sequence';
/** Beyond this the gateway says itself that its clock is not to be trusted, ms. */
const TRUSTED_OFFSET_MS = 2000;

/** The composition root: builds every part from the configuration and wires the hops. Nothing runs before `start`. */
export class Gateway implements Startable {
  readonly #loaded: LoadedConfig;
  readonly #log: Logger;
  readonly #bootId = randomUUID();
  readonly #clock = systemClock;
  readonly #values: StateStore;
  readonly #outbox: Outbox;
  readonly #alarms: AlarmBook;
  readonly #rules: RuleBoard;
  readonly #evidence: EvidenceSystem;
  readonly #cameras: CameraSystem;
  readonly #sensors: SensorSystem;
  readonly #live: LivePublisher;
  readonly #uplink: Uplink;
  readonly #reporter: HealthReporter;
  readonly #http: HttpServer;
  #clockOffsetMs: number | null = null;
  #stopAll: () => Promise<void> = async () => {};

  constructor(loaded: LoadedConfig) {
    this.#loaded = loaded;
    const { config, credentials, readSecret } = loaded;
    const clock = this.#clock;
    const gatewayId = config.gateway.id;
    const log = createLogger(gatewayId, config.gateway.logLevel ?? 'info');
    this.#log = log;
    mkdirSync(config.gateway.dataDir, { recursive: true, mode: 0o750 });
    this.#values = new StateStore(join(config.gateway.dataDir, 'state.db'));
    this.#outbox = new Outbox({ path: join(config.gateway.dataDir, 'outbox.db'), clock, log });
    const codes = new DeviceCodes(this.#values, config.site);
    const clockTrust = () => ({
      trusted: Math.abs(this.#clockOffsetMs ?? Number.NaN) <= TRUSTED_OFFSET_MS,
      offsetMs: this.#clockOffsetMs,
    });
    this.#alarms = new AlarmBook({
      gatewayId,
      bootId: this.#bootId,
      clock,
      clockTrust,
    });
    this.#rules = new RuleBoard({
      gatewayId,
      fileRules: config.rules ?? [],
      values: this.#values,
      clock,
      log,
    });
    const emit = (draft: EventDraft) => this.#emit(draft);
    this.#evidence = new EvidenceSystem({ config, credentials, emit, clock, log });
    this.#cameras = new CameraSystem({
      config,
      readSecret,
      codes,
      baselines: this.#values,
      rules: this.#rules,
      evidence: this.#evidence,
      emit,
      testAlarm: (camera, signal) =>
        raiseTestAlarm(
          camera,
          {
            keep: (draft) => this.#keep(draft),
            isWaiting: (eventId) => this.#outbox.isWaiting(eventId),
            clock,
          },
          signal,
        ),
      onChange: () => this.#reporter.changed(),
      clock,
      log,
    });
    this.#sensors = new SensorSystem({ config, readSecret, codes, emit, clock, log });
    this.#live = new LivePublisher({
      gatewayId,
      mediaUrl: credentials.mediaUrl,
      findStream: (cameraId, profile) => this.#cameras.fleet.find(cameraId)?.streams.of(profile),
      refusalOf: (cameraId) => this.#evidence.refusalOf(cameraId),
      log,
    });
    this.#uplink = this.#createUplink();
    this.#reporter = new HealthReporter({
      compose: () => this.#report(),
      send: (report) => this.#uplink.sendHealth(report),
    });
    this.#http = new HttpServer({
      ...DEFAULT_HTTP,
      ...config.gateway.http,
      health: () => this.#health(),
      metrics: createMetrics(() => this.#report()),
      console: this.#createConsole(),
      log,
    });
  }

  /** Where /healthz, /metrics and the technician's page answer. */
  get httpAddress(): string {
    return `${this.#loaded.config.gateway.http?.host ?? DEFAULT_HTTP.host}:${this.#http.port}`;
  }

  async start(): Promise<void> {
    const recovery: Startable = { start: () => this.#recover(), stop: async () => {} };
    this.#stopAll = await startAll([
      this.#values,
      this.#outbox,
      recovery,
      this.#rules,
      this.#evidence,
      this.#http,
      this.#uplink,
      this.#live,
      this.#cameras,
      this.#sensors,
      this.#reporter,
    ]);
    this.#log.info({ bootId: this.#bootId }, 'gateway started');
  }

  async stop(): Promise<void> {
    await this.#stopAll();
    this.#log.info('gateway stopped');
  }

  /** Alarms that a power cut left open are cleared, on disk, before anything new is raised. */
  async #recover(): Promise<void> {
    const clearing = this.#alarms.clearing(this.#outbox.openAlarms());
    await Promise.all(clearing.map((event) => this.#outbox.append(event)));
  }

  async #emit(draft: EventDraft): Promise<void> {
    try {
      await this.#keep(draft);
    } catch (error) {
      const { type, phase, origin } = draft;
      this.#log.error(
        { type, phase, origin: origin.id, error: messageOf(error) },
        'an event could not be kept',
      );
    }
  }

  /** Resolves with the event once it is on disk; null when the draft changes nothing. */
  async #keep(draft: EventDraft): Promise<SafetyEvent | null> {
    const event = this.#alarms.enter(draft);
    if (!event) return null;
    this.#reporter.changed();
    await this.#outbox.append(event);
    this.#evidence.onEvent(event);
    return event;
  }

  #createConsole(): Console {
    const { config, credentials } = this.#loaded;
    return new Console({
      site: { gatewayId: config.gateway.id, software: SOFTWARE },
      dataDir: config.gateway.dataDir,
      roster: this.#cameras.roster,
      values: this.#values,
      centreUrl: credentials.brokerUrl,
      isConnected: () => this.#uplink.stats.connected,
      clockOffsetMs: () => this.#clockOffsetMs,
      clock: this.#clock,
      log: this.#log.child({ part: 'console' }),
    });
  }

  #createUplink(): Uplink {
    const { config, credentials } = this.#loaded;
    return new Uplink({
      gatewayId: config.gateway.id,
      brokerUrl: credentials.brokerUrl,
      token: credentials.token,
      commandKey: readCommandKey(credentials.commandPublicKey),
      bootId: this.#bootId,
      software: SOFTWARE,
      evidenceKey: () => this.#evidence.publicKey,
      queue: this.#outbox,
      ledger: {
        last: () => Number(this.#values.get(LEDGER) ?? '0'),
        record: (sequence) => this.#values.set(LEDGER, String(sequence)),
      },
      handlers: {
        onCommand: (command) => this.#obey(command),
        onDesired: (desired) =>
          this.#rules.apply(desired, (rules) => {
            const moment = { capturedAtMs: this.#clock.now(), monotonicMs: this.#clock.monotonic() };
            for (const loop of this.#cameras.fleet.loops())
              loop.report(loop.rules.replace(rules, moment), moment);
          }),
        onClockOffset: (offsetMs) => {
          this.#clockOffsetMs = offsetMs;
        },
      },
      clock: this.#clock,
      log: this.#log,
    });
  }

  #obey(command: Command): Promise<Reply['outcome']> {
    switch (command.name) {
      case 'live.start':
        return this.#live.begin(command.arguments);
      case 'live.stop':
        return this.#live.end(command.arguments);
      case 'clip.upload':
        return Promise.resolve(this.#evidence.request(command.arguments.alarmId, command.arguments.ticket));
    }
  }

  #report(): HealthReport {
    const { pending, deadLetters } = this.#outbox.stats();
    const { submitted, inferred, dropped, restarts, workersDown } = this.#cameras.detectorStats;
    const cpu = process.cpuUsage();
    return {
      gatewayId: this.#loaded.config.gateway.id,
      bootId: this.#bootId,
      at: timestamp(this.#clock.now()),
      cameras: this.#cameras.fleet.health(),
      sensors: this.#sensors.readings(),
      gateway: {
        uptimeSeconds: process.uptime(),
        rssBytes: process.memoryUsage.rss(),
        cpuSeconds: (cpu.user + cpu.system) / 1e6,
        outboxPending: pending,
        outboxDeadLetters: deadLetters,
        detector: { submitted, inferred, dropped, restarts, workersDown },
      },
    };
  }

  #health() {
    const { pending, blocked } = this.#outbox.stats();
    const cameras = this.#cameras.fleet.health();
    const streaming = cameras.filter(({ state }) => state.kind === 'streaming').length;
    return {
      ok: !blocked,
      centre: this.#uplink.stats.connected,
      cameras: cameras.length,
      streaming,
      outboxPending: pending,
      evidence: this.#evidence.stats,
    };
  }
}
