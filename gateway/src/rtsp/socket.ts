import { connect, isIP, type Socket } from 'node:net';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { codeOf } from '../base/errors.ts';
import { type CertificatePolicy, StreamFaultError } from '../pipeline.ts';
import type { StreamAddress } from './address.ts';
import { disconnected, socketFault, unreachable } from './faults.ts';

/**
 * Opens the TCP connection to a camera and, for rtsps, TLS on it. Nothing is sent before the certificate was judged.
 * @throws StreamFaultError `unreachable`, `port-closed`, `certificate-refused`, `protocol` (no TLS there)
 */
export function openSocket(address: StreamAddress, limitMs: number, signal: AbortSignal): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const { socket, readyEvent, judge } = address.secure ? secureSocket(address) : plainSocket(address);
    const settle = (error: StreamFaultError | null) => {
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
      socket.removeAllListeners();
      if (error === null) {
        resolve(socket);
        return;
      }
      socket.on('error', () => {});
      socket.destroy();
      reject(error);
    };
    const onAbort = () => settle(disconnected(address));
    const timer = setTimeout(() => settle(unreachable(address)), limitMs);
    signal.addEventListener('abort', onAbort, { once: true });
    if (signal.aborted) onAbort();
    socket.once(readyEvent, () => settle(judge()));
    socket.once('error', (error) => settle(openingFault(error, address)));
  });
}

type Opening = { socket: Socket; readyEvent: string; judge: () => StreamFaultError | null };

function plainSocket({ host, port }: StreamAddress): Opening {
  return {
    socket: connect({ host, port, noDelay: true }),
    readyEvent: 'connect',
    judge: () => null,
  };
}

/** The certificate is judged here and not by TLS, so that what is refused can be named by its fingerprint. */
function secureSocket(address: StreamAddress): Opening {
  const { host, port, certificate } = address;
  const socket = connectTls({
    host,
    port,
    minVersion: 'TLSv1.2',
    rejectUnauthorized: false,
    ...(isIP(host) === 0 ? { servername: host } : {}),
  });
  socket.setNoDelay(true);
  return { socket, readyEvent: 'secureConnect', judge: () => judgeCertificate(socket, address, certificate) };
}

function judgeCertificate(
  socket: TLSSocket,
  address: StreamAddress,
  policy: CertificatePolicy,
): StreamFaultError | null {
  if (policy.kind === 'insecure') return null;
  const fingerprint = plainFingerprint(socket.getPeerCertificate().fingerprint256 ?? '');
  if (policy.kind === 'pinned') {
    if (fingerprint === plainFingerprint(policy.sha256)) return null;
    return new StreamFaultError(
      'certificate-refused',
      `${address.label} shows another certificate than the pinned one (sha256 ${fingerprint}): find out why, then pin it`,
    );
  }
  if (socket.authorized) return null;
  return new StreamFaultError(
    'certificate-refused',
    `${address.label} shows a certificate that nobody trusted vouches for (sha256 ${fingerprint}): compare it with the camera's own and pin it`,
  );
}

/** Hexadecimal digits alone, lower case: fingerprints are written with and without colons. */
function plainFingerprint(text: string): string {
  return text.replaceAll(':', '').toLowerCase();
}

function openingFault(error: Error, address: StreamAddress): StreamFaultError {
  const code = codeOf(error) ?? '';
  if (address.secure && (code === 'EPROTO' || code.startsWith('ERR_SSL'))) {
    return new StreamFaultError(
      'protocol',
      `${address.label} does not speak TLS here: correct the port, or use rtsp:// if the network is trusted`,
      { cause: error },
    );
  }
  const fault = socketFault(error, address);
  return fault.fault === 'disconnected' ? unreachable(address, error) : fault;
}
