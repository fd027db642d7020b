import { GatewayIdSchema, UuidSchema } from '@pingan/models/contract';
import { Type } from 'typebox';

export const UuidParamSchema = Type.Object({ id: UuidSchema });
export const GatewayParamSchema = Type.Object({ id: GatewayIdSchema });
/** `<gatewayId>:<cameraId>` */
export const CameraParamSchema = Type.Object({
  id: Type.String({
    minLength: 4,
    maxLength: 200,
    pattern: '^[A-Za-z0-9][A-Za-z0-9_-]{1,62}:[^\\u0000-\\u001f]+$',
  }),
});

export type DeviceKey = { gatewayId: string; deviceId: string };

/** Splits an id of the REST interface; the gateway's part has no colon, the device's part may. */
export function parseDeviceId(id: string): DeviceKey {
  const colon = id.indexOf(':');
  return { gatewayId: id.slice(0, Math.max(colon, 0)), deviceId: id.slice(colon + 1) };
}
