import { encoderOf, setEncoder } from './encoder.ts';
import type { OnvifHost, OnvifProfile, OnvifService, Operation } from './host.ts';
import { SNAPSHOT_PATH } from './media-service.ts';
import { escapeXml, textOf } from './soap.ts';

export const MEDIA2_PATH = '/onvif/media2_service';
const noProfile = { fault: 'ter:NoProfile', reason: 'The requested profile token does not exist' };

const profileNamed = (host: OnvifHost, xml: string) =>
  host.profiles.find(({ token }) => token === textOf(xml, 'ProfileToken'));

function encoderXml(host: OnvifHost, profile: OnvifProfile, element: string): string {
  const encoder = encoderOf(host, profile);
  return (
    `<${element} token="${encoder.token}" GovLength="${encoder.gopLength}" Profile="High"><tt:Name>${profile.token}</tt:Name>` +
    `<tt:UseCount>1</tt:UseCount><tt:Encoding>${encoder.encoding}</tt:Encoding><tt:Resolution><tt:Width>${encoder.width}</tt:Width>` +
    `<tt:Height>${encoder.height}</tt:Height></tt:Resolution><tt:RateControl ConstantBitRate="false"><tt:FrameRateLimit>${encoder.fps}</tt:FrameRateLimit>` +
    `<tt:BitrateLimit>${encoder.bitrateKbps}</tt:BitrateLimit></tt:RateControl><tt:Quality>4</tt:Quality></${element}>`
  );
}

const getProfiles: Operation = (host) => {
  const profiles = host.profiles.map(
    (profile) =>
      `<tr2:Profiles token="${profile.token}" fixed="true"><tr2:Name>${escapeXml(profile.name)}</tr2:Name><tr2:Configurations>` +
      `<tr2:VideoSource token="${profile.sourceToken}_config"><tt:Name>source</tt:Name><tt:UseCount>2</tt:UseCount>` +
      `<tt:SourceToken>${profile.sourceToken}</tt:SourceToken></tr2:VideoSource>` +
      `${encoderXml(host, profile, 'tr2:VideoEncoder')}</tr2:Configurations></tr2:Profiles>`,
  );
  return `<tr2:GetProfilesResponse>${profiles.join('')}</tr2:GetProfilesResponse>`;
};

const getStreamUri: Operation = (host, xml) => {
  const profile = profileNamed(host, xml);
  return profile
    ? `<tr2:GetStreamUriResponse><tr2:Uri>${escapeXml(profile.rtspUrl())}</tr2:Uri></tr2:GetStreamUriResponse>`
    : noProfile;
};

const getSnapshotUri: Operation = (host, xml) =>
  profileNamed(host, xml)
    ? `<tr2:GetSnapshotUriResponse><tr2:Uri>${host.httpUrl()}${SNAPSHOT_PATH}</tr2:Uri></tr2:GetSnapshotUriResponse>`
    : noProfile;

const getEncoders: Operation = (host, xml) => {
  const wanted = textOf(xml, 'ConfigurationToken');
  const encoders = host.profiles
    .filter(({ token }) => wanted === undefined || `${token}_encoder` === wanted)
    .map((profile) => encoderXml(host, profile, 'tr2:Configurations'));
  return `<tr2:GetVideoEncoderConfigurationsResponse>${encoders.join('')}</tr2:GetVideoEncoderConfigurationsResponse>`;
};

const setEncoderConfiguration: Operation = (host, xml) =>
  setEncoder(host, xml) ? '<tr2:SetVideoEncoderConfigurationResponse/>' : noProfile;

const optionsXml = (encoding: string) =>
  `<tr2:Options GovLengthRange="1 250" FrameRatesSupported="25 20 15 12 10 8 6 5 1"><tt:Encoding>${encoding}</tt:Encoding>` +
  '<tt:QualityRange><tt:Min>1</tt:Min><tt:Max>6</tt:Max></tt:QualityRange>' +
  [
    [1920, 1080],
    [1280, 720],
    [768, 576],
    [640, 360],
  ]
    .map(
      ([width, height]) =>
        `<tt:ResolutionsAvailable><tt:Width>${width}</tt:Width><tt:Height>${height}</tt:Height></tt:ResolutionsAvailable>`,
    )
    .join('') +
  '<tt:BitrateRange><tt:Min>32</tt:Min><tt:Max>16384</tt:Max></tt:BitrateRange></tr2:Options>';

const getOptions: Operation = () =>
  `<tr2:GetVideoEncoderConfigurationOptionsResponse>${optionsXml('H264')}${optionsXml('H265')}</tr2:GetVideoEncoderConfigurationOptionsResponse>`;

export const media2Service: OnvifService = {
  namespace: 'http://www.onvif.org/ver20/media/wsdl',
  path: MEDIA2_PATH,
  operations: new Map<string, Operation>([
    ['GetProfiles', getProfiles],
    ['GetStreamUri', getStreamUri],
    ['GetSnapshotUri', getSnapshotUri],
    ['GetVideoEncoderConfigurations', getEncoders],
    ['GetVideoEncoderConfigurationOptions', getOptions],
    ['SetVideoEncoderConfiguration', setEncoderConfiguration],
  ]),
};
