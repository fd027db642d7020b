import type { CameraHealth, EventDetail, PictureHealth } from '@pingan/models/contract';
import type { Clock } from '../base/clock.ts';
import { messageOf } from '../base/errors.ts';
import type { Logger } from '../base/log.ts';
import { type VideoFormat, videoFormat } from '../base/mp4/index.ts';
import type { DecodeFault } from '../decode/index.ts';
import { causesOf } from '../health/causes.ts';
import { PacketMeter } from '../health/packet-meter.ts';
import type { Camera, Decoder, Detector, GopSnapshot, ParameterSets, Picture } from '../pipeline.ts';
import type { RuleEngine, RuleOutcome } from '../rules/index.ts';
import type { EventDraft } from './alarm-book.ts';
import type { CameraEvidence } from './camera-evidence.ts';
import type { CameraStreams } from './camera-streams.ts';
import type { DecodeGovernor, GovernedPlace } from './decode-governor.ts';
import type { OutageBoard } from './outage-board.ts';
import { PictureAnalysis } from './picture-analysis.ts';
import { type BaselineStore, PictureFaults } from './picture-faults.ts';
import { RecentUnits } from './recent-units.ts';

export type DecoderHandlers = {
  onPicture(picture: Picture): void;
  onFault(fault: DecodeFault): void;
  onHealthy(): void;
};
export type CameraSnapshot = NonNullable<EventDraft['snapshot']>;

/** What the roster knows and the stream does not. */
export type CameraDescription = Pick<CameraHealth, 'address' | 'manufacturer' | 'model'>;

export type CameraLoopOptions = {
  camera: Camera;
  description: CameraDescription;
  streams: CameraStreams;
  /** Keeps what the alarms of this camera are proven by. */
  evidence?: CameraEvidence;
  createDecoder(handlers: DecoderHandlers): Decoder;
  /** Without one the decoder keeps its pace. */
  governor?: Pick<DecodeGovernor, 'join'>;
  /** Null: nobody is looked for. */
  detector: Detector | null;
  rules: RuleEngine;
  /** Picture of the alarm with its boxes; undefined when it cannot be had. */
  takeSnapshot(gop: GopSnapshot, detail: EventDetail): Promise<CameraSnapshot | undefined>;
  /** Makes the camera's offline alarm, or one for many. */
  outages: Pick<OutageBoard, 'observe'>;
  /** Resolves when the event is on disk. */
  emit(draft: EventDraft): Promise<void>;
  /** Something that a health report shows has changed. */
  onChange(): void;
  /** What was learnt of the camera's picture, across restarts. */
  baselines?: BaselineStore;
  clock: Clock;
  log: Logger;
};

const TICK_MS = 1000;
/** Without pictures for so long nobody is taken to be there any more, so that alarms clear. */
const SILENCE_MS = 3000;

/** One camera from access units to events. Nothing in here waits for another camera. */
export class CameraLoop {
  readonly #options: CameraLoopOptions;
  readonly #recent = new RecentUnits();
  readonly #faults: PictureFaults;
  readonly #packetMeter = new PacketMeter();
  readonly #analysis: PictureAnalysis;
  readonly #decoder: Decoder;
  #sets: ParameterSets | null = null;
  #format: VideoFormat | null = null;
  #pictureHealth: PictureHealth | null = null;
  #timer: NodeJS.Timeout | undefined;
  #unsubscribe: (() => void) | undefined;
  #pace: GovernedPlace | undefined;
  #emitting: Promise<void> = Promise.resolve();

  constructor(options: CameraLoopOptions) {
    this.#options = options;
    const stream = options.streams.watch;
    this.#analysis = new PictureAnalysis({
      detector: options.detector,
      rules: options.rules,
      findings: () => this.#pictureHealth?.findings ?? [],
      onOutcome: (outcome, moment) => this.#emitOutcome(outcome, moment),
    });
    this.#faults = new PictureFaults({
      ...options,
      isStreaming: () => stream.state.kind === 'streaming',
      recent: this.#recent,
      enqueue: (work) => this.#enqueue(work),
    });
    this.#decoder = options.createDecoder({
      onPicture: (picture) => this.#onPicture(picture),
      onFault: (fault) => stream.reportDecodeFailure(fault),
      onHealthy: () => stream.reportDecodeOk(),
    });
  }

  get camera(): Camera {
    return this.#options.camera;
  }

  get streams(): CameraStreams {
    return this.#options.streams;
  }

  get rules(): RuleEngine {
    return this.#options.rules;
  }

  start(): void {
    const { streams, onChange, governor, rules } = this.#options;
    this.#pace = governor?.join({
      cameraId: this.camera.id,
      decoder: this.#decoder,
      movingPictures: () => this.#analysis.work.moving,
      isArmed: (atMs) => rules.isArmed(atMs),
    });
    this.#decoder.start();
    this.#unsubscribe = streams.watch.subscribe({
      onParameterSets: (sets) => this.#onParameterSets(sets),
      onAccessUnit: (unit) => {
        this.#recent.onAccessUnit(unit);
        if (this.#sets) this.#decoder.push(unit, this.#sets);
      },
      onState: () => {
        this.#watch();
        onChange();
      },
    });
    this.#timer = setInterval(() => this.#watch(), TICK_MS);
    this.#options.evidence?.start();
    streams.start();
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    this.#unsubscribe?.();
    this.#pace?.leave();
    await Promise.all([this.#options.streams.stop(), this.#options.evidence?.stop(), this.#decoder.stop()]);
    this.#faults.save();
    await this.#emitting;
  }

  /** Emits what a change of rules ended. */
  report(outcomes: readonly RuleOutcome[], moment: { capturedAtMs: number; monotonicMs: number }): void {
    for (const outcome of outcomes) this.#emitOutcome(outcome, moment);
  }

  health(zones: CameraHealth['zones']): CameraHealth {
    const { camera, description, streams } = this.#options;
    const format = this.#format && { width: this.#format.width, height: this.#format.height };
    const { state } = streams.watch;
    const packets = this.#packetMeter.health;
    return {
      cameraId: camera.id,
      code: camera.code,
      name: camera.name,
      ...description,
      ...(this.#sets ? { codec: this.#sets.codec } : {}),
      ...(format ?? {}),
      state,
      ...(this.#options.evidence?.isMasked ? { masked: true } : {}),
      causes: causesOf({ state, packets, isPictureGood: this.#pictureHealth?.good ?? null }),
      ...(packets ? { packets } : {}),
      ...(this.#pictureHealth ? { picture: this.#pictureHealth } : {}),
      work: this.#analysis.work,
      ...(this.#pace ? { decode: this.#pace.health() } : {}),
      ...(zones && zones.length > 0 ? { zones } : {}),
    };
  }

  #onParameterSets(sets: ParameterSets): void {
    this.#sets = sets;
    this.#recent.onParameterSets(sets);
    try {
      this.#format = videoFormat(sets);
    } catch (error) {
      this.#format = null;
      this.#options.log.warn({ error: messageOf(error) }, 'parameter sets not understood');
    }
  }

  #onPicture(picture: Picture): void {
    this.#pictureHealth = this.#faults.observe(picture) ?? this.#pictureHealth;
    void this.#analysis.observe(picture);
  }

  #judgeSilence(monotonicMs: number): void {
    this.#analysis.forget({ capturedAtMs: this.#options.clock.now(), monotonicMs });
  }

  #emitOutcome(outcome: RuleOutcome, moment: { capturedAtMs: number; monotonicMs: number }): void {
    const gop = outcome.kind === 'raised' ? this.#recent.until(moment.monotonicMs) : null;
    const draft: EventDraft = {
      phase: outcome.kind,
      type: outcome.type,
      severity: outcome.severity,
      origin: this.#origin(),
      discriminator: outcome.ruleId,
      occurredAtMs: moment.capturedAtMs,
      monotonicMs: moment.monotonicMs,
      detail: outcome.detail,
      ...(outcome.trial && { trial: outcome.trial }),
    };
    this.#enqueue(async () => {
      const snapshot = gop ? await this.#options.takeSnapshot(gop, outcome.detail) : undefined;
      await this.#options.emit(snapshot ? { ...draft, snapshot } : draft);
    });
  }

  /** Events of a camera are written in the order they happened, although a snapshot takes its time. */
  #enqueue(work: () => Promise<void>): void {
    this.#emitting = this.#emitting.then(work).catch((error: unknown) => {
      this.#options.log.error({ error: messageOf(error) }, 'an event could not be written');
    });
  }

  #origin(): EventDraft['origin'] {
    const { id, code, name } = this.#options.camera;
    return { kind: 'camera', id, code, name };
  }

  #watch(): void {
    const { streams, clock } = this.#options;
    const nowMs = clock.monotonic();
    this.#packetMeter.observe(streams.watch.facts, nowMs);
    if (nowMs - this.#analysis.judgedAtMs >= SILENCE_MS) this.#judgeSilence(nowMs);
    this.#options.outages.observe(this.#options.camera, streams.watch.state);
  }
}
