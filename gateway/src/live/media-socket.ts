import { WebSocket } from 'ws';

/** What the gateway shows the centre's TLS, PEM. */
export type MediaTls = { ca?: string; cert?: string; key?: string };

export type MediaSocketOptions = { url: URL; ticket: string; tls: MediaTls; signal: AbortSignal };

export type MediaRefusal = { code: 'ticket-refused' | 'media-unreachable'; message: string };

const HANDSHAKE_LIMIT_MS = 5000;
/** The centre has nothing to say on this socket but control frames. */
const INCOMING_LIMIT_BYTES = 16 * 1024;

/** Opens the connection that media goes out on; resolves with why not, and never follows a redirect. */
export function openMediaSocket({
  url,
  ticket,
  tls,
  signal,
}: MediaSocketOptions): Promise<WebSocket | MediaRefusal> {
  const socket = new WebSocket(url, {
    ...tls,
    headers: { authorization: `Bearer ${ticket}` },
    handshakeTimeout: HANDSHAKE_LIMIT_MS,
    perMessageDeflate: false,
    followRedirects: false,
    maxPayload: INCOMING_LIMIT_BYTES,
  });
  return new Promise((resolve) => {
    const refuse = (refusal: MediaRefusal) => {
      signal.removeEventListener('abort', onAbort);
      resolve(refusal);
      socket.terminate();
    };
    const onAbort = () =>
      refuse({ code: 'media-unreachable', message: 'given up: the camera or the gateway stops' });
    socket.on('error', (error) =>
      refuse({ code: 'media-unreachable', message: error.message.slice(0, 200) }),
    );
    socket.once('unexpected-response', (request, response) => {
      request.destroy();
      const status = response.statusCode ?? 0;
      refuse({
        code: status === 401 || status === 403 ? 'ticket-refused' : 'media-unreachable',
        message: `the centre answers with HTTP status ${status}`,
      });
    });
    socket.once('open', () => {
      if (signal.aborted) return;
      signal.removeEventListener('abort', onAbort);
      resolve(socket);
    });
    signal.addEventListener('abort', onAbort, { once: true });
    if (signal.aborted) onAbort();
  });
}
