import type { EncoderSettings } from '../../pipeline.ts';

/** What an encoder can be set to; empty lists and null ranges mean that the device does not say. */
export type EncoderChoices = {
  h264: boolean;
  resolutions: readonly { width: number; height: number }[];
  fps: { min: number; max: number } | null;
  gopLength: { min: number; max: number } | null;
  bitrateKbps: { min: number; max: number } | null;
};

const LARGEST = 1920 * 1088;
/** Below 10 pictures a second a running person jumps over a line; above 25 only bytes grow. */
const FPS = { min: 10, max: 25, otherwise: 15 };
/** A keyframe each two seconds: clips and live views begin there. One to four are left as they are. */
const GOP_SECONDS = { min: 1, max: 4, wanted: 2 };
/** Bits for each pixel of H.264 in street scenes: 1080p25 gets 3.6 Mbit/s. Half to twice of it is left as it is. */
const BITS_PER_PIXEL = 0.07;

const within = (value: number, range: { min: number; max: number } | null) =>
  range ? Math.min(range.max, Math.max(range.min, value)) : value;

function recommendedSize(current: EncoderSettings, { resolutions }: EncoderChoices) {
  const { width, height } = current;
  if (width * height <= LARGEST && width > 0) return { width, height };
  const fitting = resolutions.filter((size) => size.width * size.height <= LARGEST);
  return fitting.reduce<{ width: number; height: number }>(
    (best, size) =>
      size.width * size.height > best.width * best.height || best.width * best.height > LARGEST ? size : best,
    { width, height },
  );
}

/** Recommended settings of one encoder within what it can do; null when the current ones are good already. */
export function recommendedSettings(
  current: EncoderSettings,
  choices: EncoderChoices,
): EncoderSettings | null {
  const codec = choices.h264 ? 'h264' : current.codec;
  const { width, height } = recommendedSize(current, choices);
  const isFpsGood = current.fps >= FPS.min && current.fps <= FPS.max;
  const wantedFps = current.fps > FPS.max ? FPS.max : FPS.otherwise;
  const fps = isFpsGood ? current.fps : within(wantedFps, choices.fps);
  const gopSeconds = current.gopLength / fps;
  const isGopGood = gopSeconds >= GOP_SECONDS.min && gopSeconds <= GOP_SECONDS.max;
  const gopLength = isGopGood
    ? current.gopLength
    : within(Math.round(GOP_SECONDS.wanted * fps), choices.gopLength);
  const ideal = Math.max(128, Math.round((width * height * fps * BITS_PER_PIXEL) / 1000 / 64) * 64);
  const isRateGood = current.bitrateKbps >= ideal / 2 && current.bitrateKbps <= ideal * 2;
  const bitrateKbps = isRateGood ? current.bitrateKbps : within(ideal, choices.bitrateKbps);
  const after: EncoderSettings = { codec, width, height, fps, gopLength, bitrateKbps };
  const isSame =
    after.codec === current.codec &&
    after.width === current.width &&
    after.height === current.height &&
    after.fps === current.fps &&
    after.gopLength === current.gopLength &&
    after.bitrateKbps === current.bitrateKbps;
  return isSame ? null : after;
}
