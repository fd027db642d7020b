import { type Announcement, parseAnnouncement } from './announcement.ts';
import { type Component, type Meaning, meaningOf } from './device-classes.ts';
import { parseTemplate } from './value-template.ts';

export type AvailabilityConfig = {
  topic: string;
  template: string | undefined;
  available: string;
  notAvailable: string;
};

/** One sensor as announced: plain data, so that two announcements can be compared. Templates are known to be readable. */
export type EntityConfig = {
  component: Component;
  name: string;
  meaning: Meaning;
  stateTopic: string;
  template: string | undefined;
  on: string;
  off: string;
  unit: string;
  /** Goes off by itself so long after it went on, seconds. */
  offDelaySeconds: number | null;
  /** Unavailable when silent for so long, seconds. */
  expireSeconds: number | null;
  availability: AvailabilityConfig[];
  availabilityMode: 'all' | 'any' | 'latest';
};

type Payload = string | number | boolean;

const MAX_NAME = 256;

/** Device text for people: no control or format characters, at most 256 characters. */
function plainText(text: string): string {
  return text
    .slice(0, 4 * MAX_NAME)
    .replaceAll(/[\p{Cc}\p{Cf}]+/gu, ' ')
    .trim()
    .slice(0, MAX_NAME)
    .toWellFormed();
}

/** The device's and the entity's name; the entity's alone when it already says the device's. */
function nameOf({ name, device }: Announcement, fallback: string): string {
  const entity = plainText(name ?? '');
  const owner = plainText(device?.name ?? '');
  const whole = owner === '' || entity.startsWith(owner) ? entity : `${owner} ${entity}`.trim();
  return whole.slice(0, MAX_NAME).toWellFormed() || fallback;
}

/** States are compared as text without regard to case: devices announce `true`, "True" and "ON" alike. */
const comparable = (payload: Payload | undefined, fallback: string): string =>
  String(payload ?? fallback).toLowerCase();

/** A topic that can be subscribed to and means just itself: a device must not make us listen to everything. */
function checkTopic(topic: string): string {
  const isPlain = !/[+#]|\p{Cc}/u.test(topic) && !topic.startsWith('$');
  if (!isPlain || topic.length > 1024)
    throw new RangeError(
      `topic "${plainText(topic).slice(0, 80)}" is not allowed; give one plain topic without wildcards`,
    );
  return topic;
}

function availabilityOf(announcement: Announcement): AvailabilityConfig[] {
  const { availability, availability_topic: topic } = announcement;
  const single =
    topic === undefined
      ? []
      : [{ ...announcement, topic, value_template: announcement.availability_template }];
  return (availability ?? single).map((entry) => {
    parseTemplate(entry.value_template);
    return {
      topic: checkTopic(entry.topic),
      template: entry.value_template,
      available: comparable(entry.payload_available, 'online'),
      notAvailable: comparable(entry.payload_not_available, 'offline'),
    };
  });
}

/**
 * What a discovery payload announces. Throws a RangeError that says what is wrong with it.
 * @param fallbackName for an entity without any name
 */
export function parseEntityConfig(component: Component, payload: string, fallbackName: string): EntityConfig {
  const announcement = parseAnnouncement(payload);
  parseTemplate(announcement.value_template);
  return {
    component,
    name: nameOf(announcement, fallbackName),
    meaning: meaningOf(component, announcement.device_class ?? undefined),
    stateTopic: checkTopic(announcement.state_topic),
    template: announcement.value_template,
    on: comparable(announcement.payload_on, 'ON'),
    off: comparable(announcement.payload_off, 'OFF'),
    unit: plainText(announcement.unit_of_measurement ?? ''),
    offDelaySeconds: announcement.off_delay ?? null,
    expireSeconds: announcement.expire_after || null,
    availability: availabilityOf(announcement),
    availabilityMode: announcement.availability_mode ?? 'latest',
  };
}
