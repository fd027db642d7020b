import type { PrivacyMask, SafetyEvent, StreamProfile } from '@pingan/models/contract';
import type { Clock } from '../base/clock.ts';
import type { Logger } from '../base/log.ts';
import { CLIP_TIMES, type EvidenceStore, Recorder, UnitRing } from '../evidence/index.ts';
import type { Camera, CameraStream, GopSnapshot } from '../pipeline.ts';
import type { CameraStreams } from './camera-streams.ts';

export type CameraEvidenceOptions = {
  gatewayId: string;
  camera: Camera;
  streams: CameraStreams;
  masks: readonly PrivacyMask[];
  /** Null where evidence is switched off. */
  store: EvidenceStore | null;
  /** Also keep the last seconds of the main stream, and prefer them. */
  useMain: boolean;
  ringBytes: number;
  clock: Clock;
  log: Logger;
};

type KeptStream = { profile: StreamProfile; stream: CameraStream; ring: UnitRing };

/** How long an event may take from its picture until it is on disk and its recording begins, seconds. */
const DELAY_SECONDS = 10;
/** A main stream that reaches less far back than the other by more than this is not preferred. */
const SHORTER_MS = 1500;

/** The evidence of one camera: the last seconds of its streams, and the recorder that makes clips of them. */
export class CameraEvidence {
  readonly camera: Camera;
  readonly #options: CameraEvidenceOptions;
  readonly #kept: KeptStream[];
  readonly #recorder: Recorder | null;
  #unsubscribe: (() => void)[] = [];

  constructor(options: CameraEvidenceOptions) {
    const { gatewayId, camera, streams, masks, store, useMain, ringBytes, clock, log } = options;
    this.#options = options;
    this.camera = camera;
    const seconds = CLIP_TIMES.beforeMs / 1000 + DELAY_SECONDS;
    const keep = (profile: StreamProfile, stream: CameraStream): KeptStream => ({
      profile,
      stream,
      ring: new UnitRing({ seconds, bytes: ringBytes }),
    });
    const hasTwo = streams.main() !== streams.watch;
    this.#kept = [keep(hasTwo ? 'sub' : 'main', streams.watch)];
    if (hasTwo && useMain) this.#kept.unshift(keep('main', streams.main()));
    this.#recorder =
      store &&
      new Recorder({
        gatewayId,
        camera,
        masks,
        lookBack: (fromMs) => this.#lookBack(fromMs),
        store,
        times: CLIP_TIMES,
        clock,
        log,
      });
  }

  /** Nothing of this camera may leave the gateway unmasked. */
  get isMasked(): boolean {
    return this.#options.masks.length > 0;
  }

  start(): void {
    const recorder = this.#recorder;
    if (recorder === null) return;
    this.#unsubscribe = this.#kept.map(({ profile, stream, ring }) =>
      stream.subscribe({
        onParameterSets: (sets) => {
          ring.onParameterSets(sets);
          recorder.onParameterSets(profile, sets);
        },
        onAccessUnit: (unit) => {
          ring.onAccessUnit(unit);
          recorder.onAccessUnit(profile, unit);
        },
      }),
    );
  }

  async stop(): Promise<void> {
    for (const unsubscribe of this.#unsubscribe.splice(0)) unsubscribe();
    await this.#recorder?.stop();
  }

  onRaised(event: SafetyEvent): void {
    void this.#recorder?.onRaised(event);
  }

  isRecording(alarmId: string): boolean {
    return this.#recorder?.isRecording(alarmId) ?? false;
  }

  /** The main stream where it runs and reaches as far back, else whatever there is. */
  #lookBack(fromMs: number): { profile: StreamProfile; gop: GopSnapshot } | null {
    const found = this.#kept.flatMap(({ profile, ring }) => {
      const gop = ring.since(fromMs);
      return gop === null ? [] : [{ profile, gop, startMs: gop.units[0]?.monotonicMs ?? fromMs }];
    });
    const [first, second] = found;
    if (first === undefined) return null;
    const isShort = second !== undefined && first.startMs > Math.max(fromMs, second.startMs) + SHORTER_MS;
    return isShort ? second : first;
  }
}
