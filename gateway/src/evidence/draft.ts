import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  CodecSchema,
  decoderOf,
  EvidenceClipSchema,
  EvidenceManifestSchema,
  PrivacyMaskSchema,
} from '@pingan/models/contract';
import { type Static, Type } from 'typebox';
import { writeDurably } from './files.ts';

const { id, gatewayId, camera, createdAt, clock, alarms } = EvidenceManifestSchema.properties;
const { mimeCodec, width, height, profile } = EvidenceClipSchema.properties;

/** What is known of evidence while it is being recorded: all that a restart needs to finish it. */
const DraftSchema = Type.Object({
  id,
  gatewayId,
  camera,
  createdAt,
  clock,
  alarms,
  /** What is being recorded; null when the camera gave nothing. */
  stream: Type.Union([
    Type.Object({ codec: CodecSchema, mimeCodec, width, height, profile, fromMs: Type.Number() }),
    Type.Null(),
  ]),
  /** In force when the recording began. */
  masks: Type.Array(PrivacyMaskSchema, { maxItems: 512 }),
});
export type Draft = Static<typeof DraftSchema>;
export type DraftStream = NonNullable<Draft['stream']>;

const drafts = decoderOf(DraftSchema);

export const RECORDING = 'recording.mp4';
const FILE = 'draft.json';

export function writeDraft(folder: string, draft: Draft): Promise<void> {
  return writeDurably(join(folder, FILE), JSON.stringify(draft));
}

/** The draft of a folder; null when there is none that can be read. */
export async function readDraft(folder: string): Promise<Draft | null> {
  try {
    return drafts.decode(await readFile(join(folder, FILE)));
  } catch {
    return null;
  }
}
