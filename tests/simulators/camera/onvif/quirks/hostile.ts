import type { Quirk } from '../quirk.ts';
import { fill, onOperation } from './rewriting.ts';

const HOSTILE = 'hostile device: no maker, a bound that must hold';

/** What no honest device does. */
export const hostileQuirks: readonly Quirk[] = [
  {
    name: 'slow-drip',
    about: 'each answer comes one byte a second',
    source: HOSTILE,
    faults: [{ kind: 'slow-drip', at: 'onvif', byteEveryMs: 1000 }],
    behaviour: {},
  },
  {
    name: 'xaddrs-5000',
    about: '5,000 services with an address each',
    source: HOSTILE,
    behaviour: {
      rewrite: onOperation('GetServices', (xml) => {
        const service = (n: number) =>
          `<tds:Service><tds:Namespace>urn:${n}</tds:Namespace><tds:XAddr>http://10.0.0.1/${n}</tds:XAddr></tds:Service>`;
        return fill(
          xml,
          'tds:GetServicesResponse',
          Array.from({ length: 5000 }, (_, n) => service(n)).join(''),
        );
      }),
    },
  },
  {
    name: 'doctype-bomb',
    about: 'answers begin with a DOCTYPE whose entities grow without end',
    source: `${HOSTILE}; CVE-2026-26278`,
    behaviour: {
      rewrite: (_, xml) =>
        xml.replace(
          '?>',
          `?><!DOCTYPE b [<!ENTITY a "aaaaaaaaaa">${Array.from({ length: 9 }, (_n, n) => `<!ENTITY ${'b'.repeat(n + 1)} "${`&${n === 0 ? 'a' : 'b'.repeat(n)};`.repeat(10)}">`).join('')}]>`,
        ),
    },
  },
  {
    name: 'reply-300-kb',
    about: 'an answer of 300 kB',
    source: HOSTILE,
    behaviour: {
      rewrite: onOperation('GetDeviceInformation', (xml) => fill(xml, 'tds:Model', 'M'.repeat(300 * 1024))),
    },
  },
];
