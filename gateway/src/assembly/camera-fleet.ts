import type { CameraHealth } from '@pingan/models/contract';
import { timestamp } from '../base/clock.ts';
import type { Candidate } from '../cameras/admission.ts';
import type { Camera } from '../pipeline.ts';
import type { CameraDescription, CameraLoop } from './camera-loop.ts';
import type { RuleBoard } from './rule-board.ts';

export type CameraFleetOptions = {
  createLoop(camera: Camera, description: CameraDescription): CameraLoop;
  rules: RuleBoard;
  candidates(): readonly Candidate[];
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
    const waiting = this.#options.candidates().filter(({ id }) => !this.#loops.has(id));
    return [...working, ...waiting.map(candidateHealth)];
  }
}

function candidateHealth({ id, code, name, deviceUrl, facts, state }: Candidate): CameraHealth {
  const known = facts ? { manufacturer: facts.manufacturer, model: facts.model } : {};
  const base = { cameraId: id, code, name, address: new URL(deviceUrl).host, ...known };
  if (state.kind !== 'refused')
    return { ...base, state: { kind: 'connecting', since: timestamp(Date.now()), attempt: 0 } };
  const { fault, message, sinceMs, retryAtMs } = state;
  return {
    ...base,
    state: { kind: 'failed', since: timestamp(sinceMs), fault, message, retryAt: timestamp(retryAtMs) },
  };
}
