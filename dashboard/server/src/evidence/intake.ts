import { randomBytes } from 'node:crypto';
import type {
  EvidenceFile,
  EvidenceManifest,
  EvidenceUploadState,
  SignedText,
} from '@pingan/models/contract';
import type { Now } from '../base/clock.ts';
import type { Logger } from '../base/log.ts';
import { Problem } from '../base/problem.ts';
import { hashToken, tokenMatches } from '../base/secrets.ts';
import type { EvidenceFiles } from './evidence-files.ts';
import { openManifest, readManifest } from './manifest.ts';
import type { EvidencePorts, KeptEvidence } from './ports.ts';

export type IntakeOptions = {
  store: EvidencePorts;
  files: EvidenceFiles;
  /** The gateway that these credentials prove; null when none. */
  authenticate(gatewayId: string, token: string): Promise<string | null>;
  /** Of each gateway's evidence here. */
  quotaBytes: number;
  /** Called after a change is committed. */
  onChanged(): void;
  now: Now;
  log: Logger;
};

/** Who opens an upload: the bearer of a request's ticket, or a gateway by its own policy. */
export type UploadOpener =
  | { kind: 'ticket'; ticket: string }
  | { kind: 'gateway'; gatewayId: string; token: string };

const TOKEN_BYTES = 32;
/** A ticket opens its upload within this time; the gateway may have to finish recording first. */
const TICKET_LIFE_MS = 15 * 60_000;
/** What has not become whole by then is removed. */
const RECEIVE_LIMIT_MS = 24 * 3_600_000;

/** Takes evidence from gateways: declared and proven first, then received piece by piece, checked at the end, within a quota. */
export class EvidenceIntake {
  readonly #options: IntakeOptions;

  constructor(options: IntakeOptions) {
    this.#options = options;
  }

  /** Throws the problems `upload-refused`, `evidence-unproven`, `invalid`, `conflict` and `evidence-quota`. */
  async open(signed: SignedText, opener: UploadOpener): Promise<EvidenceUploadState> {
    const { store, files, onChanged, now } = this.#options;
    const { gatewayId, alarmId, openedBefore } = await this.#opener(opener);
    const keys = await store.keysOf(gatewayId);
    const { manifest, publicKey } = openManifest(signed, { gatewayId, keys });
    const isMeant = alarmId === null || manifest.alarms.some(({ id }) => id === alarmId);
    if (!isMeant || (openedBefore !== null && openedBefore !== manifest.id))
      throw new Problem('upload-refused');
    const known = await store.find(manifest.id);
    if (known !== undefined && known.gatewayId !== gatewayId) throw new Problem('conflict');
    const token = randomBytes(TOKEN_BYTES).toString('base64url');
    const tokenHash = hashToken(token);
    if (known?.state === 'stored' || (known?.state === 'receiving' && known.signedText === signed.text)) {
      await store.setToken(manifest.id, tokenHash);
    } else {
      const bytes = manifest.files.reduce((sum, file) => sum + file.bytes, 0);
      await this.#tidy();
      await this.#makeRoom(gatewayId, { id: manifest.id, bytes });
      await files.remove({ gatewayId, id: manifest.id });
      await store.open({
        id: manifest.id,
        gatewayId,
        cameraId: manifest.camera.id,
        signedText: signed.text,
        signature: signed.signature,
        publicKey,
        bytes,
        tokenHash,
        openedAt: new Date(now()),
        alarmIds: manifest.alarms.map(({ id }) => id),
      });
    }
    if (alarmId !== null) await store.spendTicket(alarmId, manifest.id);
    onChanged();
    await files.begin({ gatewayId, id: manifest.id });
    return {
      id: manifest.id,
      token,
      stored: known?.state === 'stored',
      files: await Promise.all(
        manifest.files.map(async ({ name }) => ({
          name,
          offset: await files.offset({ gatewayId, id: manifest.id }, name),
        })),
      ),
    };
  }

  /** The upload and the file that a token opens. Throws `upload-refused` and `not-found`. */
  async file(
    id: string,
    token: string,
    name: string,
  ): Promise<{ evidence: KeptEvidence; file: EvidenceFile }> {
    const { evidence, manifest } = await this.#upload(id, token);
    const file = manifest.files.find((one) => one.name === name);
    if (file === undefined) throw new Problem('not-found');
    return { evidence, file };
  }

  /** How many bytes of a file have come. */
  async offset(id: string, token: string, name: string): Promise<number> {
    const { evidence, file } = await this.file(id, token, name);
    return evidence.state === 'stored' ? file.bytes : this.#options.files.offset(evidence, name);
  }

  /** Takes a piece. Throws `upload-refused`, `not-found`, `conflict`, and the errors of EvidenceFiles. */
  async append(
    { id, token, name, offset }: { id: string; token: string; name: string; offset: number },
    chunks: AsyncIterable<Uint8Array>,
  ): Promise<number> {
    const { evidence, file } = await this.file(id, token, name);
    if (evidence.state !== 'receiving') throw new Problem('conflict');
    return this.#options.files.append({ place: evidence, name, offset, limit: file.bytes }, chunks);
  }

  /**
   * Checks everything against the manifest and keeps it. What does not fit is removed, so that it can be sent again.
   * Throws `upload-refused`, `conflict` while something is missing, and `evidence-tampered`.
   */
  async finish(id: string, token: string): Promise<void> {
    const { store, files, onChanged, now, log } = this.#options;
    const { evidence, manifest } = await this.#upload(id, token);
    if (evidence.state === 'stored') return;
    const wrong = await files.firstWrong(evidence, manifest.files);
    if (wrong?.isShort === true) throw new Problem('conflict', { field: wrong.name });
    if (wrong !== undefined) {
      log.error(
        { gatewayId: evidence.gatewayId, evidence: id, file: wrong.name },
        'evidence: digest differs',
      );
      await files.forget(evidence, wrong.name);
      throw new Problem('evidence-tampered', { field: wrong.name });
    }
    await files.keep(evidence);
    await store.markStored(id, new Date(now()));
    onChanged();
    log.info({ gatewayId: evidence.gatewayId, evidence: id }, 'evidence: stored');
  }

  /** Removes what never became whole. */
  async #tidy(): Promise<void> {
    const { store, now } = this.#options;
    for (const evidence of await store.abandoned(new Date(now() - RECEIVE_LIMIT_MS)))
      await this.#remove(evidence);
  }

  async #opener(
    opener: UploadOpener,
  ): Promise<{ gatewayId: string; alarmId: string | null; openedBefore: string | null }> {
    const { store, authenticate, now } = this.#options;
    if (opener.kind === 'gateway') {
      const gatewayId = await authenticate(opener.gatewayId, opener.token);
      if (gatewayId === null) throw new Problem('upload-refused');
      return { gatewayId, alarmId: null, openedBefore: null };
    }
    const request = await store.requestByTicket(hashToken(opener.ticket));
    const isLate = request !== undefined && now() - request.askedAt.getTime() > TICKET_LIFE_MS;
    if (request === undefined || isLate) throw new Problem('upload-refused');
    return { gatewayId: request.gatewayId, alarmId: request.alarmId, openedBefore: request.evidenceId };
  }

  async #upload(id: string, token: string): Promise<{ evidence: KeptEvidence; manifest: EvidenceManifest }> {
    const evidence = await this.#options.store.find(id);
    if (evidence === undefined || !tokenMatches(token, evidence.tokenHash))
      throw new Problem('upload-refused');
    if (evidence.state === 'removed') throw new Problem('not-found');
    return { evidence, manifest: readManifest(evidence.signedText) };
  }

  async #makeRoom(gatewayId: string, { id, bytes }: { id: string; bytes: number }): Promise<void> {
    const { store, quotaBytes } = this.#options;
    if (bytes > quotaBytes) throw new Problem('evidence-quota');
    const kept = (await store.inSacrificeOrder(gatewayId)).filter((one) => one.id !== id);
    let sum = kept.reduce((total, one) => total + one.bytes, 0);
    for (const one of kept) {
      if (sum + bytes <= quotaBytes) return;
      await this.#remove({ id: one.id, gatewayId });
      sum -= one.bytes;
    }
  }

  async #remove(place: { id: string; gatewayId: string }): Promise<void> {
    const { store, files, now } = this.#options;
    await store.markRemoved(place.id, new Date(now()));
    await files.remove(place);
  }
}
