import type { EventType, SensorKind } from '@pingan/models/contract';

/** What a device class means to us; a class with an event raises it while the sensor is active. */
export type Meaning = { kind: SensorKind; event?: EventType };

/** Classes of `binary_sensor` (home-assistant.io/integrations/binary_sensor/#device-class). */
const binaryClasses = new Map<string, Meaning>([
  ['smoke', { kind: 'smoke', event: 'smoke-alarm' }],
  ['gas', { kind: 'gas', event: 'gas-alarm' }],
  ['carbon_monoxide', { kind: 'gas', event: 'gas-alarm' }],
  ['moisture', { kind: 'water', event: 'water-leak' }],
  ['door', { kind: 'door', event: 'door-opened' }],
  ['window', { kind: 'door', event: 'door-opened' }],
  ['opening', { kind: 'door', event: 'door-opened' }],
  ['garage_door', { kind: 'door', event: 'door-opened' }],
  ['motion', { kind: 'motion', event: 'motion-sensed' }],
  ['occupancy', { kind: 'motion', event: 'motion-sensed' }],
  ['safety', { kind: 'sos', event: 'sos-alarm' }],
  ['tamper', { kind: 'tamper', event: 'tamper-alarm' }],
  ['battery', { kind: 'battery' }],
]);

/** Classes of `sensor` (home-assistant.io/integrations/sensor/#device-class). */
const numberClasses = new Map<string, Meaning>([
  ['temperature', { kind: 'temperature' }],
  ['humidity', { kind: 'humidity' }],
  ['battery', { kind: 'battery' }],
]);

export type Component = 'binary_sensor' | 'sensor';

/** Unknown classes are `other` and raise nothing. */
export function meaningOf(component: Component, deviceClass: string | undefined): Meaning {
  const classes = component === 'binary_sensor' ? binaryClasses : numberClasses;
  return classes.get(deviceClass ?? '') ?? { kind: 'other' };
}
