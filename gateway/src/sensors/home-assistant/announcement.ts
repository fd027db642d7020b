import { type Static, Type } from 'typebox';
import { Compile } from 'typebox/compile';

const Topic = Type.String({ minLength: 1, maxLength: 1024 });
const Template = Type.String({ maxLength: 512 });
const Payload = Type.Union([Type.String({ maxLength: 256 }), Type.Number(), Type.Boolean()]);
const Text = Type.String({ maxLength: 1024 });
const Seconds = Type.Number({ minimum: 0, maximum: 1e7 });

/** The fields of Home Assistant's MQTT discovery that matter to us, under their long names. Others are left alone. */
const AnnouncementSchema = Type.Object({
  state_topic: Topic,
  name: Type.Optional(Type.Union([Text, Type.Null()])),
  device_class: Type.Optional(Type.Union([Type.String({ maxLength: 64 }), Type.Null()])),
  value_template: Type.Optional(Template),
  payload_on: Type.Optional(Payload),
  payload_off: Type.Optional(Payload),
  off_delay: Type.Optional(Seconds),
  expire_after: Type.Optional(Seconds),
  unit_of_measurement: Type.Optional(Type.Union([Type.String({ maxLength: 32 }), Type.Null()])),
  availability_topic: Type.Optional(Topic),
  availability_template: Type.Optional(Template),
  payload_available: Type.Optional(Payload),
  payload_not_available: Type.Optional(Payload),
  availability_mode: Type.Optional(
    Type.Union([Type.Literal('all'), Type.Literal('any'), Type.Literal('latest')]),
  ),
  availability: Type.Optional(
    Type.Array(
      Type.Object({
        topic: Topic,
        payload_available: Type.Optional(Payload),
        payload_not_available: Type.Optional(Payload),
        value_template: Type.Optional(Template),
      }),
      { maxItems: 8 },
    ),
  ),
  device: Type.Optional(Type.Object({ name: Type.Optional(Type.Union([Text, Type.Null()])) })),
});
export type Announcement = Static<typeof AnnouncementSchema>;

const validator = Compile(AnnouncementSchema);

/** Long name → abbreviation (home-assistant.io/integrations/mqtt/#supported-abbreviations-in-mqtt-discovery-messages). */
const FIELDS = new Map([
  ['state_topic', 'stat_t'],
  ['name', 'name'],
  ['device_class', 'dev_cla'],
  ['value_template', 'val_tpl'],
  ['payload_on', 'pl_on'],
  ['payload_off', 'pl_off'],
  ['off_delay', 'off_dly'],
  ['expire_after', 'exp_aft'],
  ['unit_of_measurement', 'unit_of_meas'],
  ['availability_topic', 'avty_t'],
  ['availability_template', 'avty_tpl'],
  ['payload_available', 'pl_avail'],
  ['payload_not_available', 'pl_not_avail'],
  ['availability_mode', 'avty_mode'],
  ['availability', 'avty'],
  ['device', 'dev'],
]);
const AVAILABILITY_FIELDS = new Map([
  ['topic', 't'],
  ['payload_available', 'pl_avail'],
  ['payload_not_available', 'pl_not_avail'],
  ['value_template', 'val_tpl'],
]);
const TOPIC_FIELDS = new Set(['state_topic', 'availability_topic', 'topic']);

const own = (record: object, key: string): unknown =>
  Object.hasOwn(record, key) ? Reflect.get(record, key) : undefined;

/** `~` at the start or the end of a topic stands for the base topic. */
function completeTopic(topic: unknown, base: string): unknown {
  if (typeof topic !== 'string') return topic;
  if (topic.startsWith('~')) return base + topic.slice(1);
  return topic.endsWith('~') ? topic.slice(0, -1) + base : topic;
}

/** A record of the known fields only, under their long names. */
function expand(record: object, fields: ReadonlyMap<string, string>, base: string): Record<string, unknown> {
  const known = [...fields].flatMap(([long, short]) => {
    const value = own(record, long) ?? own(record, short);
    if (value === undefined) return [];
    return [[long, TOPIC_FIELDS.has(long) ? completeTopic(value, base) : value]];
  });
  return Object.fromEntries(known);
}

const isRecord = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * Reads a discovery payload: JSON, abbreviations and the base topic expanded, validated.
 * Throws a RangeError that names the field when it is not one.
 */
export function parseAnnouncement(payload: string): Announcement {
  const json = parseObject(payload);
  const tilde = own(json, '~');
  const base = typeof tilde === 'string' ? tilde : '';
  const expanded = expand(json, FIELDS, base);
  const { availability } = expanded;
  const list = isRecord(availability) ? [availability] : availability;
  if (Array.isArray(list))
    expanded['availability'] = list.map((entry) =>
      isRecord(entry) ? expand(entry, AVAILABILITY_FIELDS, base) : entry,
    );
  if (validator.Check(expanded)) return expanded;
  const [error] = validator.Errors(expanded);
  throw new RangeError(`announcement${error?.instancePath ?? ''} ${error?.message ?? 'is not valid'}`);
}

function parseObject(payload: string): object {
  let json: unknown;
  try {
    json = JSON.parse(payload);
  } catch (cause) {
    throw new RangeError('announcement is not JSON', { cause });
  }
  if (!isRecord(json)) throw new RangeError('announcement is not a JSON object');
  return json;
}
