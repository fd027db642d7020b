import type { DeviceRecord } from '../cameras/device-record.ts';
import { identityConflict } from '../cameras/identity.ts';
import { type Login, RosterError, StreamFaultError } from '../pipeline.ts';
import type { RosterSystem } from './camera-roster.ts';

/** One device that has just proven who it is, and the login that may go to it. */
export type ProvenDevice = { record: DeviceRecord; url: string; login: Login | null };

/**
 * Carries out one order of a person on a device beside its stream: finds it, proves it, keeps its login budget.
 * @param word id of a camera, or its device's address
 * @throws RosterError when there is none, it has no ONVIF, its login is held back or refused, or the device fails
 */
export async function withDevice<T>(
  system: RosterSystem,
  word: string,
  order: (device: ProvenDevice) => Promise<T>,
): Promise<T> {
  const found = system.orderOf(word);
  if (!found)
    throw new RosterError('not-found', `no camera "${word.slice(0, 64)}": cameras list shows the ids`);
  const { record, login, setId, allowed, isInside } = found;
  if (record.protocol !== 'onvif')
    throw new RosterError('refused', 'this camera has no ONVIF: change it in its own pages');
  if (!isInside)
    throw new RosterError('refused', 'its address is outside cameras.networks: add its network there');
  if (!allowed)
    throw new RosterError(
      'refused',
      'its login was refused of late: enter the right password, or wait an hour',
    );
  try {
    await system.proveDevice(record.id);
    return await order({ record, url: record.url, login });
  } catch (error) {
    if (!(error instanceof StreamFaultError)) throw error;
    if (error.fault === 'unauthorized') system.refusedOrder(record.id, setId);
    throw new RosterError('failed', error.message, { cause: error });
  }
}

/** @throws StreamFaultError `identity-changed` when serial number or MAC are another device's */
export function checkIdentity(record: DeviceRecord, told: { serial: string; mac: string | null }): void {
  const why = identityConflict(record, told);
  if (why !== null) throw new StreamFaultError('identity-changed', `another device answers there: ${why}`);
}
