import { connect, createServer, type Server, type Socket } from 'node:net';

export type CuttingProxy = {
  port: number;
  /** Bytes that went through towards the server, over all connections. */
  passed(): number;
  /** From now on cuts every connection once it has carried so many bytes towards the server; null = never. */
  cutAfter(bytes: number | null): void;
  /** Connections cut so far. */
  cuts(): number;
  stop(): Promise<void>;
};

/** A TCP proxy on loopback that breaks connections in the middle, without goodbye. */
export async function startCuttingProxy(target: { host: string; port: number }): Promise<CuttingProxy> {
  let limit: number | null = null;
  let passed = 0;
  let cuts = 0;
  const sockets = new Set<Socket>();
  const server: Server = createServer((client) => {
    const upstream = connect(target.port, target.host);
    let carried = 0;
    const end = () => {
      client.destroy();
      upstream.destroy();
    };
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', end);
      socket.on('close', () => {
        sockets.delete(socket);
        end();
      });
    }
    client.on('data', (chunk: Buffer) => {
      const room = limit === null ? chunk.length : Math.max(0, limit - carried);
      const part = chunk.subarray(0, room);
      carried += part.length;
      passed += part.length;
      if (part.length === chunk.length) {
        upstream.write(part);
        return;
      }
      cuts += 1;
      // What was let through must arrive before the connection breaks.
      upstream.write(part, () => {
        upstream.destroySoon();
        client.destroy();
      });
    });
    upstream.on('data', (chunk: Buffer) => client.write(chunk));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the proxy has no port');
  return {
    port: address.port,
    passed: () => passed,
    cutAfter: (bytes) => {
      limit = bytes;
    },
    cuts: () => cuts,
    stop: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
