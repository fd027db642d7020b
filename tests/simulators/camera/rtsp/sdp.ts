import type { Clip } from '../media/clip.ts';
import { CLOCK_RATE } from '../media/clip.ts';
import { PAYLOAD_TYPE } from '../media/rtp-template.ts';

/** The session description of a clip (RFC 4566; formats per RFC 6184 §8.2.1 and RFC 7798 §7.1). */
export function describeClip(clip: Clip, sessionName: string): string {
  return [
    ...sessionLines(sessionName),
    `m=video 0 RTP/AVP ${PAYLOAD_TYPE}`,
    `a=rtpmap:${PAYLOAD_TYPE} ${clip.codec === 'h264' ? 'H264' : 'H265'}/${CLOCK_RATE}`,
    `a=fmtp:${PAYLOAD_TYPE} ${formatParameters(clip)}`,
    `a=framerate:${clip.fps}`,
    `a=x-dimensions:${clip.width},${clip.height}`,
    'a=recvonly',
    'a=control:trackID=0',
    '',
  ].join('\r\n');
}

/** A description without video: G.711 µ-law alone. */
export function describeAudioOnly(sessionName: string): string {
  const audio = ['m=audio 0 RTP/AVP 0', 'a=rtpmap:0 PCMU/8000', 'a=recvonly', 'a=control:trackID=1', ''];
  return [...sessionLines(sessionName), ...audio].join('\r\n');
}

function sessionLines(sessionName: string): string[] {
  return [
    'v=0',
    'o=- 1 1 IN IP4 127.0.0.1',
    `s=${sessionName}`,
    'c=IN IP4 0.0.0.0',
    't=0 0',
    'a=control:*',
    'a=range:npt=now-',
  ];
}

function formatParameters(clip: Clip): string {
  const sets = clip.parameterSets.map((set) => set.toString('base64'));
  if (clip.codec === 'h265') return `sprop-vps=${sets[0]};sprop-sps=${sets[1]};sprop-pps=${sets[2]}`;
  const profile = clip.parameterSets[0]?.subarray(1, 4).toString('hex').toUpperCase();
  return `packetization-mode=1;profile-level-id=${profile};sprop-parameter-sets=${sets.join(',')}`;
}
