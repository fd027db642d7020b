import { StreamFaultError } from '../pipeline.ts';
import { baseUrl, resolveControl } from './address.ts';
import type { RtspClient } from './client.ts';
import { responseFault } from './faults.ts';
import { headerOf, type RtspResponse } from './message.ts';
import { redirectFault } from './redirect.ts';
import { parseSdp, type VideoTrack } from './sdp.ts';
import { type KeepAliveMethod, keepAliveMethod, readSession } from './transport.ts';

export type Description = { track: VideoTrack; trackUrl: string; sessionUrl: string };

/** OPTIONS: which request keeps the session alive. Cameras that cannot answer it may still stream. */
export async function askOptions(client: RtspClient): Promise<KeepAliveMethod> {
  const { address } = client.connection;
  const response = await client.call({ method: 'OPTIONS', url: address.url });
  if (response.status >= 300 && response.status < 400) throw redirectFault(response, address);
  return keepAliveMethod(response.headers.get('public') ?? []);
}

/** DESCRIBE: the video track, and the URLs of it and of the whole session. */
export async function describe(client: RtspClient): Promise<Description> {
  const { address } = client.connection;
  const response = await client.require({
    method: 'DESCRIBE',
    url: address.url,
    headers: [['Accept', 'application/sdp']],
  });
  const track = parseSdp(response.body.toString('utf8'));
  const base = baseUrl(address, [
    headerOf(response.headers, 'content-base'),
    headerOf(response.headers, 'content-location'),
  ]);
  return {
    track,
    trackUrl: resolveControl(address, base, track.control),
    sessionUrl: resolveControl(address, base, track.sessionControl),
  };
}

/** SETUP of the one track. @returns the answer, and the session's time limit */
export async function setUp(
  client: RtspClient,
  url: string,
  transport: string,
): Promise<{ transport: string | undefined; timeoutMs: number }> {
  const response: RtspResponse = await client.require({
    method: 'SETUP',
    url,
    headers: [['Transport', transport]],
  });
  const session = readSession(headerOf(response.headers, 'session'));
  client.session = session.id;
  return { transport: headerOf(response.headers, 'transport'), timeoutMs: session.timeoutMs };
}

/** Codes by which cameras refuse PLAY for the session as a whole although they know its one track. */
const NOT_AGGREGATE = new Set([400, 404, 455, 459]);

/**
 * PLAY of the session; of its track where the camera only controls tracks (RFC 2326 §11.3.10).
 * @returns the URL that the camera is controlled by from now on
 */
export async function play(client: RtspClient, { sessionUrl, trackUrl }: Description): Promise<string> {
  const headers: [string, string][] = [['Range', 'npt=0.000-']];
  if (sessionUrl !== trackUrl) {
    const response = await client.call({ method: 'PLAY', url: sessionUrl, headers });
    const fault = responseFault(response, 'PLAY', client.connection.address);
    if (fault === null) return sessionUrl;
    if (!NOT_AGGREGATE.has(response.status)) throw fault;
  }
  await client.require({ method: 'PLAY', url: trackUrl, headers });
  return trackUrl;
}

/** Codes by which cameras say that they do not know a keep-alive request. */
const NOT_UNDERSTOOD = new Set([400, 405, 451, 501, 551]);

/**
 * One keep-alive request. A camera that leaves it unanswered but keeps sending pictures is left alone.
 * @returns the method for the next time: OPTIONS once another was not understood
 * @throws StreamFaultError when the session is gone or the password no longer holds
 */
export async function keepAlive(
  client: RtspClient,
  url: string,
  method: KeepAliveMethod,
): Promise<KeepAliveMethod> {
  try {
    const { status } = await client.call({ method, url });
    if (status === 454) {
      throw new StreamFaultError(
        'disconnected',
        `${client.connection.address.label} dropped the session: it is opened again`,
      );
    }
    return NOT_UNDERSTOOD.has(status) ? 'OPTIONS' : method;
  } catch (error) {
    if (error instanceof StreamFaultError && error.fault === 'no-response') return method;
    throw error;
  }
}
