import { open } from 'node:fs/promises';
import { join } from 'node:path';
import {
  decoderOf,
  type EvidenceUploadState,
  EvidenceUploadStateSchema,
  type SignedText,
} from '@pingan/models/contract';
import { Type } from 'typebox';
import { messageOf } from '../base/errors.ts';

/** How a gateway opens an upload: with the ticket of a command, or with its own credentials when its configuration says so. */
export type UploadAuthority =
  | { kind: 'ticket'; ticket: string }
  | { kind: 'gateway'; gatewayId: string; token: string };

export type UploadFile = { name: string; bytes: number };
export type UploadJob = {
  signed: SignedText;
  folder: string;
  files: readonly UploadFile[];
  authority: UploadAuthority;
};

/** `again` says whether it can help to try later. */
export class UploadError extends Error {
  readonly again: boolean;
  /** The centre does not know this upload (any more). */
  readonly isForgotten: boolean;
  constructor(message: string, again: boolean, options?: ErrorOptions & { isForgotten?: boolean }) {
    super(message, options);
    this.name = 'UploadError';
    this.again = again;
    this.isForgotten = options?.isForgotten ?? false;
  }
}

export type UploadClientOptions = {
  /** Of the centre: http:// or https://, without path. */
  baseUrl: string;
  /** Bytes of one request. */
  pieceBytes?: number;
  fetch?: typeof fetch;
};

const PIECE_BYTES = 512 * 1024;
const REQUEST_LIMIT_MS = 60_000;
/** Answers that say the same when asked again: not ours, too large, refused. */
const FINAL = new Set([400, 401, 403, 404, 413, 415, 422, 507]);
const states = decoderOf(EvidenceUploadStateSchema);
const offsets = decoderOf(Type.Object({ offset: Type.Integer({ minimum: 0 }) }));

/** The address of the centre's web side, from that of its media side. */
export function centreUrl(mediaUrl: string): string {
  const url = new URL(mediaUrl);
  return `${url.protocol === 'wss:' ? 'https' : 'http'}://${url.host}`;
}

/** Sends evidence to the centre piece by piece; whatever was cut off goes on where the centre says it stands. */
export class UploadClient {
  readonly #options: Required<UploadClientOptions>;

  constructor(options: UploadClientOptions) {
    this.#options = { pieceBytes: PIECE_BYTES, fetch, ...options };
  }

  /**
   * Declares the manifest; the centre says how much of each file it has.
   * @throws UploadError
   */
  async open({ signed, authority }: UploadJob, signal: AbortSignal): Promise<EvidenceUploadState> {
    const authorization =
      authority.kind === 'ticket'
        ? `Bearer ${authority.ticket}`
        : `Basic ${Buffer.from(`${authority.gatewayId}:${authority.token}`).toString('base64')}`;
    const response = await this.#ask('', {
      method: 'POST',
      headers: { authorization, 'content-type': 'application/json' },
      body: JSON.stringify(signed),
      signal,
    });
    await mustSucceed(response);
    return states.parse(await response.json());
  }

  /**
   * Sends what is missing and has the centre check it.
   * @throws UploadError
   */
  async send(job: UploadJob, state: EvidenceUploadState, signal: AbortSignal): Promise<void> {
    if (state.stored) return;
    const authorization = `Bearer ${state.token}`;
    for (const file of job.files) {
      const path = `/${state.id}/files/${file.name}`;
      const standing = await this.#ask(path, { method: 'HEAD', headers: { authorization }, signal });
      await mustSucceed(standing);
      const offset = Number(standing.headers.get('upload-offset') ?? '0');
      await this.#sendFile({ job, file, path, authorization }, offset, signal);
    }
    const finish = await this.#ask(`/${state.id}/finish`, {
      method: 'POST',
      headers: { authorization },
      signal,
    });
    await mustSucceed(finish);
  }

  async #sendFile(
    {
      job,
      file,
      path,
      authorization,
    }: { job: UploadJob; file: UploadFile; path: string; authorization: string },
    from: number,
    signal: AbortSignal,
  ): Promise<void> {
    const source = await open(join(job.folder, file.name), 'r');
    try {
      for (let offset = from; offset < file.bytes; ) {
        const length = Math.min(this.#options.pieceBytes, file.bytes - offset);
        const { buffer } = await source.read(Buffer.alloc(length), 0, length, offset);
        const response = await this.#ask(path, {
          method: 'PUT',
          headers: {
            authorization,
            'content-type': 'application/octet-stream',
            'content-range': `bytes ${offset}-${offset + length - 1}/${file.bytes}`,
          },
          body: buffer,
          signal,
        });
        if (response.status !== 409) await mustSucceed(response);
        const standing = offsets.parse(await response.json()).offset;
        if (response.status === 409 && standing === offset)
          throw new UploadError('the centre does not move on', true);
        offset = standing;
      }
    } finally {
      await source.close();
    }
  }

  async #ask(path: string, { signal, ...request }: RequestInit & { signal: AbortSignal }): Promise<Response> {
    const url = `${this.#options.baseUrl}/api/v1/evidence/uploads${path}`;
    const limit = AbortSignal.any([signal, AbortSignal.timeout(REQUEST_LIMIT_MS)]);
    try {
      return await this.#options.fetch(url, { ...request, redirect: 'error', signal: limit });
    } catch (cause) {
      throw new UploadError(`the centre cannot be reached: ${messageOf(cause)}`, true, { cause });
    }
  }
}

async function mustSucceed(response: Response): Promise<void> {
  if (response.ok) return;
  const text = (await response.text().catch(() => '')).slice(0, 200);
  const { status } = response;
  const isForgotten = status === 401 || status === 404;
  throw new UploadError(`the centre answers ${status}: ${text}`, !FINAL.has(status), { isForgotten });
}
