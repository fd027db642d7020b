import {
  type Camera,
  type CameraSource,
  type FrameSession,
  type FrameSessionEvents,
  type FrameSource,
  StreamFaultError,
} from '../pipeline.ts';
import type { Allowance } from './vault/login-budget.ts';

/** What is asked before a stream is opened with a password, and told afterwards. */
export type SourceGuard = {
  /**
   * Whether the device at the camera's address is still the one we know.
   * @returns whether Basic may be used. @throws StreamFaultError `identity-changed`
   */
  prove(cameraId: string): Promise<{ allowBasic: boolean }>;
  mayLogIn(cameraId: string): Allowance;
  refused(cameraId: string): void;
  granted(cameraId: string): void;
};

/** Opens a camera's streams with its password only where its identity holds and its login budget allows. */
export class GuardedSource implements FrameSource {
  readonly #inner: FrameSource;
  readonly #camera: Camera;
  readonly #guard: SourceGuard;

  constructor(inner: FrameSource, camera: Camera, guard: SourceGuard) {
    this.#inner = inner;
    this.#camera = camera;
    this.#guard = guard;
  }

  async open(source: CameraSource, events: FrameSessionEvents, signal: AbortSignal): Promise<FrameSession> {
    if (source.kind !== 'rtsp' || source.password === undefined)
      return this.#inner.open(source, events, signal);
    const { id } = this.#camera;
    const { allowBasic } = await this.#guard.prove(id);
    const allowance = this.#guard.mayLogIn(id);
    if (!allowance.allowed) {
      throw new StreamFaultError(
        'unauthorized',
        allowance.untilMs === null
          ? 'held back so that the camera does not lock: enter its password again'
          : `held back until ${new Date(allowance.untilMs).toISOString()} so that the camera does not lock`,
      );
    }
    try {
      const session = await this.#inner.open(
        { ...source, allowBasic: allowBasic && source.allowBasic !== false },
        events,
        signal,
      );
      this.#guard.granted(id);
      return session;
    } catch (error) {
      if (error instanceof StreamFaultError && error.fault === 'unauthorized') this.#guard.refused(id);
      throw error;
    }
  }
}
