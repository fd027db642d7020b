import { mkdir, readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import {
  decoderOf,
  type EvidenceManifest,
  EvidenceManifestSchema,
  type SignedText,
  SignedTextSchema,
} from '@pingan/models/contract';
import { messageOf } from '../base/errors.ts';
import type { Startable } from '../base/lifecycle.ts';
import { type BundleTools, CLIP, type FinishedDraft, finishBundle, MANIFEST } from './bundle.ts';
import { DiskGuard, type DiskGuardPorts } from './disk-guard.ts';
import { type Draft, readDraft, writeDraft } from './draft.ts';
import { isDiskFault, moveDurably, syncFolder, writeDurably } from './files.ts';
import { beyondQuota, bySacrifice, type EvidenceQuota, type StoredFile } from './quota.ts';

export type EvidenceStoreOptions = BundleTools & {
  folder: string;
  quota: EvidenceQuota;
  /** Bytes free on the disk of the folder. */
  freeBytes(): Promise<number>;
  /** The disk no longer takes evidence, or takes it again. */
  onFull: DiskGuardPorts['onFull'];
};

/** Evidence as it lies on the disk. Files may be gone by quota; the manifest stays and says what there was. */
export type Evidence = {
  id: string;
  folder: string;
  manifest: EvidenceManifest;
  /** Names of the files that are still there. */
  files: Set<string>;
  uploaded: boolean;
};

export type EvidenceStats = {
  kept: number;
  clipBytes: number;
  snapshotBytes: number;
  /** Files removed for the quota or the disk since the start. */
  removedFiles: number;
  /** Alarms whose evidence the disk refused. */
  lost: number;
  full: boolean;
};

/** Manifests of evidence whose files are gone are kept up to this number, so that the gateway can say "gone" and not "unknown". */
const MANIFEST_LIMIT = 5000;
const UPLOADED = 'uploaded';
const signedText = decoderOf(SignedTextSchema);
const manifests = decoderOf(EvidenceManifestSchema);

/** Keeps evidence on the disk within its quota. A folder counts once it has been moved to `kept`: whole, synced and signed. */
export class EvidenceStore implements Startable {
  readonly #options: EvidenceStoreOptions;
  readonly #kept = new Map<string, Evidence>();
  readonly #byAlarm = new Map<string, string>();
  readonly #guard: DiskGuard;
  readonly #listeners = new Set<(evidence: Evidence) => void>();
  #removedFiles = 0;
  #lost = 0;
  /** Finishing happens one after the other: encoding and hashing are for one core. */
  #finishing: Promise<void> = Promise.resolve();

  constructor(options: EvidenceStoreOptions) {
    this.#options = options;
    this.#guard = new DiskGuard({
      folder: options.folder,
      reserveBytes: options.quota.reserveBytes,
      freeBytes: options.freeBytes,
      sacrifice: () => this.#sacrifice(),
      onFull: options.onFull,
      log: options.log,
    });
  }

  /** Reads what is kept and finishes what a power cut left behind. */
  async start(): Promise<void> {
    for (const name of ['recording', 'kept'] as const)
      await mkdir(this.#path(name), { recursive: true, mode: 0o700 });
    for (const name of await readdir(this.#path('kept'))) await this.#load(name);
    for (const name of await readdir(this.#path('recording'))) await this.#recover(name);
    await this.#trim();
    this.#guard.start();
  }

  async stop(): Promise<void> {
    await this.#guard.stop();
    await this.#finishing;
  }

  /** Resolves when everything handed to `finish` is on the disk or given up. */
  processAll(): Promise<void> {
    return this.#finishing;
  }

  get stats(): EvidenceStats {
    const files = this.#files();
    const sum = (kind: StoredFile['kind']) =>
      files.filter((file) => file.kind === kind).reduce((total, { bytes }) => total + bytes, 0);
    return {
      kept: this.#kept.size,
      clipBytes: sum('clip'),
      snapshotBytes: sum('snapshot'),
      removedFiles: this.#removedFiles,
      lost: this.#lost,
      full: this.#guard.full,
    };
  }

  /** Tells of evidence as soon as it is kept. Returns how to stop listening. */
  onKept(listener: (evidence: Evidence) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  find(alarmId: string): Evidence | undefined {
    return this.#kept.get(this.#byAlarm.get(alarmId) ?? '');
  }

  list(): readonly Evidence[] {
    return [...this.#kept.values()];
  }

  /** The folder for a new recording; null when the disk takes none. */
  async begin(draft: Draft): Promise<string | null> {
    if (!(await this.#guard.hasRoom())) {
      this.#lost += 1;
      return null;
    }
    const folder = join(this.#path('recording'), draft.id);
    try {
      await mkdir(folder, { mode: 0o700 });
      await writeDraft(folder, draft);
      await syncFolder(this.#path('recording'));
      return folder;
    } catch (error) {
      await this.#giveUp(folder, error);
      return null;
    }
  }

  /** Makes evidence of a recording and keeps it; never rejects. */
  finish(finished: FinishedDraft): Promise<void> {
    this.#finishing = this.#finishing.then(() => this.#finish(finished));
    return this.#finishing;
  }

  /** The signed manifest as it was written. */
  async signedManifest({ folder }: Evidence): Promise<SignedText> {
    return signedText.decode(await readFile(join(folder, MANIFEST)));
  }

  async markUploaded(id: string): Promise<void> {
    const evidence = this.#kept.get(id);
    if (evidence === undefined || evidence.uploaded) return;
    evidence.uploaded = true;
    await writeDurably(join(evidence.folder, UPLOADED), '');
  }

  async #finish(finished: FinishedDraft): Promise<void> {
    const { folder, draft } = finished;
    try {
      const manifest = await finishBundle(finished, this.#options).catch(async (error: unknown) => {
        if (!isDiskFault(error)) throw error;
        await this.#guard.makeRoom();
        return finishBundle(finished, this.#options);
      });
      if (manifest === null) {
        await rm(folder, { recursive: true, force: true });
        return;
      }
      const place = join(this.#path('kept'), draft.id);
      await moveDurably(folder, place);
      const evidence = this.#add(place, manifest, new Set(manifest.files.map(({ name }) => name)), false);
      await this.#trim();
      for (const listener of this.#listeners) listener(evidence);
    } catch (error) {
      await this.#giveUp(folder, error);
    }
  }

  async #giveUp(folder: string, error: unknown): Promise<void> {
    this.#lost += 1;
    this.#options.log.error({ error: messageOf(error) }, 'evidence could not be kept');
    if (isDiskFault(error)) this.#guard.refused(error);
    await rm(folder, { recursive: true, force: true }).catch(() => {});
  }

  async #recover(name: string): Promise<void> {
    const folder = join(this.#path('recording'), name);
    const draft = await readDraft(folder);
    if (draft === null) await rm(folder, { recursive: true, force: true });
    else void this.finish({ folder, draft, end: { toMs: null, complete: false } });
  }

  async #load(name: string): Promise<void> {
    const folder = join(this.#path('kept'), name);
    try {
      const { text } = signedText.decode(await readFile(join(folder, MANIFEST)));
      const manifest = manifests.decode(text);
      const present = new Set<string>();
      for (const file of manifest.files) {
        const bytes = await stat(join(folder, file.name)).then(
          ({ size }) => size,
          () => -1,
        );
        if (bytes === file.bytes) present.add(file.name);
      }
      const uploaded = (await readdir(folder)).includes(UPLOADED);
      this.#add(folder, manifest, present, uploaded);
    } catch (error) {
      this.#options.log.error(
        { evidence: name, error: messageOf(error) },
        'evidence that cannot be read is left aside',
      );
    }
  }

  #add(folder: string, manifest: EvidenceManifest, files: Set<string>, uploaded: boolean): Evidence {
    const evidence = { id: manifest.id, folder, manifest, files, uploaded };
    this.#kept.set(manifest.id, evidence);
    for (const { id } of manifest.alarms) this.#byAlarm.set(id, manifest.id);
    return evidence;
  }

  #files(): StoredFile[] {
    return this.list().flatMap(({ id, manifest, files, uploaded }) =>
      manifest.files
        .filter(({ name }) => files.has(name))
        .map(({ name, bytes }) => ({
          evidenceId: id,
          name,
          kind: name === CLIP ? ('clip' as const) : ('snapshot' as const),
          bytes,
          createdAtMs: Date.parse(manifest.createdAt),
          uploaded,
        })),
    );
  }

  async #trim(): Promise<void> {
    for (const file of beyondQuota(this.#files(), this.#options.quota)) await this.#remove(file);
    const empty = this.list().filter(({ files }) => files.size === 0);
    for (const { id, folder, manifest } of empty.slice(0, Math.max(0, empty.length - MANIFEST_LIMIT))) {
      this.#kept.delete(id);
      for (const alarm of manifest.alarms) this.#byAlarm.delete(alarm.id);
      await rm(folder, { recursive: true, force: true });
    }
  }

  /** Gives up the file that goes first. Returns whether there was one. */
  async #sacrifice(): Promise<boolean> {
    const [first] = bySacrifice(this.#files());
    if (first === undefined) return false;
    await this.#remove(first);
    return true;
  }

  async #remove({ evidenceId, name }: StoredFile): Promise<void> {
    const evidence = this.#kept.get(evidenceId);
    if (evidence === undefined) return;
    evidence.files.delete(name);
    this.#removedFiles += 1;
    await rm(join(evidence.folder, name), { force: true });
  }

  #path(name: 'recording' | 'kept'): string {
    return join(this.#options.folder, name);
  }
}
