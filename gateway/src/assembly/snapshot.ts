import type { EventDetail, Snapshot } from '@pingan/models/contract';
import { localTime } from '../base/clock.ts';
import { messageOf } from '../base/errors.ts';
import type { Logger } from '../base/log.ts';
import { renderSnapshot } from '../evidence/index.ts';
import type { GopSnapshot, StillDecoder } from '../pipeline.ts';

export type SnapshotRequest = {
  stills: StillDecoder;
  gop: GopSnapshot;
  detail: EventDetail;
  caption: string;
  log: Logger;
};

/** Decodes the picture that an event speaks of and draws why it fired. Undefined, and a line in the log, when that fails: the event still goes. */
export async function snapshotOf({
  stills,
  gop,
  detail,
  caption,
  log,
}: SnapshotRequest): Promise<Snapshot | undefined> {
  try {
    const still = await stills.decode(gop);
    const { track, tracks = [], zone, line, direction } = detail;
    const boxes = [...(track ? [track] : []), ...tracks.filter(({ id }) => id !== track?.id)].map(
      ({ box, label, confidence }) => ({ box, label, confidence }),
    );
    const zones = zone ? [{ polygon: zone.polygon, name: zone.name }] : [];
    const { jpeg, width, height, sha256 } = await renderSnapshot({
      still,
      boxes,
      zones,
      lines: line ? [{ ...line, direction }] : [],
      caption: `${caption}  ${localTime(still.capturedAtMs)}`,
    });
    return { width, height, sha256, jpegBase64: jpeg.toString('base64') };
  } catch (error) {
    log.warn({ error: messageOf(error) }, 'no snapshot for this event');
    return undefined;
  }
}
