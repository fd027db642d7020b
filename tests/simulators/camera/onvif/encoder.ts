import type { OnvifHost, OnvifProfile } from './host.ts';
import { textOf } from './soap.ts';
import type { EncoderOverride } from './state.ts';

/** An encoder's settings: those of the clip, with what clients have set laid over. */
export function encoderOf(host: OnvifHost, { clip, token }: OnvifProfile) {
  return {
    token: `${token}_encoder`,
    encoding: clip.codec.toUpperCase(),
    width: clip.width,
    height: clip.height,
    fps: Math.round(clip.fps),
    bitrateKbps: Math.round(clip.bitrateKbps),
    gopLength: keyInterval(clip),
    ...host.state.encoders.get(`${token}_encoder`),
  };
}

/** Takes the settings of a SetVideoEncoderConfiguration, ver10 or ver20; false when there is no such encoder. */
export function setEncoder(host: OnvifHost, xml: string): boolean {
  const token = /<(?:[\w.-]+:)?Configuration\b[^>]*\btoken="([^"]+)"/.exec(xml)?.[1] ?? '';
  if (!host.profiles.some((profile) => `${profile.token}_encoder` === token)) return false;
  const number = (name: string) => Number(textOf(xml, name));
  const gop = /\bGovLength="(\d+)"/.exec(xml)?.[1] ?? textOf(xml, 'GovLength');
  const settings: EncoderOverride = {
    encoding: textOf(xml, 'Encoding') ?? 'H264',
    width: number('Width'),
    height: number('Height'),
    fps: number('FrameRateLimit'),
    bitrateKbps: number('BitrateLimit'),
    gopLength: Number(gop),
  };
  host.state.encoders.set(token, settings);
  return true;
}

/** Pictures from the first keyframe to the second; the whole clip when it has one. */
function keyInterval(clip: OnvifProfile['clip']): number {
  const second = clip.pictures.findIndex((picture, index) => index > 0 && picture.isKey);
  return second < 0 ? clip.pictures.length : second;
}
