import type { StreamFaultError } from '../../pipeline.ts';
import { decodeText } from './envelope.ts';
import type { HttpAnswer } from './http.ts';
import { toFault } from './http.ts';
import { find, parseXml, textOf, type XmlElement } from './xml.ts';

/** What one question came to: an answer, a refused login, or anything else that is no answer. */
export type Attempt = { http: HttpAnswer; raw: string } & (
  | { kind: 'answered'; body: XmlElement }
  | { kind: 'refused' }
  | { kind: 'fault'; error: StreamFaultError }
);

const NOT_AUTHORIZED =
  /NotAuthorized|not\s+authori[sz]ed|FailedAuthentication|unauthorized|NotAuthenticated/i;

function allText(element: XmlElement): string {
  return [element.text, ...element.children.map(allText)].join(' ');
}

function reasonOf(fault: XmlElement): string {
  return textOf(fault, 'Text') || textOf(fault, 'faultstring') || allText(fault).trim() || 'no reason given';
}

/** Judges an HTTP answer to a SOAP question. A fault is a fault whatever the HTTP status says. */
export function judge(http: HttpAnswer): Attempt {
  const raw = decodeText(http.body);
  if (http.status === 401 || http.status === 403) return { kind: 'refused', http, raw };
  const failed = (message: string): Attempt => ({
    kind: 'fault',
    http,
    raw,
    error: toFault(new Error(message.slice(0, 200))),
  });
  try {
    const document = parseXml(raw);
    const fault = find(document, 'Fault');
    if (fault) {
      const said = allText(fault);
      return NOT_AUTHORIZED.test(said) ? { kind: 'refused', http, raw } : failed(`fault: ${reasonOf(fault)}`);
    }
    const body = find(document, 'Body');
    return body ? { kind: 'answered', http, raw, body } : failed(`no SOAP body (HTTP ${http.status})`);
  } catch (error) {
    return http.status >= 400
      ? failed(`HTTP ${http.status}`)
      : { kind: 'fault', http, raw, error: toFault(error) };
  }
}
