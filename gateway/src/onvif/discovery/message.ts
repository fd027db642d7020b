import type { DiscoveredDevice } from '../../pipeline.ts';
import { find, findAll, parseXml, textOf, type XmlElement } from '../soap/xml.ts';
import { candidateAddresses } from './addresses.ts';

const PROBE_TYPES = [
  ['dn:NetworkVideoTransmitter', 'xmlns:dn="http://www.onvif.org/ver10/network/wsdl"'],
  ['tds:Device', 'xmlns:tds="http://www.onvif.org/ver10/device/wsdl"'],
] as const;
/** Devices of one datagram that are read: the channels of an NVR. */
const MATCH_LIMIT = 64;

export type ProbeMessage = { messageId: string; text: string };

function probeMessage(messageId: string, types: string, namespace: string): ProbeMessage {
  const text =
    `<?xml version="1.0" encoding="UTF-8"?><e:Envelope xmlns:e="http://www.w3.org/2003/05/soap-envelope" ` +
    `xmlns:w="http://schemas.xmlsoap.org/ws/2004/08/addressing" xmlns:d="http://schemas.xmlsoap.org/ws/2005/04/discovery" ${namespace}>` +
    `<e:Header><w:MessageID>${messageId}</w:MessageID><w:To>urn:schemas-xmlsoap-org:ws:2005:04:discovery</w:To>` +
    `<w:Action>http://schemas.xmlsoap.org/ws/2005/04/discovery/Probe</w:Action></e:Header>` +
    `<e:Body><d:Probe>${types}</d:Probe></e:Body></e:Envelope>`;
  return { messageId, text };
}

/** WS-Discovery 2005/04 Probe messages, one for each type that ONVIF devices answer to. */
export function probeMessages(newMessageId: () => string): ProbeMessage[] {
  return PROBE_TYPES.map(([type, namespace]) =>
    probeMessage(newMessageId(), `<d:Types>${type}</d:Types>`, namespace),
  );
}

/** A Probe without types: some cameras answer no other. Printers and computers answer it too. */
export function untypedProbe(newMessageId: () => string): ProbeMessage {
  return probeMessage(newMessageId(), '', '');
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

/** Printers and computers speak WS-Discovery as well; a match that names neither types nor scopes has the benefit of the doubt. */
function isCamera(match: XmlElement, scopes: readonly string[]): boolean {
  const types = textOf(match, 'Types');
  return (
    types.includes('NetworkVideoTransmitter') ||
    scopes.some((scope) => scope.toLowerCase().startsWith('onvif://')) ||
    (types === '' && scopes.every((scope) => scope === ''))
  );
}

function toDevice(match: XmlElement, sender: string, alone: boolean): DiscoveredDevice | null {
  const endpoint = textOf(match, 'Address').slice(0, 128);
  const scopes = (find(match, 'Scopes')?.text ?? '').slice(0, 4096).split(/\s+/);
  if (endpoint === '' || !isCamera(match, scopes)) return null;
  const addresses = candidateAddresses(find(match, 'XAddrs')?.text ?? '', sender, alone);
  if (addresses.length === 0) return null;
  const names = { name: scopeValue(scopes, 'name'), hardware: scopeValue(scopes, 'hardware') };
  return { endpoint, addresses, ...names, ...(sender === '' ? {} : { sender }) };
}

/** Reads a ProbeMatches datagram (several matches are normal behind an NVR). Throws an XmlError. */
export function readProbeMatches(text: string, sender: string): ProbeAnswer {
  const document = parseXml(text);
  const header = find(document, 'Header');
  const matches = findAll(document, 'ProbeMatch').slice(0, MATCH_LIMIT);
  const devices = matches.flatMap((match) => toDevice(match, sender, matches.length === 1) ?? []);
  return { relatesTo: header ? textOf(header, 'RelatesTo') : '', devices };
}
