import { MEDIA_PATH } from './device-service.ts';
import { encoderOf, setEncoder } from './encoder.ts';
import type { OnvifHost, OnvifProfile, OnvifService, Operation } from './host.ts';
import { escapeXml, textOf } from './soap.ts';

export const SNAPSHOT_PATH = '/onvif/snapshot';

const noProfile = { fault: 'ter:NoProfile', reason: 'The requested profile token does not exist' };

const getProfiles: Operation = (host) =>
  `<trt:GetProfilesResponse>${host.profiles.map((profile) => profileXml(host, profile)).join('')}</trt:GetProfilesResponse>`;

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
  const first = new Map(host.profiles.toReversed().map((profile) => [profile.sourceToken, profile.clip]));
  const sources = [...first]
    .toReversed()
    .map(
      ([token, clip]) =>
        `<trt:VideoSources token="${token}"><tt:Framerate>${clip.fps}</tt:Framerate>${resolution(clip)}</trt:VideoSources>`,
    );
  return `<trt:GetVideoSourcesResponse>${sources.join('')}</trt:GetVideoSourcesResponse>`;
};

const getEncoder: Operation = (host, xml) => {
  const wanted = textOf(xml, 'ConfigurationToken');
  const profile = host.profiles.find(({ token }) => `${token}_encoder` === wanted);
  if (profile === undefined) return { fault: 'ter:NoConfig', reason: 'no such configuration' };
  return `<trt:GetVideoEncoderConfigurationResponse>${encoderXml(host, profile, 'trt:Configuration')}</trt:GetVideoEncoderConfigurationResponse>`;
};

const setEncoderConfiguration: Operation = (host, xml) =>
  setEncoder(host, xml)
    ? '<trt:SetVideoEncoderConfigurationResponse/>'
    : { fault: 'ter:NoConfig', reason: 'no such configuration' };

const getOptions: Operation = () => {
  const sizes = [
    { width: 1920, height: 1080 },
    { width: 1280, height: 720 },
    { width: 768, height: 576 },
    { width: 640, height: 360 },
  ];
  const available = sizes
    .map(
      ({ width, height }) =>
        `<tt:ResolutionsAvailable><tt:Width>${width}</tt:Width><tt:Height>${height}</tt:Height></tt:ResolutionsAvailable>`,
    )
    .join('');
  const range = (name: string, min: number, max: number) =>
    `<tt:${name}><tt:Min>${min}</tt:Min><tt:Max>${max}</tt:Max></tt:${name}>`;
  return (
    `<trt:GetVideoEncoderConfigurationOptionsResponse><trt:Options>${range('QualityRange', 1, 6)}<tt:H264>${available}` +
    `${range('GovLengthRange', 1, 250)}${range('FrameRateRange', 1, 25)}${range('EncodingIntervalRange', 1, 1)}` +
    '<tt:H264ProfilesSupported>High</tt:H264ProfilesSupported></tt:H264></trt:Options></trt:GetVideoEncoderConfigurationOptionsResponse>'
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
    ['GetVideoEncoderConfiguration', getEncoder],
    ['GetVideoEncoderConfigurationOptions', getOptions],
    ['SetVideoEncoderConfiguration', setEncoderConfiguration],
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

function encoderXml(host: OnvifHost, profile: OnvifProfile, element: string): string {
  const encoder = encoderOf(host, profile);
  return (
    `<${element} token="${encoder.token}"><tt:Name>${profile.token}</tt:Name><tt:UseCount>1</tt:UseCount>` +
    `<tt:Encoding>${encoder.encoding}</tt:Encoding>${resolution(encoder)}<tt:Quality>4</tt:Quality>` +
    `<tt:RateControl><tt:FrameRateLimit>${encoder.fps}</tt:FrameRateLimit><tt:EncodingInterval>1</tt:EncodingInterval>` +
    `<tt:BitrateLimit>${encoder.bitrateKbps}</tt:BitrateLimit></tt:RateControl>` +
    `<tt:H264><tt:GovLength>${encoder.gopLength}</tt:GovLength><tt:H264Profile>High</tt:H264Profile></tt:H264>` +
    `<tt:SessionTimeout>PT60S</tt:SessionTimeout></${element}>`
  );
}

function profileXml(host: OnvifHost, profile: OnvifProfile): string {
  const { clip, token, sourceToken } = profile;
  const bounds = `<tt:Bounds x="0" y="0" width="${clip.width}" height="${clip.height}"/>`;
  return (
    `<trt:Profiles token="${token}" fixed="true"><tt:Name>${escapeXml(profile.name)}</tt:Name>` +
    `<tt:VideoSourceConfiguration token="${sourceToken}_config"><tt:Name>source</tt:Name><tt:UseCount>2</tt:UseCount>` +
    `<tt:SourceToken>${sourceToken}</tt:SourceToken>${bounds}</tt:VideoSourceConfiguration>` +
    `${encoderXml(host, profile, 'tt:VideoEncoderConfiguration')}</trt:Profiles>`
  );
}
