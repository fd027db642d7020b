import { statfs } from 'node:fs/promises';
import { join } from 'node:path';
import {
  EVENT_KINDS,
  EVIDENCE_REFUSALS,
  type PrivacyMask,
  type Reply,
  type SafetyEvent,
} from '@pingan/models/contract';
import type { Clock } from '../base/clock.ts';
import { type Startable, startAll } from '../base/lifecycle.ts';
import type { Logger } from '../base/log.ts';
import { cameraIdOf } from '../cameras/identity.ts';
import type { Credentials, GatewayConfig } from '../config/schema.ts';
import { ClipMasker, FfmpegLauncher } from '../decode/index.ts';
import {
  centreUrl,
  EvidenceStore,
  type GatewayKey,
  loadGatewayKey,
  UploadClient,
  Uploader,
} from '../evidence/index.ts';
import type { Camera } from '../pipeline.ts';
import type { EventDraft } from './alarm-book.ts';
import { CameraEvidence } from './camera-evidence.ts';
import type { CameraStreams } from './camera-streams.ts';

export type EvidenceSystemOptions = {
  config: GatewayConfig;
  credentials: Credentials;
  emit(draft: EventDraft): Promise<void>;
  clock: Clock;
  log: Logger;
};

const MEGABYTE = 1_000_000;
const DEFAULTS = { clips: 4096, snapshots: 512, reserve: 512, ring: 16, uploadSeverity: 2 };
const NOT_RELAYED = 'a privacy mask is set on this camera: it is not relayed live';

/** What is kept of alarms and how it reaches the centre: built from the configuration, started and stopped as one. */
export class EvidenceSystem implements Startable {
  readonly #options: EvidenceSystemOptions;
  readonly #cameras = new Map<string, CameraEvidence>();
  #key: GatewayKey | null = null;
  #store: EvidenceStore | null = null;
  #uploader: Uploader | null = null;
  #stopAll: () => Promise<void> = async () => {};

  constructor(options: EvidenceSystemOptions) {
    this.#options = options;
  }

  /** With which this gateway signs, base64url; undefined where evidence is switched off or before the start. */
  get publicKey(): string | undefined {
    return this.#key?.publicKey;
  }

  get stats() {
    return this.#store?.stats ?? null;
  }

  async start(): Promise<void> {
    const { config, credentials, log } = this.#options;
    const { dataDir, id: gatewayId } = config.gateway;
    if (config.evidence?.enabled === false) return;
    this.#key = await loadGatewayKey(join(dataDir, 'gateway-key.pem'));
    const store = this.#createStore(this.#key);
    this.#store = store;
    this.#uploader = new Uploader({
      store,
      client: new UploadClient({ baseUrl: centreUrl(credentials.mediaUrl) }),
      policy: {
        mode: config.evidence?.upload ?? 'on-demand',
        severity: config.evidence?.uploadSeverity ?? DEFAULTS.uploadSeverity,
      },
      own: { kind: 'gateway', gatewayId, token: credentials.token },
      isRecording: (alarmId) => [...this.#cameras.values()].some((camera) => camera.isRecording(alarmId)),
      log,
    });
    this.#stopAll = await startAll([store, this.#uploader]);
  }

  stop(): Promise<void> {
    return this.#stopAll();
  }

  /** Masks set on a camera, by its id, its code, or its key in the configuration file. */
  masksOf({ id, code }: Pick<Camera, 'id' | 'code'>): PrivacyMask[] {
    const isMeant = (key: string) =>
      key === '*' || key === id || key === code || cameraIdOf(`configured:${key}`) === id;
    return (this.#options.config.privacyMasks ?? []).filter(({ cameras }) => cameras.some(isMeant));
  }

  /** Why a camera must not be relayed live, in words; null when it may. */
  refusalOf(cameraId: string): string | null {
    return this.#cameras.get(cameraId)?.isMasked === false ? null : NOT_RELAYED;
  }

  /** The evidence of a camera that is put to work; the camera starts and stops it. */
  attach(camera: Camera, streams: CameraStreams): CameraEvidence {
    const { config, clock, log } = this.#options;
    const evidence = new CameraEvidence({
      gatewayId: config.gateway.id,
      camera,
      streams,
      masks: this.masksOf(camera),
      store: this.#store,
      useMain: config.evidence?.mainStream ?? false,
      ringBytes: (config.evidence?.ringMegabytes ?? DEFAULTS.ring) * MEGABYTE,
      clock,
      log: log.child({ camera: camera.id }),
    });
    this.#cameras.set(camera.id, evidence);
    return evidence;
  }

  /** Tells of an event that is on disk: an alarm of a camera begins a recording. */
  onEvent(event: SafetyEvent): void {
    if (event.phase === 'raised' && event.origin.kind === 'camera') {
      this.#cameras.get(event.origin.id)?.onRaised(event);
    }
  }

  /** Carries out `clip.upload`. */
  request(alarmId: string, ticket: string): Reply['outcome'] {
    if (this.#uploader !== null) return this.#uploader.request(alarmId, ticket);
    const code = 'evidence-disabled';
    return { kind: 'refused', code, message: EVIDENCE_REFUSALS[code].en };
  }

  #createStore(key: GatewayKey): EvidenceStore {
    const { config, log } = this.#options;
    const { clipsMegabytes = DEFAULTS.clips, snapshotsMegabytes = DEFAULTS.snapshots } =
      config.evidence ?? {};
    const folder = join(config.gateway.dataDir, 'evidence');
    const masker = new ClipMasker({ launcher: new FfmpegLauncher({ log }) });
    return new EvidenceStore({
      folder,
      key,
      maskClip: (clip) => masker.mask(clip),
      quota: {
        clipBytes: clipsMegabytes * MEGABYTE,
        snapshotBytes: snapshotsMegabytes * MEGABYTE,
        totalBytes: (config.evidence?.totalMegabytes ?? clipsMegabytes + snapshotsMegabytes) * MEGABYTE,
        reserveBytes: (config.evidence?.reserveMegabytes ?? DEFAULTS.reserve) * MEGABYTE,
      },
      freeBytes: async () => {
        const { bavail, bsize } = await statfs(folder);
        return bavail * bsize;
      },
      onFull: (full, reason) => this.#sayFull(full, reason),
      log,
    });
  }

  #sayFull(full: boolean, reason: string): void {
    const { config, emit, clock, log } = this.#options;
    log.warn({ full, reason }, 'evidence storage');
    const { id } = config.gateway;
    void emit({
      phase: full ? 'raised' : 'cleared',
      type: 'evidence-storage-full',
      severity: EVENT_KINDS['evidence-storage-full'].severity,
      origin: { kind: 'gateway', id, name: id },
      discriminator: 'evidence',
      occurredAtMs: clock.now(),
      monotonicMs: clock.monotonic(),
      detail: full ? { reading: { kind: 'evidence', value: reason.slice(0, 256) } } : {},
    });
  }
}
