import type { MediaProfile } from '../pipeline.ts';

/** 1080p: a bigger stream costs more to decode than detection gains from it. */
const PREFERRED_PIXELS = 1920 * 1088;
/** The detector's usual long side: a smaller sub-stream loses people that the main stream shows. */
const DETECTION_WIDTH = 416;

export type ProfileChoice = {
  /** For evidence and for looking closely. */
  main: MediaProfile;
  /** Smaller H.264 stream of the same lens, for detection and the grid; null when there is none. */
  sub: MediaProfile | null;
  /** The main stream is H.265: evidence plays in some browsers only. */
  h265: boolean;
};

const area = (profile: MediaProfile) => profile.width * profile.height;
/** Larger first; of equal ones H.264. */
const bySize = (a: MediaProfile, b: MediaProfile) =>
  area(b) - area(a) || Number(a.codec === 'h265') - Number(b.codec === 'h265');

/** One stream for everything: the largest up to 1080p, H.264 before H.265. */
function chooseSingle(profiles: readonly MediaProfile[]): MediaProfile | null {
  for (const codec of ['h264', 'h265'] as const) {
    const usable = profiles.filter((profile) => profile.codec === codec).sort(bySize);
    const chosen = usable.find((profile) => area(profile) <= PREFERRED_PIXELS) ?? usable.at(-1);
    if (chosen) return chosen;
  }
  return null;
}

/**
 * Chooses among the profiles of one lens: the smallest H.264 one that is wide enough for detection beside the largest of all for evidence;
 * without such a pair one stream does both. Null when no profile is H.264 or H.265.
 */
export function chooseProfiles(profiles: readonly MediaProfile[]): ProfileChoice | null {
  const usable = profiles.filter(({ codec }) => codec !== 'other').sort(bySize);
  const largest = usable[0];
  const sub = usable.findLast(
    (profile) =>
      profile.codec === 'h264' &&
      profile.width >= DETECTION_WIDTH &&
      largest !== undefined &&
      area(profile) < area(largest),
  );
  const main = sub && largest ? largest : chooseSingle(usable);
  if (!main) return null;
  return { main, sub: sub ?? null, h265: main.codec === 'h265' };
}
