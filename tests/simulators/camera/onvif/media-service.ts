import { MEDIA_PATH } from './device-service.ts';
import type { OnvifHost, OnvifProfile, OnvifService, Operation } from './host.ts';
import { escapeXml, textOf } from './soap.ts';

export const SNAPSHOT_PATH = '/onvif/snapshot';

const SOURCE_TOKEN = 'source_0';
const noProfile = { fault: 'ter:NoProfile', reason: 'The requested profile token does not exist' };

const getProfiles: Operation = (host) =>
  `<trt:GetProfilesResponse>${host.profiles.map(profileXml).join('')}</trt:GetProfilesResponse>`;

const getStreamUri: Operation = (host, xml) => {
  const profile = profileNamed(host, xml);
  if (profile === undefined) return noProfile;
  return `<trt:GetStreamUriResponse>${mediaUri(profile.rtspUrl())}</trt:GetStreamUriResponse>`;
};

const getSnapshotUri: Operation = (host, xml) => {
  if (profileNamed(host, xml) === undefined) return noProfile;
  return `<trt:GetSnapshotUriResponse>${mediaUri(`${host.httpUrl()}${SNAPSHOT_PATH}`)}</trt:GetSnapshotUriResponse>`;
};

const getVideoSources: Operation = (host) => {
  const clip = host.profiles[0]?.clip;
  return (
    `<trt:GetVideoSourcesResponse><trt:VideoSources token="${SOURCE_TOKEN}"><tt:Framerate>${clip?.fps}</tt:Framerate>` +
    `${resolution(clip)}</trt:VideoSources></trt:GetVideoSourcesResponse>`
  );
};

export const mediaService: OnvifService = {
  namespace: 'http://www.onvif.org/ver10/media/wsdl',
  path: MEDIA_PATH,
  operations: new Map<string, Operation>([
    ['GetProfiles', getProfiles],
    ['GetStreamUri', getStreamUri],
    ['GetSnapshotUri', getSnapshotUri],
    ['GetVideoSources', getVideoSources],
  ]),
};

function profileNamed(host: OnvifHost, xml: string): OnvifProfile | undefined {
  const token = textOf(xml, 'ProfileToken');
  return host.profiles.find((profile) => profile.token === token);
}

function mediaUri(uri: string): string {
  return (
    `<trt:MediaUri><tt:Uri>${escapeXml(uri)}</tt:Uri><tt:InvalidAfterConnect>false</tt:InvalidAfterConnect>` +
    '<tt:InvalidAfterReboot>false</tt:InvalidAfterReboot><tt:Timeout>PT0S</tt:Timeout></trt:MediaUri>'
  );
}

function resolution(size: { width: number; height: number } | undefined): string {
  return `<tt:Resolution><tt:Width>${size?.width}</tt:Width><tt:Height>${size?.height}</tt:Height></tt:Resolution>`;
}

function profileXml(profile: OnvifProfile): string {
  const { clip, token } = profile;
  const bounds = `<tt:Bounds x="0" y="0" width="${clip.width}" height="${clip.height}"/>`;
  return (
    `<trt:Profiles token="${token}" fixed="true"><tt:Name>${escapeXml(profile.name)}</tt:Name>` +
    `<tt:VideoSourceConfiguration token="${SOURCE_TOKEN}_config"><tt:Name>source</tt:Name><tt:UseCount>2</tt:UseCount>` +
    `<tt:SourceToken>${SOURCE_TOKEN}</tt:SourceToken>${bounds}</tt:VideoSourceConfiguration>` +
    `<tt:VideoEncoderConfiguration token="${token}_encoder"><tt:Name>${token}</tt:Name><tt:UseCount>1</tt:UseCount>` +
    `<tt:Encoding>${clip.codec.toUpperCase()}</tt:Encoding>${resolution(clip)}<tt:Quality>4</tt:Quality>` +
    `<tt:RateControl><tt:FrameRateLimit>${Math.round(clip.fps)}</tt:FrameRateLimit><tt:EncodingInterval>1</tt:EncodingInterval>` +
    `<tt:BitrateLimit>${Math.round(clip.bitrateKbps)}</tt:BitrateLimit></tt:RateControl>` +
    `<tt:H264><tt:GovLength>${keyInterval(clip)}</tt:GovLength><tt:H264Profile>High</tt:H264Profile></tt:H264>` +
    '<tt:SessionTimeout>PT60S</tt:SessionTimeout></tt:VideoEncoderConfiguration></trt:Profiles>'
  );
}

/** Pictures from the first keyframe to the second; the whole clip when it has one. */
function keyInterval(clip: OnvifProfile['clip']): number {
  const second = clip.pictures.findIndex((picture, index) => index > 0 && picture.isKey);
  return second < 0 ? clip.pictures.length : second;
}
