import { execFile } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type PrivacyMask, type SafetyEvent, type StreamProfile, uuidV7 } from '@pingan/models/contract';
import { Type } from 'typebox';
import { Value } from 'typebox/value';
import { silentLogger } from '../../../gateway/src/base/log.ts';
import { ClipMasker, FfmpegLauncher } from '../../../gateway/src/decode/index.ts';
import {
  CLIP_TIMES,
  type ClipTimes,
  EvidenceStore,
  type GatewayKey,
  loadGatewayKey,
  Recorder,
  UnitRing,
} from '../../../gateway/src/evidence/index.ts';
import type { EvidenceStoreOptions } from '../../../gateway/src/evidence/store.ts';
import type { AccessUnit } from '../../../gateway/src/pipeline.ts';
import { type CodedClip, later } from '../../support/access-units.ts';
import { anEvent } from '../../support/events.ts';

const run = promisify(execFile);
const MEGABYTE = 1_000_000;

/** A folder for one test and the key of its gateway. */
export async function evidenceFolder(): Promise<{ folder: string; key: GatewayKey; remove(): void }> {
  const folder = mkdtempSync(join(tmpdir(), 'pingan-evidence-'));
  const key = await loadGatewayKey(join(folder, 'gateway-key.pem'));
  return { folder, key, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

export function evidenceStore(
  { folder, key }: { folder: string; key: GatewayKey },
  options: Partial<EvidenceStoreOptions> = {},
): EvidenceStore {
  const masker = new ClipMasker({ launcher: new FfmpegLauncher({ log: silentLogger }) });
  return new EvidenceStore({
    folder: join(folder, 'evidence'),
    key,
    maskClip: (clip) => masker.mask(clip),
    quota: {
      clipBytes: 100 * MEGABYTE,
      snapshotBytes: 10 * MEGABYTE,
      totalBytes: 110 * MEGABYTE,
      reserveBytes: 0,
    },
    freeBytes: async () => 1e12,
    onFull: () => {},
    log: silentLogger,
    ...options,
  });
}

/** A camera whose stream goes as fast as the test wants: a clip in a loop, with its own clock. */
export class PlayedCamera {
  readonly recorder: Recorder;
  readonly ring = new UnitRing({ seconds: 20, bytes: 20 * MEGABYTE });
  readonly #clip: CodedClip;
  readonly #periodMs: number;
  readonly #profile: StreamProfile = 'sub';
  #played = 0;
  #nowMs = 0;

  constructor(
    clip: CodedClip,
    store: EvidenceStore,
    { masks = [], times = CLIP_TIMES }: { masks?: readonly PrivacyMask[]; times?: ClipTimes } = {},
  ) {
    this.#clip = clip;
    const [first, second] = clip.units;
    this.#periodMs = (second?.monotonicMs ?? 0) - (first?.monotonicMs ?? 0);
    this.recorder = new Recorder({
      gatewayId: 'gw-test',
      camera: { id: 'cam-1', code: '44030600011327000001', name: '北门' },
      masks,
      lookBack: (fromMs) => {
        const gop = this.ring.since(fromMs);
        return gop && { profile: this.#profile, gop };
      },
      store,
      times,
      clock: { now: () => 1_700_000_000_000 + this.#nowMs, monotonic: () => this.#nowMs },
      log: silentLogger,
    });
    this.ring.onParameterSets(clip.sets);
  }

  get nowMs(): number {
    return this.#nowMs;
  }

  /** The time of the newest picture moves on by so many seconds. The recorder gets to run now and then, as between packets. */
  async play(seconds: number, onUnit?: (unit: AccessUnit) => void): Promise<void> {
    const count = Math.round((seconds * 1000) / this.#periodMs);
    for (let done = 0; done < count; done += 1) {
      const index = this.#played % this.#clip.units.length;
      const round = Math.floor(this.#played / this.#clip.units.length);
      const source = this.#clip.units[index];
      if (source === undefined) return;
      const unit = later(source, (round * this.#clip.units.length * this.#periodMs) / 1000);
      this.#played += 1;
      this.#nowMs = unit.monotonicMs;
      this.ring.onAccessUnit(unit);
      this.recorder.onAccessUnit(this.#profile, unit);
      onUnit?.(unit);
      if (done % 5 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
  }

  /** An alarm of this moment, taken by the recorder. */
  async alarm(overrides: Partial<SafetyEvent> = {}): Promise<SafetyEvent> {
    const event = anEvent({
      id: uuidV7(Date.now(), randomBytes(10)),
      bootId: randomUUID(),
      monotonicMs: this.#nowMs,
      occurredAt: new Date(1_700_000_000_000 + this.#nowMs).toISOString(),
      ...overrides,
    });
    await this.recorder.onRaised({ ...event, alarmId: event.id });
    return event;
  }
}

const ProbeSchema = Type.Object({
  streams: Type.Array(Type.Object({ codec_name: Type.String(), nb_read_frames: Type.String() })),
  format: Type.Object({ duration: Type.String(), start_time: Type.String() }),
});

/** What ffprobe makes of a file when it decodes all of it; rejects when a picture is damaged. */
export async function probeClip(path: string) {
  const { stdout, stderr } = await run('ffprobe', [
    ...['-v', 'error', '-count_frames', '-select_streams', 'v:0'],
    ...['-show_entries', 'stream=codec_name,nb_read_frames:format=duration,start_time', '-of', 'json', path],
  ]);
  if (stderr !== '') throw new Error(`ffprobe complains of ${path}: ${stderr}`);
  const { streams, format } = Value.Parse(ProbeSchema, JSON.parse(stdout));
  return {
    codec: streams[0]?.codec_name,
    pictures: Number(streams[0]?.nb_read_frames),
    seconds: Number(format.duration),
    startSeconds: Number(format.start_time),
  };
}

/** Every picture of a clip as raw luma, decoded by ffmpeg: width × height bytes each. */
export async function lumaOf(path: string): Promise<Buffer> {
  const options = { encoding: 'buffer' as const, maxBuffer: 1024 * MEGABYTE };
  const { stdout } = await run(
    'ffmpeg',
    ['-v', 'error', '-i', path, '-f', 'rawvideo', '-pix_fmt', 'gray', 'pipe:1'],
    options,
  );
  return stdout;
}
