import type { StreamState } from '@pingan/models/contract';
import type { AddressPolicy } from '../base/address.ts';
import type { Camera } from '../pipeline.ts';
import type { CameraAdmission } from './admission.ts';
import type { DeviceRecord } from './device-record.ts';
import type { RosterStore } from './roster-store.ts';
import { standingFrom } from './roster-view.ts';
import type { Vault } from './vault/vault.ts';

export type RosterUpkeepOptions = {
  admission: CameraAdmission;
  store: RosterStore;
  vault: Vault;
  policy: AddressPolicy;
  streamState(cameraId: string): StreamState | undefined;
  putStream(camera: Camera): void;
  dropStream(cameraId: string): void;
  /** A person's word that was given through another process. */
  accept(record: DeviceRecord, setId: string): void;
  acceptStranger(record: DeviceRecord): void;
  changed(): void;
};

/** Changes by the command line are seen within this time. */
const LOOK_MS = 1000;

/** Keeps memory, disk and streams of the roster in step. */
export class RosterUpkeep {
  readonly #options: RosterUpkeepOptions;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: RosterUpkeepOptions) {
    this.#options = options;
  }

  start(): void {
    for (const record of this.#options.admission.records()) this.putStream(record);
    this.#timer ??= setInterval(() => {
      this.#noteStreams();
      this.#lookElsewhere();
    }, LOOK_MS);
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  /** A camera without ONVIF has nobody to ask: its stream tells how it stands. */
  putStream(record: DeviceRecord): void {
    if (record.protocol !== 'rtsp') return;
    const { vault, store, policy } = this.#options;
    if (!policy.allows(new URL(record.url).hostname)) return;
    const login = vault.loginsFor(record.id, [])[0]?.login;
    const name = store.notes().get(record.id)?.name ?? record.advertisedName;
    const source = { kind: 'rtsp' as const, url: record.url, transport: 'tcp' as const, ...(login ?? {}) };
    this.#options.putStream({ id: record.id, code: record.code, name, source });
  }

  /** For cameras without ONVIF: how they stand is on disk too, so that the command line can tell it. */
  #noteStreams(): void {
    const { admission, streamState } = this.#options;
    for (const { id, protocol, standing } of admission.records()) {
      const state = protocol === 'rtsp' ? streamState(id) : undefined;
      if (state === undefined) continue;
      const now = standingFrom(state);
      if (now.cause !== standing.cause) admission.change(id, { standing: now });
    }
  }

  /** What the command line has changed on disk while we run. */
  #lookElsewhere(): void {
    const { store, admission, dropStream, accept, acceptStranger } = this.#options;
    if (!store.changedElsewhere()) return;
    const rows = new Map(store.devices().map((record) => [record.id, record]));
    for (const { id, channels } of admission.records()) {
      if (rows.has(id) || !admission.isProven(id)) continue;
      for (const { cameraId } of channels) dropStream(cameraId);
      admission.drop(id);
    }
    for (const row of rows.values()) {
      const known = admission.find(row.id);
      if (!known || !admission.isProven(row.id)) {
        admission.load(row);
        this.putStream(row);
      } else if (row.accepted !== null && row.accepted.atMs !== known.accepted?.atMs) {
        if (known.strange && row.strange === null) acceptStranger(known);
        else accept(known, row.personWaits ?? '');
      }
    }
    this.#options.changed();
  }
}
