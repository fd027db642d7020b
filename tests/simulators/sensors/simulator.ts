import { setTimeout as sleep } from 'node:timers/promises';
import { type BrokerAddress, DeviceConnection } from './device-connection.ts';
import { defaultDevices, type SimulatedDevice, type StateStyle } from './devices.ts';

export interface SensorSimulatorOptions {
  readonly broker: BrokerAddress;
  readonly devices?: readonly SimulatedDevice[];
  /** Seconds between alarms, which go round the binary sensors; none by itself when absent. */
  readonly ringEveryS?: number;
  /** How long an alarm lasts, seconds; 10 by default. */
  readonly ringForS?: number;
  readonly style?: StateStyle;
  /** `homeassistant` by default. */
  readonly discoveryPrefix?: string;
  /** Root of state and availability topics, `pingan-sim` by default. */
  readonly baseTopic?: string;
  /** One node for all devices in discovery topics. */
  readonly discoveryNode?: string;
  readonly random?: () => number;
}

export interface SensorSimulator {
  /** Names as `<node>/<object>`, e.g. `sim_smoke_01/smoke`. */
  readonly sensors: readonly string[];
  /** Smoke, or the door opens: publishes ON. */
  ring(sensor: string): Promise<void>;
  /** The alarm is over: publishes OFF. */
  quiet(sensor: string): Promise<void>;
  /** Publishes a measured value. */
  measure(sensor: string, value: number): Promise<void>;
  setAvailable(node: string, isOnline: boolean): Promise<void>;
  /** Breaks a device's connection so that its last will is published. */
  vanish(node: string): Promise<void>;
  stop(): Promise<void>;
}

/**
 * Connects the devices, announces them by Home Assistant MQTT discovery and lets them ring now and then.
 * @throws Error when the broker refuses; nothing stays connected then.
 */
export async function startSensorSimulator(options: SensorSimulatorOptions): Promise<SensorSimulator> {
  const plan = {
    discoveryPrefix: options.discoveryPrefix ?? 'homeassistant',
    baseTopic: options.baseTopic ?? 'pingan-sim',
    style: options.style ?? 'plain',
    ...(options.discoveryNode === undefined ? {} : { discoveryNode: options.discoveryNode }),
  };
  const devices = options.devices ?? defaultDevices;
  const connections = new Map(
    devices.map((device) => [device.node, new DeviceConnection(device, options.broker, plan)]),
  );
  const stopAll = () => Promise.all([...connections.values()].map((connection) => connection.stop()));
  try {
    for (const connection of connections.values()) await connection.start();
  } catch (error) {
    await stopAll();
    throw error;
  }
  const connectionOf = (node: string) => {
    const connection = connections.get(node);
    if (connection === undefined)
      throw new RangeError(`no device ${node}; there are ${[...connections.keys()].join(', ')}`);
    return connection;
  };
  const publish = async (sensor: string, value: string) => {
    const [node = '', object = ''] = sensor.split('/');
    await connectionOf(node).publishState(object, value);
  };
  const ending = new AbortController();
  const routine = ringOnAndOff(options, (sensor, value) => publish(sensor, value), ending.signal);
  return {
    sensors: devices.flatMap((device) => device.entities.map((entity) => `${device.node}/${entity.object}`)),
    ring: (sensor) => publish(sensor, 'ON'),
    quiet: (sensor) => publish(sensor, 'OFF'),
    measure: (sensor, value) => publish(sensor, value.toFixed(1)),
    setAvailable: (node, isOnline) => connectionOf(node).publishAvailability(isOnline),
    vanish: (node) => connectionOf(node).vanish(),
    stop: async () => {
      ending.abort();
      await routine;
      await stopAll();
    },
  };
}

/** Rings one binary sensor after the other, with a new temperature each time, until the signal. */
async function ringOnAndOff(
  options: SensorSimulatorOptions,
  publish: (sensor: string, value: string) => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  const { ringEveryS, ringForS = 10, random = Math.random } = options;
  if (ringEveryS === undefined) return;
  const named = (component: string) =>
    (options.devices ?? defaultDevices).flatMap((device) =>
      device.entities
        .filter((entity) => entity.component === component)
        .map((entity) => `${device.node}/${entity.object}`),
    );
  const [alarms, meters] = [named('binary_sensor'), named('sensor')];
  const wait = (seconds: number) => sleep(seconds * 1000, undefined, { signal }).catch(() => undefined);
  for (let turn = 0; !signal.aborted && alarms.length > 0; turn++) {
    await wait(Math.max(0.1, ringEveryS - ringForS));
    const alarm = alarms[turn % alarms.length];
    if (signal.aborted || alarm === undefined) return;
    for (const meter of meters) await publish(meter, (22 + 6 * random()).toFixed(1)).catch(() => undefined);
    await publish(alarm, 'ON').catch(() => undefined);
    await wait(ringForS);
    if (!signal.aborted) await publish(alarm, 'OFF').catch(() => undefined);
  }
}
