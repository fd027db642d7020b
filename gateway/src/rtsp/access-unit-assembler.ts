import type { Codec } from '@pingan/models/contract';
import type { AccessUnit } from '../pipeline.ts';
import { MAX_UNIT_BYTES, MAX_UNIT_NALS } from './limits.ts';
import { nalRole, startsPicture } from './nal.ts';

export type Arrival = { wallMs: number; monotonicMs: number };

/**
 * Groups NAL units into access units: a unit ends at the marker bit, or where the timestamp changes (a marker may be lost).
 * Two quirks of cameras are met: parameter sets sent apart, with a marker or a timestamp of their own, wait for their picture; and
 * when a marker comes on every slice, markers are no longer believed. A unit of which nothing was left is handed on without NAL units.
 */
export class AccessUnitAssembler {
  readonly #codec: Codec;
  readonly #onUnit: (unit: AccessUnit) => void;
  #nals: Uint8Array[] = [];
  #bytes = 0;
  #rtpTime: number | null = null;
  #arrival: Arrival = { wallMs: 0, monotonicMs: 0 };
  #hasSlice = false;
  #key = false;
  #corrupt = false;
  #lastEnded: number | null = null;
  #trustsMarker = true;

  constructor(codec: Codec, onUnit: (unit: AccessUnit) => void) {
    this.#codec = codec;
    this.#onUnit = onUnit;
  }

  /** True when the next packet, of this time, belongs to another picture than the one in hand. */
  endsBefore(rtpTime: number): boolean {
    return this.#rtpTime !== null && this.#rtpTime !== rtpTime;
  }

  /** The next NAL units are of this time; ends the unit in hand when it has another. */
  begin(rtpTime: number, arrival: Arrival): void {
    if (this.endsBefore(rtpTime)) this.end();
    if (this.#rtpTime === rtpTime) return;
    this.#rtpTime = rtpTime;
    this.#arrival = arrival;
  }

  add(nal: Uint8Array): void {
    if (this.#bytes + nal.length > MAX_UNIT_BYTES || this.#nals.length >= MAX_UNIT_NALS) {
      this.#nals = [];
      this.#bytes = MAX_UNIT_BYTES;
      this.#corrupt = true;
      return;
    }
    const role = nalRole(this.#codec, nal);
    const isSlice = role === 'slice' || role === 'key';
    if (isSlice && !this.#hasSlice && this.#lastEnded === this.#rtpTime && !startsPicture(this.#codec, nal)) {
      this.#trustsMarker = false;
      this.#corrupt = true;
    }
    this.#hasSlice ||= isSlice;
    this.#key ||= role === 'key';
    this.#bytes += nal.length;
    this.#nals.push(nal);
  }

  /** A part of the unit in hand, or of the next one when none is, is missing. */
  damage(): void {
    this.#corrupt = true;
  }

  endByMarker(): void {
    if (this.#trustsMarker && this.#hasSlice) this.end();
  }

  /** Hands the unit on, even when all of it was lost; without a slice its NAL units stay for the next. */
  end(): void {
    const { wallMs, monotonicMs } = this.#arrival;
    const rtpTime = this.#rtpTime;
    this.#rtpTime = null;
    if (!this.#hasSlice && this.#nals.length > 0) return;
    const unit = { nals: this.#nals, key: this.#key, corrupt: this.#corrupt };
    this.#nals = [];
    this.#bytes = 0;
    this.#hasSlice = false;
    this.#key = false;
    this.#corrupt = false;
    this.#lastEnded = rtpTime;
    if (rtpTime === null || (unit.nals.length === 0 && !unit.corrupt)) return;
    this.#onUnit({ ...unit, rtpTime, capturedAtMs: wallMs, monotonicMs });
  }
}
