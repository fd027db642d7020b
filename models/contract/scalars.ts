import { Type } from 'typebox';

/** Name of a gateway: also its MQTT user name and one level of every topic, so no `/`, `+`, `#` or space. */
export const GATEWAY_ID_PATTERN = '^[A-Za-z0-9][A-Za-z0-9_-]{1,62}$';
export const GatewayIdSchema = Type.String({ pattern: GATEWAY_ID_PATTERN, description: 'gateway id' });

/** RFC 9562 UUID in lower case. */
export const UuidSchema = Type.String({
  pattern: '^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$',
});

/** RFC 3339, UTC, milliseconds. */
export const TimestampSchema = Type.String({
  pattern: '^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}(\\.\\d{1,6})?Z$',
  description: 'RFC 3339, UTC',
});

/** A key given by us or by a device (camera, sensor, rule, zone): short, printable, never interpreted. */
export const KeySchema = Type.String({
  minLength: 1,
  maxLength: 128,
  pattern: '^[^\\u0000-\\u001f\\u007f]+$',
});

/** Text for people. */
export const LabelSchema = Type.String({ maxLength: 256 });

/** A share, score or normalised coordinate. */
export const UnitSchema = Type.Number({ minimum: 0, maximum: 1 });

/** [x, y, width, height], each relative to the picture, 0..1, origin at the upper left. */
export const BoxSchema = Type.Tuple([UnitSchema, UnitSchema, UnitSchema, UnitSchema]);

/** A corner of a polygon, relative to the picture, 0..1. */
export const PointSchema = Type.Tuple([UnitSchema, UnitSchema]);

export const CountSchema = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER });

/** Milliseconds between two clocks: up to ±200 years, so that a clock at 1970 or 2100 can still be told. */
export const OffsetMsSchema = Type.Number({ minimum: -6.4e12, maximum: 6.4e12 });
