import { createHomeAssistant } from './home-assistant/home-assistant.ts';

export type {
  SensorBus,
  SensorMessage,
  SensorOutcome,
  SensorProtocol,
  SensorProtocolOptions,
  SensorStats,
} from './sensor-protocol.ts';

/** Every sensor protocol by its name in the configuration. One line per protocol. */
export const sensorProtocols = { homeAssistant: createHomeAssistant } as const;
