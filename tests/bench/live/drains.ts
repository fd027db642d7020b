import { once } from 'node:events';
import { WebSocket } from 'ws';

export type Drain = { bytes(): number; close(): void };

/** A viewer that reads everything and shows nothing. */
export async function openDrain(url: string): Promise<Drain> {
  const socket = new WebSocket(url, { perMessageDeflate: false });
  let bytes = 0;
  socket.on('message', (data) => {
    if (data instanceof Buffer) bytes += data.length;
  });
  socket.on('error', () => undefined);
  await once(socket, 'open');
  return { bytes: () => bytes, close: () => socket.terminate() };
}
