import {
  type CameraNotes,
  type CameraPicture,
  type CameraRoster,
  type CredentialGroup,
  type CredentialSetSummary,
  type ManualCamera,
  type RosterDevice,
  RosterError,
  type RosterScanRequest,
  type RosterScanState,
  type TestAlarm,
} from '../../gateway/src/pipeline-roster.ts';
import type { LadderCause } from '../../models/contract/index.ts';
import { LADDER_CAUSES } from '../../models/contract/index.ts';

type Login = { username: string; password: string };

/** A device as the roster tells it; ready and at work unless said otherwise. */
export function rosterDevice(
  index: number,
  changes: Partial<RosterDevice> & { cause?: LadderCause } = {},
): RosterDevice {
  const { cause = 'working', ...rest } = changes;
  const { state } = LADDER_CAUSES[cause];
  const number = String(index).padStart(2, '0');
  return {
    id: `cam-${number}`,
    deviceId: `cam-${number}`,
    channel: null,
    code: `440306000113200000${number}`,
    origin: 'discovered',
    protocol: 'onvif',
    endpoint: `urn:uuid:00000000-0000-4000-8000-0000000000${number}`,
    serial: `SN-${number}`,
    mac: `02:00:00:00:00:${number}`,
    address: `192.168.1.${index}:80`,
    deviceUrl: `http://192.168.1.${index}/onvif/device_service`,
    manufacturer: 'Acme',
    model: 'C-1080',
    firmware: '1.2',
    hardware: null,
    name: `camera ${number}`,
    place: '',
    direction: null,
    standing: { state, cause, detail: '', sinceMs: 0, checkedAtMs: 0, retryAtMs: null },
    atWork: state === 'ready',
    clockOffsetMs: 0,
    profiles: [{ token: 'main', name: 'main', codec: 'h264', width: 768, height: 576 }],
    login: null,
    accepted: true,
    strange: null,
    lastSeenAtMs: 0,
    ...rest,
  };
}

/** The roster without a network: holds what it is told and writes down what it is asked. */
export class FakeRoster implements CameraRoster {
  readonly asked: string[] = [];
  readonly logins: { group: CredentialGroup; login: Login }[] = [];
  scanState: RosterScanState = { kind: 'idle', finishedAtMs: null, found: 0, error: null };
  picturing: () => Promise<CameraPicture> = async () => ({
    jpeg: Buffer.from('jpeg'),
    width: 4,
    height: 3,
    capturedAtMs: 0,
  });
  receipted = true;
  #devices: RosterDevice[];

  constructor(devices: readonly RosterDevice[] = []) {
    this.#devices = [...devices];
  }

  devices(): readonly RosterDevice[] {
    return this.#devices;
  }
  find(id: string): RosterDevice | undefined {
    return this.#devices.find((device) => device.id === id);
  }
  onChange(): () => void {
    return () => {};
  }
  scan({ networks = [] }: RosterScanRequest): void {
    this.asked.push(`scan ${networks.join(' ')}`.trim());
    this.scanState = { kind: 'running', startedAtMs: 0, asked: 0, total: null, found: 0 };
  }
  async cancelScan(): Promise<void> {
    this.scanState = { kind: 'idle', finishedAtMs: 0, found: this.#devices.length, error: null };
  }
  credentialSets(): readonly CredentialSetSummary[] {
    return this.logins.map(({ group, login }, index) => ({
      id: `set-${index}`,
      group: group.kind === 'devices' ? { kind: 'device', id: group.ids[0] ?? '' } : group,
      username: login.username,
      setAtMs: 0,
    }));
  }
  setCredentials(group: CredentialGroup, login: Login): void {
    this.logins.push({ group, login });
  }
  removeCredentials(setId: string): void {
    this.logins.splice(Number(setId.slice('set-'.length)), 1);
  }
  async addManual({ address, name }: ManualCamera): Promise<RosterDevice> {
    if (address === '') throw new RosterError('invalid', 'address: enter an IPv4 address');
    const device = rosterDevice(this.#devices.length + 1, {
      origin: 'manual',
      address,
      ...(name ? { name } : {}),
    });
    this.#devices.push(device);
    return device;
  }
  async remove(id: string): Promise<void> {
    this.#known(id);
    this.#devices = this.#devices.filter((device) => device.id !== id);
  }
  describe(id: string, notes: CameraNotes): void {
    const known = this.#known(id);
    this.#devices = this.#devices.map((device) => (device === known ? { ...device, ...notes } : device));
  }
  acceptIdentity(id: string): void {
    this.asked.push(`accept ${this.#known(id).id}`);
  }
  async tryAgain(id: string): Promise<RosterDevice> {
    this.asked.push(`try ${id}`);
    return this.#known(id);
  }
  async setClock(id: string): Promise<RosterDevice> {
    this.asked.push(`clock ${id}`);
    return this.#known(id);
  }
  async picture(id: string): Promise<CameraPicture> {
    this.#known(id);
    return this.picturing();
  }
  async testAlarm(id: string): Promise<TestAlarm> {
    this.#known(id);
    return { eventId: `event-of-${id}`, receipted: this.receipted };
  }

  #known(id: string): RosterDevice {
    const device = this.find(id);
    if (!device) throw new RosterError('not-found', `there is no camera ${id}`);
    return device;
  }
}
