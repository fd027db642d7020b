import { EventHub } from './event-hub.ts';
import { PtzHead } from './ptz-head.ts';

/** Encoder settings that a client has set; absent ones are those of the clip. */
export interface EncoderOverride {
  readonly encoding?: string;
  readonly width?: number;
  readonly height?: number;
  readonly fps?: number;
  readonly bitrateKbps?: number;
  readonly gopLength?: number;
}

/** What clients can change about a camera. */
export class OnvifState {
  /** How far SetSystemDateAndTime moved the clock, milliseconds. */
  clockShiftMs = 0;
  dateTimeType: 'Manual' | 'NTP' = 'Manual';
  ntpServer: string | undefined;
  /** By encoder token. */
  readonly encoders = new Map<string, EncoderOverride>();
  readonly ptz = new PtzHead();
  /** Picture settings by their names in the schema. */
  readonly imaging = new Map([
    ['Brightness', '50'],
    ['ColorSaturation', '50'],
    ['Contrast', '50'],
    ['IrCutFilter', 'AUTO'],
  ]);
  readonly events: EventHub;
  /** Logins that were refused, and until when everybody is (monotonic milliseconds). */
  failedLogins = 0;
  /** The same since the start. */
  refusedLogins = 0;
  lockedUntilMs = 0;
  timesLocked = 0;

  constructor(options: { onlyOneSubscription: boolean }) {
    this.events = new EventHub(options);
  }
}
