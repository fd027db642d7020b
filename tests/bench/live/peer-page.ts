import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** The build for a script tag stands beside the one for Node. */
const PLAYER = join(
  dirname(createRequire(import.meta.url).resolve('@cycjimmy/jsmpeg-player')),
  'jsmpeg-player.umd.min.js',
);

/** A page with the player of node-rtsp-stream (JSMpeg on a plain canvas: there is no GPU) on any free port. */
export async function servePeerPage(wsPort: number): Promise<{ url: string; stop(): Promise<void> }> {
  const player = await readFile(PLAYER);
  const page = `<!doctype html><meta charset="utf-8"><title>peer</title><link rel="icon" href="data:,">
    <canvas id="picture"></canvas><script src="/player.js"></script>
    <script>new JSMpeg.Player('ws://127.0.0.1:${wsPort}', {
      canvas: document.getElementById('picture'), audio: false, disableGl: true,
    });</script>`;
  const server = createServer((request, response) => {
    const isPlayer = request.url === '/player.js';
    response.setHeader('content-type', isPlayer ? 'text/javascript' : 'text/html');
    response.end(isPlayer ? player : page);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}/`,
    stop: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
