import { Type } from 'typebox';

/** GB/T 28181—2022 Annex D: centre 8, industry 2, type 3, network 1, serial 6. */
export const DeviceCodeSchema = Type.String({ pattern: '^\\d{20}$', description: 'GB/T 28181 device code' });

/** Types of GB/T 28181—2022 Annex D that the product uses. */
export const DEVICE_TYPE = { networkCamera: '132', alarmInput: '134', accessGateway: '209' } as const;
export type DeviceType = keyof typeof DEVICE_TYPE;

export type DeviceCodeParts = {
  /** Eight digits: GB/T 2260 region (6) and grass-roots unit (2). */
  centre: string;
  /** Two digits: 00 road, 01 community, 02 internal … */
  industry: string;
  type: DeviceType;
  /** One digit: 7 internet, 8 dedicated line … */
  network: string;
  /** 0..999999 */
  serial: number;
};

/** Composes a 20-digit code. Throws a RangeError that names the part that is out of form. */
export function composeDeviceCode(parts: DeviceCodeParts): string {
  if (!/^\d{8}$/.test(parts.centre)) throw new RangeError(`centre must be 8 digits, got "${parts.centre}"`);
  if (!/^\d{2}$/.test(parts.industry))
    throw new RangeError(`industry must be 2 digits, got "${parts.industry}"`);
  if (!/^\d$/.test(parts.network)) throw new RangeError(`network must be 1 digit, got "${parts.network}"`);
  if (!Number.isInteger(parts.serial) || parts.serial < 0 || parts.serial > 999_999) {
    throw new RangeError(`serial must be an integer in 0..999999, got ${parts.serial}`);
  }
  return `${parts.centre}${parts.industry}${DEVICE_TYPE[parts.type]}${parts.network}${String(parts.serial).padStart(6, '0')}`;
}
