import { EVENT_KINDS, type EventType } from '@pingan/models/contract';
import type { Clock } from '../base/clock.ts';
import type { Logger } from '../base/log.ts';
import { EventSubscription } from '../onvif/events/event-subscription.ts';
import type { Camera, DeviceNotification, Login } from '../pipeline.ts';
import type { EventDraft } from './alarm-book.ts';

export type DeviceEventKind = DeviceNotification['kind'];

/** Motion is left out unless wanted: every passer-by would be an event, and our own rules see him better. */
export const DEFAULT_DEVICE_EVENTS: readonly DeviceEventKind[] = ['tamper', 'digital-input'];

const TYPES: Record<DeviceEventKind, EventType> = {
  motion: 'camera-motion',
  tamper: 'tamper-alarm',
  'digital-input': 'digital-input',
};

/** The device behind one or, for a recorder, several cameras. */
export type EventfulDevice = {
  id: string;
  url: string;
  channels: readonly { cameraId: string; sourceToken: string | null }[];
};

export type CameraDeviceEventsOptions = {
  kinds: readonly DeviceEventKind[];
  emit(draft: EventDraft): Promise<void>;
  /** Rejects when another device answers at the address of the known one, or nobody does. */
  prove(deviceId: string): Promise<void>;
  clock: Clock;
  log: Logger;
};

type Watched = {
  device: EventfulDevice;
  login: Login | null;
  cameras: Map<string, Camera>;
  subscription: EventSubscription;
  /** What has begun and is not over, by discriminator. */
  active: Map<string, EventDraft>;
};

const loginOf = ({ source }: Camera): Login | null =>
  source.kind === 'rtsp' && source.username !== undefined
    ? { username: source.username, password: source.password ?? '' }
    : null;

/** What cameras report by themselves, as events: one subscription for each device, however many cameras it is. */
export class CameraDeviceEvents {
  readonly #options: CameraDeviceEventsOptions;
  readonly #watched = new Map<string, Watched>();
  readonly #ending = new Set<Promise<void>>();

  constructor(options: CameraDeviceEventsOptions) {
    this.#options = options;
  }

  /** A camera was let in, perhaps at a new address or with another login. */
  admitted(camera: Camera, device: EventfulDevice): void {
    if (this.#options.kinds.length === 0) return;
    const login = loginOf(camera);
    const known = this.#watched.get(device.id);
    const isSame =
      known?.device.url === device.url &&
      known.login?.username === login?.username &&
      known.login?.password === login?.password;
    if (known && isSame) {
      known.device = device;
      known.cameras.set(camera.id, camera);
      return;
    }
    if (known) this.#end(known);
    this.#watched.set(device.id, this.#watch(camera, device, login));
  }

  /** A camera is no longer ours; with its last one the device's subscription ends. */
  withdrawn(cameraId: string): void {
    for (const watched of this.#watched.values()) {
      if (watched.cameras.delete(cameraId) && watched.cameras.size === 0) this.#end(watched);
    }
  }

  async stop(): Promise<void> {
    for (const watched of this.#watched.values()) this.#end(watched);
    await Promise.all(this.#ending);
  }

  #watch(camera: Camera, device: EventfulDevice, login: Login | null): Watched {
    const { clock, prove } = this.#options;
    const log = this.#options.log.child({ device: device.id });
    const subscription = new EventSubscription({
      deviceUrl: device.url,
      login,
      clock,
      onNotification: (notification) => this.#tell(watched, notification),
      onLost: () => this.#clear(watched),
      prove: () => prove(device.id),
      log,
    });
    const cameras = new Map([[camera.id, camera]]);
    const watched: Watched = { device, login, cameras, subscription, active: new Map() };
    subscription.start();
    return watched;
  }

  #end(watched: Watched): void {
    this.#watched.delete(watched.device.id);
    const ending = watched.subscription.stop().then(() => this.#clear(watched));
    this.#ending.add(ending);
    void ending.finally(() => this.#ending.delete(ending));
  }

  #tell(watched: Watched, { kind, active, source, atMs }: DeviceNotification): void {
    const { kinds, clock, emit } = this.#options;
    const camera = cameraOf(watched, source);
    if (!camera || !kinds.includes(kind)) return;
    const type = TYPES[kind];
    const draft: EventDraft = {
      phase: active ? 'raised' : 'cleared',
      type,
      severity: EVENT_KINDS[type].severity,
      origin: { kind: 'camera', id: camera.id, code: camera.code, name: camera.name },
      discriminator: `device:${kind}:${source}`,
      occurredAtMs: atMs,
      monotonicMs: Math.max(0, clock.monotonic() - Math.max(0, clock.now() - atMs)),
      detail: source === '' ? {} : { reading: { kind, value: source } },
    };
    if (active) watched.active.set(draft.discriminator, draft);
    else watched.active.delete(draft.discriminator);
    void emit(draft);
  }

  /** Nobody will say any more when it is over. */
  #clear(watched: Watched): void {
    const { clock, emit } = this.#options;
    for (const draft of watched.active.values())
      void emit({
        ...draft,
        phase: 'cleared',
        occurredAtMs: clock.now(),
        monotonicMs: clock.monotonic(),
        detail: {},
      });
    watched.active.clear();
  }
}

/** The camera whose lens the notification names; the first one for an input or a device that names none. */
function cameraOf({ device, cameras }: Watched, source: string): Camera | undefined {
  const channel = device.channels.find(({ sourceToken }) => sourceToken !== null && sourceToken === source);
  return cameras.get(channel?.cameraId ?? device.channels[0]?.cameraId ?? '') ?? [...cameras.values()][0];
}
