import type {
  SensorMessage,
  SensorOutcome,
  SensorProtocol,
  SensorProtocolOptions,
} from '../sensor-protocol.ts';
import type { Instant } from './entity.ts';
import { Registry, type RegistryOptions } from './registry.ts';

export type HomeAssistantOptions = SensorProtocolOptions &
  Partial<Pick<RegistryOptions, 'prefix' | 'node' | 'offlineSeconds' | 'maxSensors'>> & {
    /** How often time alone may raise or clear something, ms. */
    checkMs?: number;
  };

/**
 * Sensors that announce themselves by Home Assistant's MQTT discovery (`binary_sensor` and `sensor`). Listens only; a message that
 * makes trouble is logged and the next one is taken.
 */
export function createHomeAssistant(options: HomeAssistantOptions): SensorProtocol {
  const { bus, clock, log, node } = options;
  const registry = new Registry({
    prefix: options.prefix ?? 'homeassistant',
    ...(node === undefined ? {} : { node }),
    assignCode: options.assignCode,
    offlineSeconds: options.offlineSeconds ?? 60,
    maxSensors: options.maxSensors ?? 2000,
    onRefused: (sensorId, reason) => log.warn({ sensorId, reason }, 'sensor announcement refused'),
  });
  const subscriptions = new Map<string, () => void>();
  let timer: NodeJS.Timeout | undefined;
  let forgetConnection: (() => void) | undefined;

  const now = (): Instant => ({ wallMs: clock.now(), monotonicMs: clock.monotonic() });

  const tell = (outcomes: readonly SensorOutcome[]): void => {
    for (const outcome of outcomes) options.onOutcome(outcome);
  };

  const unsubscribe = (topic: string): void => {
    subscriptions.get(topic)?.();
    subscriptions.delete(topic);
  };

  const subscribe = (topic: string): void => {
    const previous = subscriptions.get(topic);
    subscriptions.set(topic, bus.subscribe(topic, onMessage));
    previous?.();
  };

  const onMessage = (message: SensorMessage): void => {
    try {
      const effects = registry.handle(message, now());
      effects.unsubscribe.forEach(unsubscribe);
      effects.subscribe.forEach(subscribe);
      tell(effects.outcomes);
    } catch (error) {
      log.error({ error, topic: message.topic.slice(0, 256) }, 'sensor message failed');
    }
  };

  const check = (): void => {
    if (!bus.connected) return;
    try {
      tell(registry.check(now()));
    } catch (error) {
      log.error({ error }, 'sensor check failed');
    }
  };

  return {
    get stats() {
      return registry.stats;
    },
    readings: () => registry.readings(clock.monotonic()),
    start() {
      if (timer) return;
      forgetConnection = bus.onConnection((connected) => {
        if (connected) registry.resume(clock.monotonic());
      });
      registry.discoveryFilters.forEach(subscribe);
      timer = setInterval(check, options.checkMs ?? 1000);
    },
    async stop() {
      clearInterval(timer);
      timer = undefined;
      forgetConnection?.();
      for (const topic of [...subscriptions.keys()]) unsubscribe(topic);
    },
  };
}
