import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { EvidenceFile, EvidenceManifest, PrivacyMask } from '@pingan/models/contract';
import { timestamp } from '../base/clock.ts';
import { messageOf } from '../base/errors.ts';
import type { Logger } from '../base/log.ts';
import { type Draft, type DraftStream, RECORDING } from './draft.ts';
import { isDiskFault, sha256Of, writeDurably } from './files.ts';
import { finishClip } from './finish-clip.ts';
import type { GatewayKey } from './gateway-key.ts';
import { drawMask } from './mask.ts';

export const CLIP = 'clip.mp4';
export const MANIFEST = 'manifest.json';

/** Encodes a clip again with a picture laid over it; rejects when any picture of it could not be masked. Always H.264. */
export type ClipMasker = (options: {
  from: string;
  to: string;
  mask: { width: number; height: number; rgba: Buffer };
}) => Promise<void>;

/** How the recording ended. */
export type RecordingEnd = {
  /** Capture time of its last picture, ms; null when only the file can tell (after a restart). */
  toMs: number | null;
  /** It holds all that was asked for. */
  complete: boolean;
};
export type FinishedDraft = { folder: string; draft: Draft; end: RecordingEnd };

export type BundleTools = { key: GatewayKey; maskClip: ClipMasker; log: Logger };

const MASKED = 'masked.mp4';
const SNAPSHOT = /^[0-9a-f-]{36}\.jpg$/;

/**
 * Makes evidence of a draft's folder: the finished clip, the snapshots, and the signed manifest as the last file.
 * @returns the manifest; null when there is nothing that could be kept
 * @throws the disk's errors
 */
export async function finishBundle(
  finished: FinishedDraft,
  tools: BundleTools,
): Promise<EvidenceManifest | null> {
  const { folder, draft } = finished;
  const made = draft.stream === null ? 'no-stream' : await makeClip(finished, draft.stream, tools);
  const files = await describeFiles(folder);
  if (files.length === 0) return null;
  const { masks: _masks, stream: _stream, ...known } = draft;
  const isMissing = typeof made === 'string';
  const manifest: EvidenceManifest = {
    version: 1,
    ...known,
    clip: isMissing ? null : made,
    ...(isMissing ? { clipMissing: made } : {}),
    files,
  };
  await writeDurably(join(folder, MANIFEST), JSON.stringify(tools.key.sign(manifest)));
  await rm(join(folder, RECORDING), { force: true });
  return manifest;
}

async function makeClip(
  { folder, draft, end }: FinishedDraft,
  { fromMs, codec, ...stream }: DraftStream,
  { maskClip, log }: BundleTools,
): Promise<NonNullable<EvidenceManifest['clip']> | 'no-stream' | 'masking-failed'> {
  const isMasked = draft.masks.length > 0;
  try {
    const recording = join(folder, RECORDING);
    const source = isMasked ? await masked({ folder, masks: draft.masks, ...stream }, maskClip) : recording;
    const { durationMs, avcName } = await finishClip(source, join(folder, CLIP));
    return {
      ...stream,
      from: timestamp(fromMs),
      to: timestamp(end.toMs ?? fromMs + durationMs),
      codec: isMasked ? 'h264' : codec,
      mimeCodec: avcName ?? stream.mimeCodec,
      durationMs,
      masked: isMasked,
      complete: end.complete,
    };
  } catch (error) {
    await rm(join(folder, CLIP), { force: true });
    if (isDiskFault(error)) throw error;
    log.error({ evidence: draft.id, masked: isMasked, error: messageOf(error) }, 'no clip could be made');
    return isMasked ? 'masking-failed' : 'no-stream';
  } finally {
    await rm(join(folder, MASKED), { force: true });
  }
}

type MaskedRecording = { folder: string; masks: readonly PrivacyMask[]; width: number; height: number };

async function masked(
  { folder, masks, width, height }: MaskedRecording,
  maskClip: ClipMasker,
): Promise<string> {
  const polygons = masks.map(({ polygon }) => polygon);
  const to = join(folder, MASKED);
  const rgba = await drawMask(polygons, width, height);
  await maskClip({ from: join(folder, RECORDING), to, mask: { width, height, rgba } });
  return to;
}

async function describeFiles(folder: string): Promise<EvidenceFile[]> {
  const names = (await readdir(folder)).filter((name) => name === CLIP || SNAPSHOT.test(name));
  return Promise.all(
    names.sort().map(async (name): Promise<EvidenceFile> => {
      const path = join(folder, name);
      const { size: bytes } = await stat(path);
      return {
        name,
        mediaType: name === CLIP ? 'video/mp4' : 'image/jpeg',
        bytes,
        sha256: await sha256Of(path),
      };
    }),
  );
}
