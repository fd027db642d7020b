import { EVENT_KINDS, type SensorReading } from '@pingan/models/contract';
import type { Clock } from '../base/clock.ts';
import type { Startable } from '../base/lifecycle.ts';
import type { Logger } from '../base/log.ts';
import type { DeviceCodes } from '../cameras/device-codes.ts';
import type { LoadedConfig } from '../config/load.ts';
import type { GatewayConfig } from '../config/schema.ts';
import { type SensorOutcome, type SensorProtocol, sensorProtocols } from '../sensors/index.ts';
import { MqttSensorBus } from '../uplink/sensor-bus.ts';
import type { EventDraft } from './alarm-book.ts';

export type SensorSystemOptions = {
  config: GatewayConfig;
  readSecret: LoadedConfig['readSecret'];
  codes: DeviceCodes;
  emit(draft: EventDraft): Promise<void>;
  clock: Clock;
  log: Logger;
};

function draftOf({ kind, type, sensor, reading, occurredAtMs, monotonicMs }: SensorOutcome): EventDraft {
  return {
    phase: kind,
    type,
    severity: EVENT_KINDS[type].severity,
    origin: { kind: 'sensor', id: sensor.sensorId, code: sensor.code, name: sensor.name },
    discriminator: 'sensor',
    occurredAtMs,
    monotonicMs,
    detail: reading ? { reading } : {},
  };
}

/** The sensor protocols that are configured, each with the session to its broker. */
export class SensorSystem implements Startable {
  readonly #options: SensorSystemOptions;
  #parts: { bus: MqttSensorBus; protocol: SensorProtocol }[] = [];

  constructor(options: SensorSystemOptions) {
    this.#options = options;
  }

  start(): void {
    const { config, readSecret, codes, clock, log, emit } = this.#options;
    const settings = config.sensors?.homeAssistant;
    if (!settings || this.#parts.length > 0) return;
    const { brokerUrl, username, passwordFile, prefix, node } = settings;
    const bus = new MqttSensorBus({
      brokerUrl,
      clientId: `${config.gateway.id}-sensors`,
      ...(username === undefined ? {} : { username }),
      ...(passwordFile === undefined ? {} : { password: readSecret(passwordFile) }),
      log,
    });
    const protocol = sensorProtocols.homeAssistant({
      bus,
      clock,
      log,
      ...(prefix === undefined ? {} : { prefix }),
      ...(node === undefined ? {} : { node }),
      assignCode: (sensorId) => codes.assign('alarmInput', sensorId),
      onOutcome: (outcome) => void emit(draftOf(outcome)),
    });
    this.#parts.push({ bus, protocol });
    bus.start();
    protocol.start();
  }

  async stop(): Promise<void> {
    for (const { protocol, bus } of this.#parts.splice(0)) {
      await protocol.stop();
      await bus.stop();
    }
  }

  readings(): SensorReading[] {
    return this.#parts.flatMap(({ protocol }) => protocol.readings());
  }
}
