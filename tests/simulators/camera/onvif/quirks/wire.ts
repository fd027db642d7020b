import type { Quirk } from '../quirk.ts';
import { onOperation, withBytes } from './rewriting.ts';

/** Text, ports, connections, discovery and events. */
export const wireQuirks: readonly Quirk[] = [
  {
    name: 'undeclared-prefix',
    about: 'elements carry prefixes that nobody declared',
    source: 'Wanscam K21: mvantellingen/python-zeep#1205; home-assistant/home-assistant.io#40942',
    behaviour: { rewrite: (_, xml) => xml.replace(/ xmlns:(tt|tds|trt|ter)="[^"]*"/g, '') },
  },
  {
    name: 'invalid-utf8',
    about: 'names hold bytes that are no UTF-8',
    source: 'VIKVIZ: home-assistant/core#89620',
    behaviour: {
      rewrite: (operation, xml) =>
        operation === 'GetDeviceInformation' || operation === 'GetProfiles'
          ? withBytes(
              xml,
              operation === 'GetProfiles' ? '主码流' : 'Pingan Simulator',
              [0xce, 0xc4, 0x5f, 0x41],
            )
          : xml,
    },
  },
  {
    name: 'gb-encoding',
    about: 'answers are GB 2312 and say so',
    source: 'reported by several makers in China; broken bytes of that kind: home-assistant/core#89620',
    behaviour: {
      rewrite: onOperation('GetDeviceInformation', (xml) =>
        // 北门 in GB 2312.
        withBytes(
          xml.replace('encoding="UTF-8"', 'encoding="GB2312"'),
          'Pingan Simulator',
          [0xb1, 0xb1, 0xc3, 0xc5],
        ),
      ),
    },
  },
  {
    name: 'service-on-other-port',
    about: 'media and events answer on another port than the device service',
    source: 'TP-Link Tapo C520 (events on 1025): agsh/onvif#312',
    behaviour: { separatePorts: true },
  },
  {
    name: 'reset-after-reply',
    about: 'the connection is reset after each reply',
    source: 'no-name camera: agsh/onvif#196; home-assistant/core#26781',
    behaviour: { resetsAfterReply: true },
  },
  {
    name: 'typed-probe-refused',
    about: 'a probe that names types is left without an answer',
    source: 'probes refused for their types’ prefixes: andreikop/python-ws-discovery#25',
    behaviour: { refusesTypedProbe: true },
  },
  {
    name: 'xaddrs-link-local-first',
    about:
      'announces 169.254, 0.0.0.0 and IPv6 link-local addresses before its own, two of them pasted together',
    source: 'Axis: agsh/onvif#63; evercam/evercam-discovery-java#22',
    behaviour: {
      announces: (url) =>
        `http://169.254.119.177/onvif/services http://0.0.0.0/onvif/device_service http://[fe80::4619:b7ff:fe1d:c6cf%25eth0]/onvif/device_servicehttp://10.99.99.99:80:80/onvif ${url}`,
    },
  },
  {
    name: 'query-in-subscription',
    about: 'the pull point is named by a query in its address',
    source: 'no-name camera: home-assistant/home-assistant.io#40942; Avigilon: agsh/onvif#24',
    behaviour: { subscriptionReference: 'query' },
  },
  {
    name: 'reference-parameters',
    about: 'the pull point is named by a WS-Addressing reference parameter',
    source: 'Axis (http://www.axis.com/2009/event SubscriptionId)',
    behaviour: { subscriptionReference: 'parameters' },
  },
  {
    name: 'one-subscription',
    about: 'one pull point at a time, a second one is refused until the first has ended',
    source: 'reported by several makers; pull points left behind after a restart: home-assistant/core#37711',
    behaviour: { onlyOneSubscription: true },
  },
  {
    name: 'events-close-at-10s',
    about: 'the events port hangs up ten seconds into a pull',
    source: 'TP-Link Tapo C220: agsh/onvif#312',
    behaviour: { closesEventsAfterMs: 10_000 },
  },
];
