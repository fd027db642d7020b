import type { CameraFault } from '@pingan/models/contract';
import { codeOf } from '../base/errors.ts';
import { StreamFaultError } from '../pipeline.ts';
import type { StreamAddress } from './address.ts';
import type { RtspResponse } from './message.ts';
import { redirectFault } from './redirect.ts';

const UNREACHABLE = new Set([
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EHOSTDOWN',
  'ENETDOWN',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EADDRNOTAVAIL',
  'EACCES',
  'EPERM',
]);

/** Maps what a socket says to a fault, once. */
export function socketFault(error: unknown, address: StreamAddress): StreamFaultError {
  if (error instanceof StreamFaultError) return error;
  const code = codeOf(error) ?? '';
  if (code === 'ECONNREFUSED') {
    return fault(
      'port-closed',
      `${address.label} refuses connections: switch RTSP on, or correct the port`,
      error,
    );
  }
  if (UNREACHABLE.has(code)) return unreachable(address, error);
  return disconnected(address, error);
}

export function unreachable(address: StreamAddress, cause?: unknown): StreamFaultError {
  return fault('unreachable', `${address.label} does not answer: check power, cable and address`, cause);
}

export function disconnected(address: StreamAddress, cause?: unknown): StreamFaultError {
  return fault(
    'disconnected',
    `${address.label} closed the connection: check its power and viewer limit`,
    cause,
  );
}

/** The fault of an answer, or null when it is a success. The camera's own words are never repeated. */
export function responseFault(
  response: RtspResponse,
  method: string,
  address: StreamAddress,
): StreamFaultError | null {
  const { status } = response;
  if (status >= 200 && status < 300) return null;
  if (status >= 300 && status < 400) return redirectFault(response, address);
  if (status === 401 || status === 403) return unauthorized(address);
  if (status === 404 || status === 454) {
    return fault(
      'not-found',
      `${address.label} does not know this stream address: correct the path or profile`,
    );
  }
  if (status === 461) {
    return fault(
      'protocol',
      `${address.label} refuses this transport: set the camera's transport to the other one`,
    );
  }
  if (status === 453 || status === 503) {
    return fault(
      'protocol',
      `${address.label} is busy (status ${status}): close other viewers or raise its limit`,
    );
  }
  return fault(
    'protocol',
    `${address.label} answered ${method} with status ${status}: check the stream address`,
  );
}

export function unauthorized(address: StreamAddress): StreamFaultError {
  return fault('unauthorized', `${address.label} refuses the user name or password: enter them again`);
}

/** Only Basic is offered, which shows the password to whoever listens, and nobody has confirmed who answers there. */
export function basicRefused(address: StreamAddress): StreamFaultError {
  return fault(
    'basic-refused',
    `${address.label} only takes Basic authentication: switch Digest on in the camera, or accept the camera`,
  );
}

export function needsPassword(address: StreamAddress): StreamFaultError {
  return fault('needs-password', `${address.label} asks for a password and none is stored: enter one`);
}

function fault(kind: CameraFault, message: string, cause?: unknown): StreamFaultError {
  return new StreamFaultError(kind, message, cause === undefined ? undefined : { cause });
}
