import { tellParent, watchParent } from '../parent.ts';
import { type SensorSimulator, type SensorSimulatorOptions, startSensorSimulator } from './simulator.ts';

const USAGE = `Sensors that announce themselves by Home Assistant MQTT discovery. All settings come from the environment:
  PINGAN_SIM_MQTT_URL          mqtt://127.0.0.1:1883
  PINGAN_SIM_MQTT_USERNAME     login at the broker, both or neither
  PINGAN_SIM_MQTT_PASSWORD
  PINGAN_SIM_MQTT_SITE         node of all sensors in discovery, states below sensors/<site> (each its own node)
  PINGAN_SIM_RING_EVERY_S      seconds between alarms, 1 to 86400 (45)
  PINGAN_SIM_RING_FOR_S        length of an alarm, 0.1 to 3600 (10)`;

/** @throws Error naming the variable and what it must be. */
function readOptions(env: NodeJS.ProcessEnv): SensorSimulatorOptions {
  const {
    PINGAN_SIM_MQTT_URL: url,
    PINGAN_SIM_MQTT_USERNAME: username,
    PINGAN_SIM_MQTT_PASSWORD: password,
    PINGAN_SIM_MQTT_SITE: site,
  } = env;
  if (site && !/^[A-Za-z0-9_-]{1,64}$/.test(site)) {
    throw new Error('PINGAN_SIM_MQTT_SITE must be letters, digits, - and _, 64 at most');
  }
  const protocol = URL.parse(url ?? '')?.protocol;
  if (url === undefined || (protocol !== 'mqtt:' && protocol !== 'mqtts:')) {
    throw new Error('set PINGAN_SIM_MQTT_URL to mqtt://host:port or mqtts://host:port');
  }
  return {
    ...(site ? { discoveryNode: site, baseTopic: `sensors/${site}` } : {}),
    broker: { url, ...(username ? { username } : {}), ...(password ? { password } : {}) },
    ringEveryS: numberOf('PINGAN_SIM_RING_EVERY_S', env['PINGAN_SIM_RING_EVERY_S'] ?? '45', {
      min: 1,
      max: 86_400,
    }),
    ringForS: numberOf('PINGAN_SIM_RING_FOR_S', env['PINGAN_SIM_RING_FOR_S'] ?? '10', {
      min: 0.1,
      max: 3600,
    }),
  };
}

function numberOf(name: string, value: string, range: { min: number; max: number }): number {
  const number = Number(value);
  if (number >= range.min && number <= range.max) return number;
  throw new Error(`${name} must be a number from ${range.min} to ${range.max}; got ${value}`);
}

async function main(): Promise<void> {
  const options = readOptions(process.env);
  let simulator: SensorSimulator | undefined;
  const end = () => {
    setTimeout(() => process.exit(0), 2000).unref();
    Promise.resolve(simulator?.stop()).finally(() => process.exit(0));
  };
  process.once('SIGTERM', end).once('SIGINT', end);
  watchParent(end);
  simulator = await startSensorSimulator(options);
  const ready = { ready: true, sensors: simulator.sensors };
  tellParent(ready);
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}\n`);
  process.exit(2);
});
