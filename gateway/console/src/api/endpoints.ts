import type {
  CredentialList,
  CredentialsRequest,
  DeviceFilter,
  DeviceView,
  Notes,
  Progress,
  ProgressPatch,
  SelfCheck,
  SessionView,
  Summary,
} from '../../../src/console/interface.ts';
import { ask, askJson } from './client.ts';

const device = (id: string) => `/api/devices/${encodeURIComponent(id)}`;

/** Every question the page asks the gateway. */
export const endpoints = {
  session: () => askJson<SessionView>('GET', '/api/session'),
  pair: (code: string) => askJson<SessionView>('POST', '/api/session', { body: { code } }),
  unpair: () => ask('DELETE', '/api/session'),

  progress: () => askJson<Progress>('GET', '/api/progress'),
  changeProgress: (patch: ProgressPatch, keepalive = false) =>
    askJson<Progress>('PATCH', '/api/progress', { body: patch, keepalive }),
  restartProgress: () => askJson<Progress>('DELETE', '/api/progress'),
  selfCheck: () => askJson<SelfCheck>('POST', '/api/self-check'),

  devicesPath: (filter: DeviceFilter, page: number, size: number) =>
    `/api/devices?filter=${filter}&page=${page}&size=${size}`,
  /** The ids of all cameras of a filter. */
  idsPath: (filter: DeviceFilter) => `/api/devices?filter=${filter}&size=1&ids=1`,
  scan: (networks: readonly string[]) =>
    ask('POST', '/api/scan', { body: networks.length > 0 ? { networks } : {} }),
  cancelScan: () => ask('DELETE', '/api/scan'),
  addDevice: (address: string, name: string) =>
    askJson<DeviceView>('POST', '/api/devices', { body: { address, ...(name === '' ? {} : { name }) } }),
  describe: (id: string, notes: Notes) => askJson<DeviceView>('PATCH', device(id), { body: notes }),
  removeDevice: (id: string) => ask('DELETE', device(id)),
  acceptDevice: (id: string) => ask('POST', `${device(id)}/accept`),
  tryDevice: (id: string) => ask('POST', `${device(id)}/try`),
  setClock: (id: string) => ask('POST', `${device(id)}/clock`),
  picture: (id: string, signal: AbortSignal) => ask('GET', `${device(id)}/picture`, { signal }),

  credentialsPath: '/api/credentials',
  saveCredentials: (request: CredentialsRequest) =>
    askJson<CredentialList>('POST', '/api/credentials', { body: request }),
  forgetCredentials: (id: string) =>
    askJson<CredentialList>('DELETE', `/api/credentials/${encodeURIComponent(id)}`),

  testAlarm: (cameraId: string) => askJson<Progress>('POST', '/api/test-alarm', { body: { cameraId } }),
  summary: () => askJson<Summary>('GET', '/api/summary'),
};
