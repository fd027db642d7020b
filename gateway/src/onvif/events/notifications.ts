import type { DeviceNotification } from '../../pipeline.ts';
import { find, findAll, type XmlElement } from '../soap/xml.ts';

/** Messages of one answer that are read. */
const MESSAGE_LIMIT = 100;

/** Ends of topics (without prefixes) and what they mean; makers add levels of their own in between. */
const TOPICS: readonly [RegExp, DeviceNotification['kind']][] = [
  [/^VideoSource\/MotionAlarm$/, 'motion'],
  [/^RuleEngine\/CellMotionDetector\/Motion$/, 'motion'],
  [/^RuleEngine\/MotionRegionDetector\/Motion$/, 'motion'],
  [/^VideoAnalytics\/(?:[^/]+\/)*Motion(?:Detection)?$/, 'motion'],
  [/^RuleEngine\/TamperDetector(?:\/Tamper)?$/, 'tamper'],
  [/^VideoSource\/GlobalSceneChange\/(?:Imaging|Analytics|Recording)Service$/, 'tamper'],
  [/^VideoSource\/(?:Alarm|Tamper|CameraTampering)(?:\/[^/]+)?$/, 'tamper'],
  [/^Device\/(?:HardwareFailure|Trigger)\/(?:[^/]+\/)?Tampering$/, 'tamper'],
  [/^Device\/Trigger\/DigitalInput$/, 'digital-input'],
  [/^Device\/IO\/VirtualInput$/, 'digital-input'],
];
/** Items that carry the state; the first one present counts. */
const STATE_ITEMS = ['State', 'IsMotion', 'IsTamper', 'LogicalState', 'Value', 'active', 'Alarm'];
const SOURCE_ITEMS = ['InputToken', 'Source', 'VideoSourceConfigurationToken', 'VideoSourceToken', 'Rule'];

function kindOf(topic: string): DeviceNotification['kind'] | null {
  const plain = topic
    .slice(0, 256)
    .split('/')
    .map((level) => level.trim().replace(/^[^:]*:/, ''))
    .join('/');
  return TOPICS.find(([pattern]) => pattern.test(plain))?.[1] ?? null;
}

function itemsOf(part: XmlElement | undefined): Map<string, string> {
  const items = new Map<string, string>();
  if (!part) return items;
  for (const item of findAll(part, 'SimpleItem').slice(0, 32)) {
    const name = item.attributes.get('Name');
    if (name !== undefined) items.set(name, (item.attributes.get('Value') ?? '').slice(0, 128));
  }
  return items;
}

function firstOf(items: ReadonlyMap<string, string>, names: readonly string[]): string | undefined {
  for (const name of names) {
    const value = items.get(name);
    if (value !== undefined) return value;
  }
  return undefined;
}

function stateOf(data: ReadonlyMap<string, string>): boolean | null {
  const value = firstOf(data, STATE_ITEMS)?.trim().toLowerCase();
  if (value === undefined) return null;
  if (['true', '1', 'active', 'on'].includes(value)) return true;
  return ['false', '0', 'inactive', 'off'].includes(value) ? false : null;
}

/** How far a device's time stamp is believed once its clock offset is taken off: beyond that our own time counts. */
const BELIEVED_MS = 60_000;

function timeOf(text: string | undefined, nowMs: number, offsetMs: number): number {
  const ms = Date.parse(text ?? '') - offsetMs;
  return Math.abs(ms - nowMs) <= BELIEVED_MS ? ms : nowMs;
}

/**
 * Motion, tamper and digital-input messages of a PullMessages answer, in order; others are left out.
 * @param offsetMs device clock minus ours
 */
export function readNotifications(
  body: XmlElement,
  { nowMs, offsetMs }: { nowMs: number; offsetMs: number },
): DeviceNotification[] {
  return findAll(body, 'NotificationMessage')
    .slice(0, MESSAGE_LIMIT)
    .flatMap((notification) => {
      const kind = kindOf(find(notification, 'Topic')?.text ?? '');
      // `Message` is both the wrapper of WS-BaseNotification and ONVIF's own element inside it: attributes are on the inner one.
      const wrapper = find(notification, 'Message');
      const message = wrapper?.children.find(({ name }) => name === 'Message') ?? wrapper;
      if (kind === null || !message) return [];
      const stated = stateOf(itemsOf(find(message, 'Data')));
      const isGone = message.attributes.get('PropertyOperation') === 'Deleted';
      if (stated === null && !isGone) return [];
      const source = firstOf(itemsOf(find(message, 'Source')), SOURCE_ITEMS) ?? '';
      const atMs = timeOf(message.attributes.get('UtcTime'), nowMs, offsetMs);
      return [{ kind, active: stated === true && !isGone, source: source.slice(0, 64), atMs }];
    });
}
