import { connect } from 'node:net';
import { codeOf } from '../../base/errors.ts';

/** `closed` means that a host is there and refuses; `silent` that nobody answers in time. */
export type Knock = 'open' | 'closed' | 'silent';

/** Whether a TCP port is open. Never rejects. */
export function knock(host: string, port: number, timeoutMs: number): Promise<Knock> {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    const end = (result: Knock) => {
      socket.destroy();
      resolve(result);
    };
    socket.setTimeout(timeoutMs, () => end('silent'));
    socket.once('connect', () => end('open'));
    socket.once('error', (error) => end(codeOf(error) === 'ECONNREFUSED' ? 'closed' : 'silent'));
  });
}

/** Whether RTSP is spoken there: OPTIONS brings an answer that begins with `RTSP/1.0`. Never rejects. */
export function speaksRtsp(host: string, port: number, timeoutMs: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    let said = '';
    const end = (result: boolean) => {
      clearTimeout(timer);
      socket.destroy();
      resolve(result);
    };
    const timer = setTimeout(() => end(false), timeoutMs);
    socket.once('connect', () =>
      socket.write(`OPTIONS rtsp://${host}:${port}/ RTSP/1.0\r\nCSeq: 1\r\nUser-Agent: pingan\r\n\r\n`),
    );
    socket.on('data', (data: Buffer) => {
      said += data.toString('latin1').slice(0, 64);
      if (said.length >= 5) end(said.startsWith('RTSP/'));
    });
    socket.once('error', () => end(false));
    socket.once('close', () => end(false));
  });
}
