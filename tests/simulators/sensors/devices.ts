/** One entity of Home Assistant's MQTT discovery (https://www.home-assistant.io/integrations/mqtt/#mqtt-discovery). */
export interface SimulatedEntity {
  readonly component: 'binary_sensor' | 'sensor';
  readonly object: string;
  readonly name: string;
  readonly deviceClass: string;
  readonly unit?: string;
}

/** A box on the wall: its own MQTT connection, so that its last will speaks for it alone. */
export interface SimulatedDevice {
  /** Node id in topics. */
  readonly node: string;
  readonly name: string;
  readonly model: string;
  readonly entities: readonly SimulatedEntity[];
}

/** The default set: a smoke alarm with a thermometer, and a door contact. */
export const defaultDevices: readonly SimulatedDevice[] = [
  {
    node: 'sim_smoke_01',
    name: '固戍北口 2 栋 1 层烟感',
    model: 'SIM-SMOKE',
    entities: [
      { component: 'binary_sensor', object: 'smoke', name: '烟雾', deviceClass: 'smoke' },
      { component: 'sensor', object: 'temperature', name: '温度', deviceClass: 'temperature', unit: '°C' },
    ],
  },
  {
    node: 'sim_door_01',
    name: '固戍北口 2 栋天台门磁',
    model: 'SIM-DOOR',
    entities: [{ component: 'binary_sensor', object: 'contact', name: '门磁', deviceClass: 'door' }],
  },
];

/** How states are written: the bare value, or one JSON object with a template to take it out, as Zigbee2MQTT does. */
export type StateStyle = 'plain' | 'json';

export interface TopicPlan {
  readonly discoveryPrefix: string;
  readonly baseTopic: string;
  readonly style: StateStyle;
  /** One node for all devices in discovery topics, for brokers that give a site a node; each device its own when absent. */
  readonly discoveryNode?: string;
}

export function availabilityTopic(plan: TopicPlan, device: SimulatedDevice): string {
  return `${plan.baseTopic}/${device.node}/availability`;
}

export function stateTopic(plan: TopicPlan, device: SimulatedDevice, entity: SimulatedEntity): string {
  const topic = `${plan.baseTopic}/${device.node}`;
  return plan.style === 'json' ? topic : `${topic}/${entity.object}/state`;
}

/** Topic and payload of an entity's retained configuration. */
export function configMessage(
  plan: TopicPlan,
  device: SimulatedDevice,
  entity: SimulatedEntity,
): { topic: string; payload: string } {
  const payload = {
    name: entity.name,
    unique_id: `${device.node}_${entity.object}`,
    object_id: `${device.node}_${entity.object}`,
    device_class: entity.deviceClass,
    state_topic: stateTopic(plan, device, entity),
    availability_topic: availabilityTopic(plan, device),
    payload_available: 'online',
    payload_not_available: 'offline',
    ...(entity.component === 'binary_sensor' ? { payload_on: 'ON', payload_off: 'OFF' } : {}),
    ...(entity.component === 'sensor' ? { state_class: 'measurement' } : {}),
    ...(entity.unit === undefined ? {} : { unit_of_measurement: entity.unit }),
    ...(plan.style === 'json' ? { value_template: `{{ value_json.${entity.object} }}` } : {}),
    device: {
      identifiers: [device.node],
      name: device.name,
      manufacturer: 'Pingan Simulator',
      model: device.model,
      sw_version: '1.0.0',
    },
    origin: { name: 'pingan-sensor-simulator', sw_version: '1.0.0' },
  };
  const place =
    plan.discoveryNode === undefined
      ? `${device.node}/${entity.object}`
      : `${plan.discoveryNode}/${device.node}_${entity.object}`;
  return {
    topic: `${plan.discoveryPrefix}/${entity.component}/${place}/config`,
    payload: JSON.stringify(payload),
  };
}
