/** A request as far as the simulator reads it. */
export interface SoapRequest {
  /** Local name and namespace of the body's first element. */
  readonly operation: string;
  readonly namespace: string;
  readonly xml: string;
}

/**
 * Finds the operation of a SOAP envelope. It reads just what ONVIF clients send and knows nothing of the product's own SOAP code,
 * so that each is a check on the other.
 * @throws Error when it is not an envelope with one operation, or has a DOCTYPE.
 */
export function parseSoap(xml: string): SoapRequest {
  if (/<!(DOCTYPE|ENTITY)/i.test(xml)) throw new Error('a document type is not allowed');
  const body = /<(?:[\w.-]+:)?Body(?:\s[^>]*)?>\s*<(?:([\w.-]+):)?([\w.-]+)([^>]*)>/.exec(xml);
  if (body === null) throw new Error('no SOAP body with an operation');
  const [, prefix, operation = '', attributes = ''] = body;
  return { operation, namespace: namespaceOf(prefix, attributes, xml), xml };
}

function namespaceOf(prefix: string | undefined, attributes: string, xml: string): string {
  const declaration = new RegExp(`xmlns${prefix === undefined ? '' : `:${prefix}`}\\s*=\\s*["']([^"']*)["']`);
  return (declaration.exec(attributes) ?? declaration.exec(xml))?.[1] ?? '';
}

/** Text of the first element with this local name, entities resolved; undefined when there is none. */
export function textOf(xml: string, localName: string): string | undefined {
  const match = new RegExp(`<(?:[\\w.-]+:)?${localName}(?:\\s[^>]*)?>([^<]*)</`).exec(xml);
  return match?.[1] === undefined ? undefined : unescapeXml(match[1].trim());
}

const entities = new Map([
  ['&lt;', '<'],
  ['&gt;', '>'],
  ['&quot;', '"'],
  ['&apos;', "'"],
  ['&amp;', '&'],
]);

function unescapeXml(text: string): string {
  return text
    .replace(/&#(\d{1,7});/g, (_, digits: string) => String.fromCodePoint(Math.min(Number(digits), 0x10ffff)))
    .replace(/&(lt|gt|quot|apos|amp);/g, (entity) => entities.get(entity) ?? entity);
}

export function escapeXml(text: string): string {
  return text.replace(/[<>&"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

const namespaces = [
  'xmlns:s="http://www.w3.org/2003/05/soap-envelope"',
  'xmlns:tds="http://www.onvif.org/ver10/device/wsdl"',
  'xmlns:trt="http://www.onvif.org/ver10/media/wsdl"',
  'xmlns:tt="http://www.onvif.org/ver10/schema"',
  'xmlns:ter="http://www.onvif.org/ver10/error"',
  'xmlns:tr2="http://www.onvif.org/ver20/media/wsdl"',
  'xmlns:tev="http://www.onvif.org/ver10/events/wsdl"',
  'xmlns:tptz="http://www.onvif.org/ver20/ptz/wsdl"',
  'xmlns:timg="http://www.onvif.org/ver20/imaging/wsdl"',
  'xmlns:tns1="http://www.onvif.org/ver10/topics"',
  'xmlns:wsnt="http://docs.oasis-open.org/wsn/b-2"',
  'xmlns:wsa5="http://www.w3.org/2005/08/addressing"',
  'xmlns:wsrf-rw="http://docs.oasis-open.org/wsrf/rw-2"',
].join(' ');

/** A SOAP 1.2 envelope around a body. */
export function envelope(body: string): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n<s:Envelope ${namespaces}><s:Body>${body}</s:Body></s:Envelope>`;
}

/** A SOAP fault of the sender with an ONVIF subcode such as `ter:NotAuthorized` (ONVIF Core §5.11.2). */
export function faultEnvelope(subcode: string, reason: string): string {
  return envelope(
    `<s:Fault><s:Code><s:Value>s:Sender</s:Value><s:Subcode><s:Value>${subcode}</s:Value></s:Subcode></s:Code>` +
      `<s:Reason><s:Text xml:lang="en">${escapeXml(reason)}</s:Text></s:Reason></s:Fault>`,
  );
}
