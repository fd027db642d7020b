import type { DiscoveredDevice } from '../../pipeline.ts';
import { find, findAll, parseXml, textOf, type XmlElement } from '../soap/xml.ts';

const PROBE_TYPES = [
  ['dn:NetworkVideoTransmitter', 'xmlns:dn="http://www.onvif.org/ver10/network/wsdl"'],
  ['tds:Device', 'xmlns:tds="http://www.onvif.org/ver10/device/wsdl"'],
] as const;

/** WS-Discovery 2005/04 Probe messages, one for each type that ONVIF devices answer to. */
export function probeMessages(newMessageId: () => string): { messageId: string; text: string }[] {
  return PROBE_TYPES.map(([type, namespace]) => {
    const messageId = newMessageId();
    const text =
      `<?xml version="1.0" encoding="UTF-8"?><e:Envelope xmlns:e="http://www.w3.org/2003/05/soap-envelope" ` +
      `xmlns:w="http://schemas.xmlsoap.org/ws/2004/08/addressing" xmlns:d="http://schemas.xmlsoap.org/ws/2005/04/discovery" ${namespace}>` +
      `<e:Header><w:MessageID>${messageId}</w:MessageID><w:To>urn:schemas-xmlsoap-org:ws:2005:04:discovery</w:To>` +
      `<w:Action>http://schemas.xmlsoap.org/ws/2005/04/discovery/Probe</w:Action></e:Header>` +
      `<e:Body><d:Probe><d:Types>${type}</d:Types></d:Probe></e:Body></e:Envelope>`;
    return { messageId, text };
  });
}

export type ProbeAnswer = { relatesTo: string; devices: DiscoveredDevice[] };

const scopeValue = (scopes: readonly string[], key: string): string | null => {
  const prefix = `onvif://www.onvif.org/${key}/`;
  const scope = scopes.find((candidate) => candidate.toLowerCase().startsWith(prefix));
  if (scope === undefined) return null;
  try {
    return decodeURIComponent(scope.slice(prefix.length)).slice(0, 128);
  } catch {
    return scope.slice(prefix.length, prefix.length + 128);
  }
};

/** Device service URLs in a text; two URLs pasted together are taken apart. */
function splitAddresses(text: string): string[] {
  return text
    .split(/\s+|(?=https?:\/\/)/)
    .map((part) => part.trim())
    .filter((part) => part.length <= 512 && URL.canParse(part) && new URL(part).protocol === 'http:');
}

function toDevice(match: XmlElement, sender: string): DiscoveredDevice | null {
  const endpoint = textOf(match, 'Address').slice(0, 128);
  if (endpoint === '') return null;
  const scopes = textOf(match, 'Scopes').split(/\s+/);
  const addresses = [...new Set(splitAddresses(textOf(match, 'XAddrs')))].slice(0, 8);
  // The sender's own address is the one that certainly reaches us.
  addresses.sort((a, b) => Number(new URL(b).hostname === sender) - Number(new URL(a).hostname === sender));
  if (addresses.length === 0) return null;
  return { endpoint, addresses, name: scopeValue(scopes, 'name'), hardware: scopeValue(scopes, 'hardware') };
}

/** Reads a ProbeMatches datagram (several matches are normal behind an NVR). Throws an XmlError. */
export function readProbeMatches(text: string, sender: string): ProbeAnswer {
  const document = parseXml(text);
  const header = find(document, 'Header');
  const devices = findAll(document, 'ProbeMatch')
    .slice(0, 64)
    .flatMap((match) => toDevice(match, sender) ?? []);
  return { relatesTo: header ? textOf(header, 'RelatesTo') : '', devices };
}
