import { type CameraHealth, type Causes, LADDER_CAUSES } from '@pingan/models/contract';
import { timestamp } from '../base/clock.ts';
import type { DeviceRecord } from '../cameras/device-record.ts';
import { faultOfCause } from '../cameras/ladder.ts';
import { causesOf } from '../health/causes.ts';
import type { Camera } from '../pipeline.ts';
import type { CameraDescription, CameraLoop } from './camera-loop.ts';
import type { RuleBoard } from './rule-board.ts';

export type KnownOfCamera = Pick<CameraHealth, 'ladder' | 'deviceClockOffsetMs' | 'place' | 'direction'>;

export type CameraFleetOptions = {
  createLoop(camera: Camera, description: CameraDescription): CameraLoop;
  rules: RuleBoard;
  /** A camera was taken from its work for good. */
  onDropped(camera: Camera): void;
  /** Devices that answered, at work or not. */
  records(): readonly DeviceRecord[];
  /** What the roster knows of cameras beside their streams, by camera. */
  known(): ReadonlyMap<string, KnownOfCamera>;
};

/** Host and port of a camera, or the name of its file; never a user name. */
export function addressOf({ source }: Camera): string {
  if (source.kind === 'file') return source.path.split('/').at(-1) ?? source.path;
  return new URL(source.url).host;
}

/** All cameras at work, by id. */
export class CameraFleet {
  readonly #options: CameraFleetOptions;
  readonly #loops = new Map<string, CameraLoop>();
  readonly #changing = new Map<string, Promise<void>>();
  #stopped = false;

  constructor(options: CameraFleetOptions) {
    this.#options = options;
  }

  loops(): readonly CameraLoop[] {
    return [...this.#loops.values()];
  }

  find(cameraId: string): CameraLoop | undefined {
    return this.#loops.get(cameraId);
  }

  /** Puts a camera to work; one that is known already is started anew (another address or login). */
  put(camera: Camera, description: CameraDescription): void {
    const before = this.#changing.get(camera.id) ?? Promise.resolve();
    const change = before.then(async () => {
      await this.#loops.get(camera.id)?.stop();
      if (this.#stopped) return;
      const loop = this.#options.createLoop(camera, { address: addressOf(camera), ...description });
      this.#loops.set(camera.id, loop);
      loop.start();
    });
    this.#changing.set(camera.id, change);
  }

  /** A camera's new name, without touching its stream. */
  rename(cameraId: string, name: string): void {
    const loop = this.#loops.get(cameraId);
    if (loop) loop.camera.name = name;
  }

  /** Takes a camera from its work. */
  drop(cameraId: string): void {
    const before = this.#changing.get(cameraId) ?? Promise.resolve();
    const change = before.then(async () => {
      const loop = this.#loops.get(cameraId);
      this.#loops.delete(cameraId);
      await loop?.stop();
      if (loop) this.#options.onDropped(loop.camera);
    });
    this.#changing.set(cameraId, change);
  }

  start(): void {
    this.#stopped = false;
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await Promise.all(this.#changing.values());
    await Promise.all(this.loops().map((loop) => loop.stop()));
    this.#loops.clear();
  }

  /** Health of every camera: those at work and those that were not let in, each with a named state. */
  health(): CameraHealth[] {
    const working = this.loops().map((loop) => loop.health(this.#options.rules.zonesOf(loop.camera)));
    const waiting = this.#options
      .records()
      .flatMap(waitingHealth)
      .filter(({ cameraId }) => !this.#loops.has(cameraId));
    const known = this.#options.known();
    return [...working, ...waiting].map((camera) => ({ ...camera, ...known.get(camera.cameraId) }));
  }
}

/** Cameras of a device that is not let in: each with a named state. */
function waitingHealth({
  channels,
  url,
  standing,
  manufacturer,
  model,
  advertisedName,
}: DeviceRecord): CameraHealth[] {
  const known = { ...(manufacturer === null ? {} : { manufacturer }), ...(model === null ? {} : { model }) };
  const since = timestamp(standing.sinceMs);
  const fault = faultOfCause(standing.cause);
  const retryAt = standing.retryAtMs === null ? null : timestamp(standing.retryAtMs);
  const message = standing.detail === '' ? LADDER_CAUSES[standing.cause].en : standing.detail;
  const state =
    fault === null
      ? { kind: 'connecting' as const, since, attempt: 0 }
      : { kind: 'failed' as const, since, fault, message, retryAt };
  const causes: Causes =
    standing.cause === 'clock-off' ? ['clock'] : causesOf({ state, isPictureGood: null });
  return channels.map(({ cameraId, code }) => ({
    cameraId,
    code,
    name: advertisedName,
    address: new URL(url).host,
    ...known,
    state,
    causes,
  }));
}
