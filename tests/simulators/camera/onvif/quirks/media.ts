import type { Quirk } from '../quirk.ts';
import { fill, onOperation, withoutElement } from './rewriting.ts';

/** Profiles and addresses of streams and pictures. */
export const mediaQuirks: readonly Quirk[] = [
  {
    name: 'profile-without-encoder',
    about: 'the first profile has no video encoder configuration',
    source: 'home-assistant/core#107508; missing parts of it: GuilhermeC18/node-onvif#88',
    behaviour: {
      rewrite: onOperation('GetProfiles', (xml) => withoutElement(xml, 'tt:VideoEncoderConfiguration')),
    },
  },
  {
    name: 'media2-broken',
    about: 'GetServices names Media2, every operation of it faults',
    source: 'Hikvision: rvi/ONVIFCamera#4',
    behaviour: { media2: 'broken' },
  },
  {
    name: 'media2-works',
    about: 'Media2 beside Media',
    source: 'Lilin, Profile T: agsh/onvif#187',
    behaviour: { media2: 'works' },
  },
  {
    name: 'h265-only',
    about: 'both streams are H.265',
    source: 'makers’ default on many 4 MP and larger models; H.265 by Media2: agsh/onvif#187',
    clip: 'h265',
    behaviour: { media2: 'works' },
  },
  {
    name: 'line-break-in-uri',
    about: 'the RTSP address is broken over two lines',
    source: 'no-name camera: AlexxIT/go2rtc#638',
    behaviour: {
      rewrite: onOperation('GetStreamUri', (xml) =>
        xml.replace(/<tt:Uri>(rtsp:\/\/[^/]*)/, '<tt:Uri>\r\n  $1\r\n'),
      ),
    },
  },
  {
    name: 'snapshot-is-rtsp',
    about: 'GetSnapshotUri names the RTSP stream',
    source: 'Xiongmai XM530: home-assistant/core#66554',
    behaviour: {
      rewrite: onOperation('GetSnapshotUri', (xml) =>
        fill(xml, 'tt:Uri', 'rtsp://192.168.1.81:554/real_stream'),
      ),
    },
  },
  {
    name: 'wrong-host-in-stream-uri',
    about: 'GetStreamUri and the XAddrs name an address of another network',
    source: 'agsh/onvif#170; home-assistant/core#34218',
    behaviour: {
      rewrite: (_, xml) => xml.replace(/((?:rtsp|http):\/\/)127\.[\d.]+(:\d+)/g, '$1192.168.1.108$2'),
    },
  },
  {
    name: 'two-ports-in-uri',
    about: 'the RTSP address has two ports',
    source: 'Amcrest and Hikvision: milg0/onvif-java-lib#19',
    behaviour: {
      rewrite: onOperation('GetStreamUri', (xml) =>
        xml.replace(/<tt:Uri>(rtsp:\/\/[^:]+):(\d+)/, '<tt:Uri>$1:80:$2'),
      ),
    },
  },
  {
    name: 'bare-ampersand',
    about: 'an & in the RTSP address is not escaped',
    source: 'ZYsecurity: ZoneMinder/zoneminder#3767',
    behaviour: {
      rewrite: onOperation('GetStreamUri', (xml) =>
        xml.replace(/(<tt:Uri>[^<]*)(<)/, '$1?channel=0&onvif=0.sdp&real$2'),
      ),
    },
  },
];
