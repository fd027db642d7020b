import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { probeMessages, readProbeMatches } from '../../../gateway/src/onvif/discovery/message.ts';
import { readUtc } from '../../../gateway/src/onvif/soap/device-time.ts';
import { usernameToken } from '../../../gateway/src/onvif/soap/envelope.ts';
import { escapeXml, find, findAll, parseXml, textOf, XmlError } from '../../../gateway/src/onvif/soap/xml.ts';

const matches = (...bodies: string[]) =>
  `<?xml version="1.0"?><e:Envelope xmlns:e="http://www.w3.org/2003/05/soap-envelope"><e:Header><w:RelatesTo>urn:uuid:1</w:RelatesTo></e:Header>` +
  `<e:Body><d:ProbeMatches>${bodies.join('')}</d:ProbeMatches></e:Body></e:Envelope>`;
const match = (uuid: string, xaddrs: string, scopes = '') =>
  `<d:ProbeMatch><w:EndpointReference><w:Address>urn:uuid:${uuid}</w:Address></w:EndpointReference><d:Scopes>${scopes}</d:Scopes><d:XAddrs>${xaddrs}</d:XAddrs></d:ProbeMatch>`;

describe('XML', () => {
  test('is read by local names, whether prefixes are declared or not', () => {
    const root = parseXml('<a:x><b:y k="1">one</b:y><y>two &amp; three</y></a:x>');
    expect(findAll(root, 'y').map((element) => element.text)).toEqual(['one', 'two & three']);
    expect(find(root, 'y')?.attributes.get('k')).toBe('1');
    expect(textOf(root, 'absent')).toBe('');
  });

  test.each([
    ['a DOCTYPE', '<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>'],
    ['an ENTITY in lower case', '<x><!entity a "b"></x>'],
    ['depth', '<x>'.repeat(40) + '</x>'.repeat(40)],
    ['many elements', `<x>${'<y/>'.repeat(6000)}</x>`],
    ['size', `<x>${'y'.repeat(300 * 1024)}</x>`],
    ['no element', 'hello'],
  ])('is refused for %s', (_, text) => {
    expect(() => parseXml(text)).toThrow(XmlError);
  });

  test('never pollutes a prototype, whatever the elements are called', () => {
    for (const name of ['__proto__', 'constructor', 'prototype', 'toString']) {
      try {
        parseXml(`<${name}><polluted>yes</polluted></${name}>`);
      } catch (error) {
        expect(error).toBeInstanceOf(XmlError);
      }
      expect('polluted' in {}).toBe(false);
    }
  });

  test('of any kind of garbage ends in an element or an XmlError', () => {
    const piece = fc.constantFrom(
      '<',
      '>',
      '/',
      'a',
      '"',
      '=',
      '&',
      ';',
      ' ',
      '<a>',
      '</a>',
      '<![CDATA[',
      ']]>',
      '<?xml',
      '<!--',
      '&#0;',
      '&lt',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
        try {
          parseXml(pieces.join(''));
        } catch (error) {
          expect(error).toBeInstanceOf(XmlError);
        }
      }),
      { numRuns: 2000 },
    );
  });

  test('text is escaped so that it stays text', () => {
    const hostile = `<a b="c">&'`;
    expect(parseXml(`<x>${escapeXml(hostile)}</x>`).text).toBe(hostile);
  });
});

describe('discovery messages', () => {
  test('ask for both types of ONVIF devices with an id each', () => {
    let n = 0;
    const probes = probeMessages(() => `urn:uuid:${++n}`);
    expect(probes.map(({ messageId }) => messageId)).toEqual(['urn:uuid:1', 'urn:uuid:2']);
    for (const { messageId, text } of probes) expect(textOf(parseXml(text), 'MessageID')).toBe(messageId);
  });

  test('several matches in one datagram are several devices', () => {
    const { relatesTo, devices } = readProbeMatches(
      matches(match('a', 'http://10.0.0.2/onvif'), match('b', 'http://10.0.0.3:8080/onvif')),
      '10.0.0.9',
    );
    expect(relatesTo).toBe('urn:uuid:1');
    expect(devices.map(({ endpoint }) => endpoint)).toEqual(['urn:uuid:a', 'urn:uuid:b']);
  });

  test('the address of the sender comes first and two URLs pasted together are taken apart', () => {
    const text = matches(
      match(
        'a',
        'http://169.254.1.1/onvif/device_servicehttp://10.0.0.9/onvif/device_service http://10.0.0.8/x ftp://10.0.0.9/',
      ),
    );
    expect(readProbeMatches(text, '10.0.0.9').devices[0]?.addresses).toEqual([
      'http://10.0.0.9/onvif/device_service',
      'http://10.0.0.8/x',
      'http://10.0.0.9/x',
      'http://169.254.1.1/onvif/device_service',
    ]);
  });

  test.each([
    ['0.0.0.0', 'http://0.0.0.0:8080/onvif/device_service', 'http://10.0.0.9:8080/onvif/device_service'],
    ['an IPv6 link-local address with its zone', 'http://[fe80::1%25eth0]/onvif', 'http://10.0.0.9/onvif'],
    ['two ports', 'http://10.0.0.9:80:8000/onvif', 'http://10.0.0.9:8000/onvif'],
    ['no address at all', '', 'http://10.0.0.9/onvif/device_service'],
    ['loopback', 'http://127.0.0.1:81/onvif', 'http://10.0.0.9:81/onvif'],
  ])('a device that names %s is looked for at the sender', (_, xaddrs, first) => {
    expect(readProbeMatches(matches(match('a', xaddrs)), '10.0.0.9').devices[0]?.addresses[0]).toBe(first);
  });

  test('an NVR’s cameras keep their own addresses, those of its subnet first', () => {
    const text = matches(
      match('a', 'http://172.16.0.2/onvif http://10.0.0.2/onvif'),
      match('b', 'http://0.0.0.0/onvif http://10.0.0.3/onvif'),
    );
    expect(readProbeMatches(text, '10.0.0.9').devices.map(({ addresses }) => addresses)).toEqual([
      ['http://10.0.0.2/onvif', 'http://172.16.0.2/onvif'],
      ['http://10.0.0.3/onvif'],
    ]);
  });

  test('thousands of addresses cost little and are eight at most', () => {
    const many = Array.from({ length: 5000 }, (_, n) => `http://10.0.${n % 250}.${n % 240}/onvif`).join(' ');
    expect(readProbeMatches(matches(match('a', many)), '10.0.0.9').devices[0]?.addresses).toHaveLength(8);
  });

  test('printers and computers are no cameras', () => {
    const printer = match('a', 'http://10.0.0.2/').replace(
      '<d:Scopes>',
      '<d:Types>wsdp:Device wprt:PrintDeviceType</d:Types><d:Scopes>',
    );
    expect(readProbeMatches(matches(printer), '10.0.0.2').devices).toEqual([]);
  });

  test('name and hardware are read from the scopes, percent signs and all', () => {
    const scopes = 'onvif://www.onvif.org/name/%E5%8C%97%E9%97%A8 onvif://www.onvif.org/hardware/IPC%ZZ';
    expect(readProbeMatches(matches(match('a', 'http://10.0.0.2/', scopes)), '').devices[0]).toMatchObject({
      name: '北门',
      hardware: 'IPC%ZZ',
    });
  });

  test('a device without an address of ours is none', () => {
    expect(readProbeMatches(matches(match('a', 'https://10.0.0.2/ nonsense')), '').devices).toEqual([]);
  });
});

describe('WS-UsernameToken', () => {
  test('is Base64(SHA-1(nonce + created + password)) and shows no password', () => {
    const nonce = Buffer.from('0123456789abcdef');
    const text = usernameToken({ username: 'a<b', password: 'Canary-7f3a%21@:' }, 1_700_000_000_000, nonce);
    const digest = createHash('sha1')
      .update('0123456789abcdef2023-11-14T22:13:20.000ZCanary-7f3a%21@:')
      .digest('base64');
    expect(text).toContain(`>${digest}<`);
    expect(text).not.toContain('Canary');
    expect(text).not.toContain('a<b');
  });
});

describe('device time', () => {
  const utc = (year: number, hour: string) =>
    parseXml(
      `<x><UTCDateTime><Time><Hour>${hour}</Hour><Minute>2</Minute><Second>3</Second></Time><Date><Year>${year}</Year><Month>4</Month><Day>5</Day></Date></UTCDateTime></x>`,
    );
  test('is read in milliseconds', () => expect(readUtc(utc(2026, '1'))).toBe(Date.UTC(2026, 3, 5, 1, 2, 3)));
  test('of a camera that knows none is null', () => {
    expect(readUtc(utc(0, '1'))).toBeNull();
    expect(readUtc(utc(2026, 'x'))).toBeNull();
    expect(readUtc(parseXml('<x/>'))).toBeNull();
  });
});
