/** When the pictures on the screen were captured: media time → wall time. Pure. */
export type CaptureTimes = {
  /** @param mediaSeconds presentation time, @param capturedAtMs ms since the epoch, the gateway's clock */
  add(mediaSeconds: number, capturedAtMs: number): void;
  /** The capture time of the picture at that media time; null when none lies within 25 ms. */
  at(mediaSeconds: number): number | null;
};

const TOLERANCE_SECONDS = 0.025;

/** Remembers the newest `limit` pictures. */
export function captureTimes(limit = 600): CaptureTimes {
  const entries: { media: number; captured: number }[] = [];
  return {
    add(media, captured) {
      entries.push({ media, captured });
      if (entries.length > limit) entries.splice(0, entries.length - limit);
    },
    at(media) {
      let best: { distance: number; captured: number } | null = null;
      for (const entry of entries) {
        const distance = Math.abs(entry.media - media);
        if (best === null || distance < best.distance) best = { distance, captured: entry.captured };
      }
      return best !== null && best.distance <= TOLERANCE_SECONDS ? best.captured : null;
    },
  };
}
