import { createHash, randomBytes } from 'node:crypto';
import type { Credentials } from '../../simulators/camera/authenticator.ts';

const WSS = 'http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss';

/** A request envelope as an ONVIF client writes it. */
export function envelopeWith(body: string, header = ''): string {
  return (
    '<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" xmlns:tds="http://www.onvif.org/ver10/device/wsdl">' +
    `<s:Header>${header}</s:Header><s:Body>${body}</s:Body></s:Envelope>`
  );
}

/** A WS-Security header with a UsernameToken digest. */
export function token(login: Credentials, atMs = Date.now()): string {
  const nonce = randomBytes(16);
  const created = new Date(atMs).toISOString();
  const digest = createHash('sha1').update(nonce).update(created).update(login.password).digest('base64');
  return (
    `<w:Security xmlns:w="${WSS}-wssecurity-secext-1.0.xsd" xmlns:u="${WSS}-wssecurity-utility-1.0.xsd"><w:UsernameToken>` +
    `<w:Username>${login.username}</w:Username><w:Password Type="${WSS}-username-token-profile-1.0#PasswordDigest">${digest}</w:Password>` +
    `<w:Nonce>${nonce.toString('base64')}</w:Nonce><u:Created>${created}</u:Created></w:UsernameToken></w:Security>`
  );
}
